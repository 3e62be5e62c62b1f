"""Figures: what was measured, in which unit, against what; as a table for people or JSON for programs."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One line: ``values`` are the runs. ``against`` is the baseline in the same unit, named by ``baseline``."""

    what: str
    unit: str
    values: tuple[float, ...]
    baseline: str = ""
    against: float = 0.0

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def ratio(self) -> float | None:
        return self.median / self.against if self.against else None


@dataclass(slots=True)
class Report:
    """One benchmark's figures, with how busy the machine was before and after."""

    name: str
    what: str
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    load_before: float = field(default_factory=lambda: os.getloadavg()[0])
    load_after: float = 0.0

    def add(self, what: str, unit: str, *values: float, baseline: str = "", against: float = 0.0) -> Row:
        row = Row(what, unit, values, baseline, against)
        self.rows.append(row)
        return row

    def done(self) -> Report:
        self.load_after = os.getloadavg()[0]
        return self

    def as_dict(self) -> dict[str, Any]:
        return {"name": self.name, "what": self.what, "notes": self.notes, "load": [self.load_before, self.load_after],
                "rows": [{**asdict(row), "median": row.median, "ratio": row.ratio} for row in self.rows]}

    def show(self, console: Console) -> None:
        table = Table(title=f"{self.name} · {self.what}", title_justify="left", box=None, pad_edge=False)
        for heading in ("", "min", "median 中位", "max", "unit 单位", "against 对照"):
            table.add_column(heading, justify="right" if heading[:3] in {"min", "med", "max"} else "left", overflow="fold")
        for row in self.rows:
            low, high = (said(min(row.values)), said(max(row.values))) if len(row.values) > 1 else ("", "")
            ratio = f"{row.ratio:.1f} × {row.baseline}" if row.ratio is not None else row.baseline
            table.add_row(row.what, low, said(row.median), high, row.unit, ratio)
        console.print(table)
        for note in [*self.notes, f"load average {self.load_before:.1f} before, {self.load_after:.1f} after"]:
            console.print(f"  [dim]{note}[/]", highlight=False, soft_wrap=True)
        console.print()


def said(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.1f}" if abs(value) >= 1 else f"{value:.3f}"


def machine() -> dict[str, Any]:
    """What it ran on."""
    return {"cores": os.cpu_count(), "python": platform.python_version(), "machine": platform.machine()}


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p99 and max in milliseconds."""
    ordered = sorted(seconds)
    at = {"p50": 0.5, "p99": 0.99}
    return {name: ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 for name, share in at.items()} | {
        "max": ordered[-1] * 1000}
