"""Opens a table file as what it is, by its first bytes and not by its name: CSV or XES (in gzip too), or Excel."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, cast

from events.errors import UsageError, Where
from events.reasons import Reason, rejected
from infra.importing import csv_rows, excel_rows, xes_rows
from infra.importing.rows import Header, Table, table

_ZIP: Final = b"PK\x03\x04"
_GZIP: Final = b"\x1f\x8b"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
ENCODINGS: Final = ("utf-8", "gb18030", "gbk", "utf-16")


@contextmanager
def open_table(path: Path, header: Header, encoding: str | None = None) -> Iterator[Table]:
    """The file's table, rows read as they are asked for. Raises `RejectedInput`, also while rows are read."""
    if encoding is not None and encoding.lower() not in ENCODINGS:
        raise UsageError("import.encoding", f"编码不支持 / no such encoding: {encoding}", todo=f"one of: {', '.join(ENCODINGS)}")
    file = str(path)
    try:
        with path.open("rb") as opened:
            magic = opened.read(4)
    except OSError as error:
        raise rejected(Reason.UNREADABLE_FILE, error.strerror or type(error).__name__, where=Where(file=file)) from error
    if not magic:
        raise rejected(Reason.UNREADABLE_FILE, "空文件 empty", where=Where(file=file))
    if magic == _OLD_EXCEL:
        raise rejected(Reason.UNREADABLE_FILE, "旧版xls格式,请另存为xlsx / the old xls format, save as xlsx", where=Where(file=file))
    if magic == _ZIP or path.suffix.lower() in {".xlsx", ".xlsm"}:
        with excel_rows.open_table(path, header, file) as rows:
            yield rows
        return
    opener = gzip.open if magic.startswith(_GZIP) else open
    if path.suffix.lower() == ".gz" and opener is open:
        raise rejected(Reason.UNREADABLE_FILE, "不是gzip文件 not a gzip file", where=Where(file=file))
    binary = cast("Callable[[Path, str], IO[bytes]]", opener)
    with _telling(file), binary(path, "rb") as sample:
        xml = xes_rows.is_xml(sample.read(xes_rows.SAMPLE))
    if xml:
        with _telling(file), binary(path, "rb") as first, binary(path, "rb") as again:
            yield xes_rows.open_table(first, again, header, file)
        return
    with _telling(file), _text(path, binary, encoding) as text:
        yield table(csv_rows.lines(text, file), header, file, ragged=False)


@contextmanager
def _text(path: Path, opener: Callable[[Path, str], IO[bytes]], encoding: str | None) -> Iterator[io.TextIOWrapper]:
    if encoding is None:
        with opener(path, "rb") as sample:
            encoding = csv_rows.encoding_of(sample, str(path))
    elif encoding.lower() == "utf-8":
        encoding = "utf-8-sig"
    elif encoding.lower() == "gbk":
        encoding = "gb18030"
    with opener(path, "rb") as binary:
        yield io.TextIOWrapper(binary, encoding=encoding, errors=csv_rows.MARK_UNDECODED, newline="")


@contextmanager
def _telling(file: str) -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise rejected(Reason.UNREADABLE_FILE, f"压缩文件不完整 the compressed file breaks off ({type(error).__name__})",
                       where=Where(file=file)) from error
