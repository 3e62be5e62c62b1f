"""A notification as people read it, Chinese and English: what is overdue at the offices first, then the counts, then where to look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from events.alerts import AlertResolved, AlertUpdated, Stream, Urgency
from events.reading import CHINA
from events.regions import name_of
from events.vocabulary import LABELS
from infra.alerting.plan import Item
from infra.telling.words import WATCHED

_URGENCY: Final = {Urgency.NOTICE: "提示 notice", Urgency.PAGE: "急告 page"}
SHOWN: Final = 5


def stream(one: Stream) -> str:
    category = f"{LABELS[one.category]} {one.category}" if one.category else "各类 all categories"
    return f"{name_of(one.region) or ''} {one.region} · {category} · {WATCHED[one.watched]} {one.watched}".strip()


def title(items: Sequence[Item], escalation: int) -> str:
    first = items[0]
    said = f"[{_URGENCY[first.alert.picture.urgency]}] {_what(first)} {stream(first.alert.picture.stream)}"
    more = f" +{len(items) - 1}" if len(items) > 1 else ""
    return f"{'未受领 not taken up · ' if escalation else ''}{said}{more}"


def body(items: Sequence[Item], base: str) -> str:
    return "\n\n".join(_one(item, base) for item in items)


def _what(item: Item) -> str:
    match item.event:
        case AlertResolved():
            return "解除 over"
        case AlertUpdated():
            return {"more_urgent": "升级 more urgent", "corrected": "更正 corrected"}.get(item.event.data.reason, "更新 updated")
        case _:
            return "预警 raised"


def _one(item: Item, base: str) -> str:
    picture = item.alert.picture
    lines = [f"{_what(item)} · {stream(picture.stream)}"]
    if isinstance(item.event, AlertResolved):
        return "\n".join([*lines, f"{base}{picture.link}"])
    lines += [f"机关 office {office.office}: 逾期 overdue {office.overdue}"
              + (f", 最早 oldest {office.oldest_due}" if office.oldest_due else "")
              + (f", 将到期 due soon {office.due_soon}" if office.due_soon else "") for office in picture.offices[:SHOWN]]
    came, expected = sum(step.observed for step in picture.steps), sum(step.expected for step in picture.steps) / 1024
    last = picture.steps[-1]
    since = f"{picture.since.astimezone(CHINA):%Y-%m-%d %H:%M}"
    lines.append(f"自 since {since}: 实际 came {came}, 预期 expected {expected:.1f}, 事项 matters {picture.matters}")
    lines.append(f"末期 last period {last.observed} ({last.low}–{last.high}), 证据 evidence {last.evidence // 1000}, "
                 f"线 line {last.line // 1000}")
    lines += [f"来自 driven by {stream(driver.stream)}: {driver.observed} / {driver.expected / 1024:.1f}"
              for driver in picture.drivers[:SHOWN]]
    lines += [f"请看 look at {WATCHED[one.what]}: {base}{one.query}" for one in picture.look_at[:SHOWN]]
    return "\n".join([*lines, f"{base}{picture.link}"])
