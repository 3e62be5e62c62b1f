"""Small tables to import, and a log that only remembers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from events.actions import CalendarPublished, ClockTicked
from events.canonical import canonical
from events.door import DerivedDataKeys, Door, DoorKeys
from events.reading import CHINA
from infra.importing.ledger import Ledger
from infra.importing.log_side import Log, Record
from infra.importing.mapping import load
from infra.importing.run import Import, Plan, Summary

NOW = datetime(2024, 6, 1, tzinfo=CHINA)
DOOR = Door(DoorKeys(b"p" * 32, b"s" * 32), DerivedDataKeys(b"d" * 32))
BOARD = ("id", "user", "time", "subject", "text", "reply", "replied")


def board(number: int, **changed: Any) -> dict[str, Any]:
    """A row of the message board."""
    return {"id": f"{number}", "user": f"UU{number:05}", "time": f"2023-03-{number % 28 + 1:02}T10:00:00+08:00",
            "subject": f"第{number}件:路灯不亮", "text": f"小区门口的路灯坏了{number}个月,晚上看不见路。",
            "reply": "已派人修理。", "replied": f"2023-04-{number % 28 + 1:02}T09:00:00+08:00"} | changed


def bureau(number: int, **changed: Any) -> dict[str, Any]:
    """A row of a bureau's export, with its Chinese headers."""
    return {"信访件编号": f"XF1411{number:08}", "登记日期": "2024-03-04", "信访日期": "2024-03-01", "姓名": "郭建国",
            "证件号码": "142301196001011238", "联系电话": "13935800000", "信访形式": "来访", "信访目的": "申诉求决",
            "内容分类": "劳动和社会保障/工资福利", "问题属地": "离石区", "登记机构": "吕梁市信访局", "来访人数": "3",
            "标题": "讨要工资", "概况信息": "工地拖欠工资八个月。", "转送日期": "2024/3/5", "去向单位": "离石区人力资源和社会保障局",
            "责任单位": "", "受理日期": "2024年3月12日", "处理途径": "信访程序", "答复日期": "2024.4.20", "答复结论": "支持",
            "答复内容": "已督促支付。", "办结日期": "2024-04-25", "满意度": ""} | changed


def as_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str] = ()) -> str:
    rows = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, columns or list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


class RememberedLog(Log):
    """A fake: four partitions in memory, to stage what a broker does not do on demand."""

    def __init__(self) -> None:
        self.records: list[list[tuple[bytes, bytes]]] = [[] for _ in range(4)]
        self.die_after: int | None = None
        """Writes that succeed before the process dies, its last records written and never acknowledged."""

    def ends(self) -> dict[int, int]:
        return {partition: len(records) for partition, records in enumerate(self.records)}

    def ids_since(self, places: Mapping[int, int]) -> Iterator[str]:
        for partition, records in enumerate(self.records):
            yield from (orjson.loads(value)["id"] for _, value in records[places.get(partition, 0):])

    def write(self, records: Sequence[Record]) -> None:
        dies = self.die_after == 0
        for record in records[:len(records) // 2] if dies else records:
            self.records[int(record.key) % 4].append((record.key, record.value))
        if self.die_after is not None:
            self.die_after -= 1
        if dies:
            raise KeyboardInterrupt

    def write_everywhere(self, event: ClockTicked | CalendarPublished, partitions: Iterable[int]) -> None:
        for partition in partitions:
            self.records[partition].append((b"*", canonical(event)))

    def events(self) -> list[Any]:
        return [orjson.loads(value) for records in self.records for key, value in records if key != b"*"]

    def ticks(self) -> list[tuple[int, str]]:
        return [(partition, orjson.loads(value)["time"]) for partition, records in enumerate(self.records)
                for key, value in records if key == b"*"]


class Place:
    """A world to import into: its folder, its ledger, its log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = RememberedLog()
        self.ledger = Ledger(folder / "imports.sqlite")

    def write(self, text: str | bytes, name: str = "table.csv") -> Path:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def run(self, *files: Path, mapping: str = "message-board", log: Log | None = None, dry: bool = False, **plan: Any) -> Summary:
        constants = plan.pop("constants", {})
        made = Plan(**({"files": files, "mapping": load(mapping).with_constants(constants), "world": "box", "now": NOW,
                        "rejected": self.folder / "rejected.csv"} | plan))
        return Import(made, DOOR, self.ledger, None if dry else log or self.log).run(self.folder)

    def rejected(self) -> list[dict[str, str]]:
        with (self.folder / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
