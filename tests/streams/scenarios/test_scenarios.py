"""Cases told in a line each, and what stands at their end: the rules read once more by somebody who had not seen the fold.

A line of a ``.jsonl`` is one case. ``log`` is in order of arrival: ``[action, day, submission, data, more]``, in the door form of
docs/events.md; ``@id`` names an office of ``offices.json``, ``$name`` one of the texts below, and a registration says only what
differs from the usual one. ``stands`` are the findings but for first ones and warnings: submission, kind, cause or breach; ``?``
proposed, ``~`` weak, ``!oot`` out of time. ``clocks``: submission, rule, office, state, started, strict end, rolled end, ended. Where
a case is about more, ``matters``, ``refused`` and ``held`` say it. ``says`` names the rule, article, ruling or edge case.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from projections.replay import Replay, replay

FOLDER = Path(__file__).parent
OFFICES = orjson.loads((FOLDER / "offices.json").read_bytes())
TEXTS = {
    "$wages": "恒远家园二期工地拖欠我们农民工工资八十三万元,多次找项目部未果,请求协调支付。",
    "$road": "东关小学门口道路破损积水严重,孩子上学摔伤,请求修复路面并安装护栏。",
}
USUAL = {"office": "@cb", "channel": "letter", "purpose": "claim", "category": "labour", "petitioners": ["王守义"], "text": "$wages"}
COUNTY = "141102"
Case = dict[str, Any]


def cases() -> Iterator[Case]:
    for file in sorted(FOLDER.glob("*.jsonl")):
        yield from map(orjson.loads, file.read_bytes().splitlines())


CASES = list(cases())


def person(said: str) -> dict[str, str]:
    """``name`` or ``name/role``, with a document number that is made of the name."""
    name, _, role = said.partition("/")
    return {"name": name, "document_number": f"1411021966{sum(map(ord, name)) % 100_000_000:08d}", **({"role": role} if role else {})}


def meant(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: [person(each) if isinstance(each, str) else each for each in inner] if name == "petitioners"
                else person(inner) if name == "continues" and isinstance(inner, str) else meant(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [meant(each) for each in value]
    if isinstance(value, str) and value.startswith("@"):
        return OFFICES[value[1:]]
    return TEXTS.get(value, value) if isinstance(value, str) else value


def event(said: list[Any]) -> dict[str, Any]:
    """One line of a case's log as an event."""
    kind, day, *rest = said
    midnight, ten = (day if "T" in day else f"{day}T{hour}" for hour in ("00:00:00+08:00", "10:00:00"))
    if kind == "tick":
        return {"specversion": "1.0", "type": "clock.ticked.v1", "time": midnight}
    if kind == "calendar":
        return {"specversion": "1.0", "type": "calendar.published.v1", "time": midnight, "data": rest[0]}
    subject, data, more = rest[0], rest[1] if len(rest) > 1 else {}, dict(rest[2]) if len(rest) > 2 else {}
    if kind == "registered":
        data = {name: value for name, value in {**USUAL, **data}.items() if value is not None}
    if "recordedtime" in more and "T" not in more["recordedtime"]:
        more["recordedtime"] += "T10:00:00"
    type_ = f"{kind}.v1" if "." in kind else f"petition.{kind}.v1"
    return {"specversion": "1.0", "type": type_, "source": "urn:t", "subject": subject, "time": ten, "partitionkey": COUNTY,
            "data": meant(data), **more}


def judged(log: list[dict[str, Any]], folder: Path) -> Replay:
    file = folder / "case.jsonl"
    file.write_bytes(b"\n".join(orjson.dumps(each) for each in log))
    return replay(file)


def finding(one: dict[str, Any]) -> str:
    kind, data = one["type"].split(".")[1], one["data"]
    said = f"missed:{data['rule']}@{data['office']['id']}" if kind == "deadline_missed" else kind.removesuffix("_found")
    reason = data.get("cause") or (data["reason"] if kind in {"protocol_breach", "backlog_candidate"} else "")
    marks = "".join(mark for mark, holds in (("?", data["status"] == "proposed"), ("~", data.get("weak_link")),
                                             ("!oot", data.get("out_of_time"))) if holds)
    return f"{data['submission']} {said}{':' if reason else ''}{reason}{marks}"


def stands(result: Replay) -> list[str]:
    told = [orjson.loads(each) for each in result.standing()]
    return sorted({finding(one) for one in told if one["type"] not in {"finding.matter_opened.v1", "finding.deadline_near.v1"}})


def clocks(matters: dict[str, Any]) -> list[str]:
    ends = ("due_strict", "due_rolled", "ended")
    return sorted(
        " ".join([one["submission"], one["rule"], one["office"]["id"], one["state"], one["started"], *(one.get(end, "-") for end in ends)])
        for matter in matters.values() for one in matter["clocks"])


def shown(matter: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"county": matter["county"]} if matter["county"] != COUNTY else {}
    told |= {"stage": matter["stage"], "answerable": f"{matter['answerable']['id']} {matter['answerable_since']}"}
    if "competent_office" in matter:
        told["competent"] = f"{matter['competent_office']} {matter['competent_level']}"
    if matter.get("notes"):
        told["notes"] = [f"{one['kind']} {one['submission']} {one['office']} {one['since']}" for one in matter["notes"]]
    told["submissions"] = [
        " ".join([one["id"], "/".join(one["first_in"]) or "-", one["cross_level"],
                  *(f"{words} {one[name]}" for name, words in (("repeat_of", "repeats"), ("copy_of", "copy of")) if name in one)])
        for one in matter["submissions"]]
    return told


def told(result: Replay, about: Case) -> Case:
    """What the case is about, as it came out."""
    matters = {id_: orjson.loads(state) for id_, state in sorted(result.matters.items())}
    every: Case = {"stands": stands(result), "clocks": clocks(matters)}
    if "matters" in about:
        every["matters"] = {id_: shown(matter) for id_, matter in matters.items()}
    if result.rejected:
        every["refused"] = [one["code"] for one in result.rejected]
    if result.held:
        every["held"] = result.held
    return every


def orders(log: list[dict[str, Any]], seed: str) -> Iterator[list[dict[str, Any]]]:
    """Backwards before the ticks; and mixed with them, with a last one at the end, since a limit passes when a later tick says so."""
    ticks = [one for one in log if one["type"] == "clock.ticked.v1"]
    acts = [one for one in log if one["type"] != "clock.ticked.v1"]
    if ticks:
        yield [*reversed(acts), *ticks]
        chance = random.Random(seed)
        chance.shuffle(acts)
        cut = chance.randrange(len(acts) + 1)
        last = datetime.fromisoformat(ticks[-1]["time"]) + timedelta(seconds=30)
        yield [*acts[:cut], *ticks, *acts[cut:], {**ticks[-1], "time": last.isoformat()}]


@pytest.mark.parametrize("case", CASES, ids=[case["says"] for case in CASES])
def test_what_stands_at_the_end(case: Case, tmp_path: Path) -> None:
    """Findings, causes, due dates, states of clocks, who is answerable and what was refused are those that the rules give."""
    expected = {name: value for name, value in case.items() if name not in {"says", "log", "in_order"}}
    assert told(judged([event(said) for said in case["log"]], tmp_path), case) == expected


@pytest.mark.parametrize("case", [case for case in CASES if not case.get("in_order")], ids=lambda case: str(case["says"]))
def test_the_order_of_arrival_changes_nothing(case: Case, tmp_path: Path) -> None:
    """The same case backwards and shuffled: the same findings stand, and the clocks show the same."""
    for log in orders([event(said) for said in case["log"]], case["says"]):
        result = judged(log, tmp_path)
        matters = {id_: orjson.loads(state) for id_, state in result.matters.items()}
        assert (stands(result), clocks(matters)) == (case["stands"], case["clocks"])
