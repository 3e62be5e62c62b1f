"""The file of rejected rows 退回行: the same columns as they stood, and beside them why and what to do.

It has people's names in it, as the import file has: only its owner may read it. Corrected, it can be imported in its turn:
the columns added here are none that a mapping names.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TextIO

from events.errors import RejectedInput, UsageError, Where
from events.reasons import ADVICE, Reason
from infra.importing.rows import Line, Value

ADDED: Final = ("sanfang_file", "sanfang_line", "sanfang_code", "sanfang_原因_reason", "sanfang_处理_todo")
_LONGEST_SHOWN: Final = 32_000
"""What a spreadsheet's cell holds."""


class Rejects:
    """Written as rows are refused; without a refusal there is no file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: TextIO | None = None
        self._columns: Sequence[Value] | None = None

    def add(self, line: Line, header: Line, file: str, refusal: RejectedInput) -> None:
        if self._file is None:
            self._file = self._opened()
        rows = csv.writer(self._file)
        if self._columns != header.cells:  # files of one import may differ: then a header stands above each part
            self._columns = header.cells
            rows.writerow([*_shown(header.cells), *ADDED])
        cells = [*_shown(line.cells), *[""] * (len(header.cells) - len(line.cells))]
        field = f"[{refusal.where.field}] " if refusal.where.field else ""
        rows.writerow([*cells, file, line.number, refusal.code, field + refusal.what, _todo(refusal)])

    def _opened(self) -> TextIO:
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise UsageError("import.rejected_file", f"无法写入退回文件 / cannot write the file of rejected rows: {error.strerror}",
                             where=Where(file=str(self.path)), todo="give another file with --rejected") from error
        os.fchmod(descriptor, 0o600)
        return os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="", errors="backslashreplace")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()


def _shown(cells: Sequence[Value]) -> list[str]:
    return [text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
            for text in ("" if cell is None else str(cell) for cell in cells)]


def _todo(refusal: RejectedInput) -> str:
    return refusal.todo or ADVICE[Reason(refusal.code)].todo
