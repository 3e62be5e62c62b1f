"""`sanfang match` on a small labelled set of our own, and on the public data where it is at hand."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infra.cli.app import build
from infra.encoder.model import available

SHARED = Path(__file__).parents[3].parent / "shared" / "data"
SUBJECTS = ("枫林三路渣土车扰民", "泉星小学学位不足", "青山新村油烟管道", "四方坪开发商拒不退款", "松雅湖夜间飙车", "黎锦苑地下停车位")
WAYS = ("{}，请领导处理", "再次反映{}的问题", "{}至今没有解决", "关于{}的投诉")


def table(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Six users; each wrote four times, of two matters."""
    messages, user, group, pairs = [], [], [], []
    for u in range(6):
        for n in range(4):
            about = SUBJECTS[(u + n // 2) % 6]
            message = {"id": f"{u}{n}", "user": f"u{u}", "time": f"2019-0{u + 1}-1{n}T08:00:00+08:00",
                       "subject": WAYS[n].format(about), "text": f"{about}，{WAYS[(n + u) % 4].format(about)}，{u}{n}号楼居民。"}
            messages.append(message)
            user.append({"id": message["id"], "matter": f"u{u}-{n // 2}", "flag": "ok" if (u, n) != (5, 3) else "unsure"})
            group.append({"id": message["id"], "group": f"g{u // 2}", "matter": about, "flag": "ok"})
        pairs.append({"a": f"{u}0", "b": f"{u}1", "verdict": "same", "confidence": "3"})
        pairs.append({"a": f"{u}0", "b": f"{u}2", "verdict": "different", "confidence": "3"})
    return {"messages": table(tmp_path / "messages.csv", messages), "user": table(tmp_path / "user.csv", user),
            "group": table(tmp_path / "group.csv", group), "pairs": table(tmp_path / "pairs.csv", pairs)}


def run(*arguments: str | Path) -> Any:
    done = CliRunner().invoke(build(), ["match", *map(str, arguments), "--json"])
    assert done.exit_code == 0, (done.output, done.exception)
    return json.loads(done.stdout)


@pytest.mark.parametrize(("within", "pairs"), [("user", 6 * 6 - 3), ("group", 3 * 28), ("pairs", 12)])
def test_eval_counts_every_labelled_pair(files: dict[str, Path], within: str, pairs: int) -> None:
    """Each form of labels is read, unsure rows are left out, and the three zones share the pairs."""
    told = run("eval", "--messages", files["messages"], "--labels", files[within], "--within", within, "--no-encoder")
    assert (told["pairs"], told["encoder"], told["within"]) == (pairs, False, within)
    assert 0 <= told["auto_share"] + told["middle_share"] <= 1
    assert told["recall"] is not None
    assert (told["clusters"] is None) == (within == "pairs")


def test_training_twice_gives_the_same_bytes(files: dict[str, Path], tmp_path: Path) -> None:
    """The same labels, the same file; and a model made here can be evaluated."""
    for name in ("one.json", "two.json"):
        run("train", "--messages", files["messages"], "--user", files["user"], "--pairs", files["pairs"], "--out", tmp_path / name)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    told = run("eval", "--messages", files["messages"], "--labels", files["user"], "--within", "user", "--model", tmp_path / "one.json")
    assert told["f1"] > 0.8


def test_an_explanation_adds_up(files: dict[str, Path]) -> None:
    """Model, fields and thresholds; the weights add up to the total, and the shared words are told."""
    told = run("explain", "--messages", files["messages"], "00", "01", "--no-encoder")
    assert sum(field["weight"] for field in told["fields"]) == told["total"]
    assert told["ask_from"] < told["decision"] < told["same_from"]
    assert "枫林三" in told["shared_words"]


@pytest.mark.parametrize(("arguments", "code"), [
    (("eval", "--labels", "pairs", "--within", "street"), "match.within"),
    (("eval", "--labels", "pairs", "--within", "user"), "match.not-a-table"),
    (("explain", "00", "nobody"), "match.unknown-message"),
])
def test_what_cannot_be_done_is_told(files: dict[str, Path], arguments: tuple[str, ...], code: str) -> None:
    """A kind there is not, a table of another form, a message there is not: each has its code."""
    given = [str(files["pairs"]) if one == "pairs" else one for one in arguments]
    done = CliRunner().invoke(build(), ["match", *given, "--messages", str(files["messages"])])
    assert getattr(done.exception, "code", None) == code


@pytest.mark.skipif(not SHARED.is_dir(), reason="the public data are not at hand")
@pytest.mark.skipif(not available(), reason="no sentence encoder: make setup brings it")
def test_on_the_public_hard_pairs() -> None:
    """The shipped model, in sample: no worse than the model card says, and precise where it asks nobody."""
    told = run("eval", "--messages", SHARED / "messages.csv.gz", "--labels", SHARED / "labels-hard-pairs.csv", "--within", "pairs")
    assert told["pairs"] == 220
    assert told["f1"] > 0.78
    assert told["auto_precision"] > 0.95
