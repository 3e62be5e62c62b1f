"""The indicators computed plainly from the log and the published matters, event by event, in Python.

Nothing is shared with the SQL but the definitions in words. Slow and obvious on purpose: no views, no joins, no calendar
tricks. Each function answers ``{(series, county): [numerator, denominator, left out and why]}``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

from chinese_calendar import is_workday

from tests.projections.indicators.worlds import Event, World

CHINA = timezone(timedelta(hours=8))
COUNTED_CHANNELS = {"letter", "visit", "web"}
Cells = dict[tuple[str, str], list[Any]]
Unit = tuple[str, str, str, bool, bool]
"""Series, county, why it is left out, in the numerator, in the denominator."""


def day_of(text: str) -> date:
    return datetime.fromisoformat(text).astimezone(CHINA).date()


def order(event: Event) -> tuple[int, str]:
    return int(datetime.fromisoformat(event["time"]).timestamp()), event["id"]


def as_read(event: Event, corrections: list[Event]) -> Event | None:
    """The event as its last correction has it; None when it is void. A correction can itself have been corrected, later."""
    speaking = []
    for correction in corrections:
        if event["type"] == "petition.corrected.v1" and order(correction) <= order(event):
            continue
        if correction["id"] == event["id"]:
            continue
        read = as_read(correction, corrections)
        if read is not None and read["data"]["corrects"] == event["id"]:
            speaking.append(read)
    if not speaking:
        return event
    last = max(speaking, key=order)["data"]
    if not {"time", "data", "subject"} & set(last):
        return None
    changed = json.loads(json.dumps(event))
    if "subject" in last:
        changed["subject"] = last["subject"]
        return changed
    changed["time"] = last.get("time", event["time"])
    changed["data"] = last.get("data", event["data"])
    return changed


class Book:
    """The log as read, and the submissions as published, by number."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.said: list[Event] = list({event["id"]: event for event in reversed(world.events)}.values())
        self.today = max((day_of(event["time"]) for event in self.said if event["type"] == "clock.ticked.v1"), default=date.min)
        corrections: dict[str, list[Event]] = {}
        for event in self.said:
            if event["type"] == "petition.corrected.v1":
                corrections.setdefault(event["subject"], []).append(event)
        self.acts: dict[str, list[Event]] = {}
        for event in self.said:
            if event["type"] in {"clock.ticked.v1", "petition.corrected.v1"}:
                continue
            read = as_read(event, corrections.get(event["subject"], []))
            if read is not None:
                self.acts.setdefault(read["subject"], []).append(read)
        for acts in self.acts.values():
            acts.sort(key=order)
        self.submissions = {each["id"]: (each, matter) for matter in world.matters for each in matter["submissions"]}

    def of(self, number: str, type_: str) -> list[Event]:
        return [act for act in self.acts.get(number, []) if act["type"] == f"petition.{type_}.v1"]

    def out(self, number: str) -> str:
        """Why the submission is not in the population of all offices; empty when it is."""
        submission, _ = self.submissions[number]
        if submission["purpose"] == "accusation":
            return "accusation"
        if submission["channel"] not in COUNTED_CHANNELS:
            return "channel"
        if any(act["data"].get("litigation") for act in self.of(number, "registered")):
            return "litigation"
        return ""

    def bureau(self, number: str) -> bool:
        return bool(self.submissions[number][0]["office"]["kind"] == "petition_bureau")

    def out_of_bureaus(self, number: str) -> str:
        return self.out(number) or ("" if self.bureau(number) else "not_bureau")

    def anonymous(self, number: str) -> bool:
        return not any(act["data"].get("petitioners") for act in self.of(number, "registered"))

    def letter(self, number: str) -> str:
        return str(self.submissions[number][0].get("copy_of") or number)

    def copies(self, number: str) -> list[dict[str, Any]]:
        letter = self.letter(number)
        return [each for each in self.submissions[number][1]["submissions"] if letter in {each["id"], each.get("copy_of")}]

    def repeat(self, number: str) -> bool:
        original, _ = self.submissions.get(self.letter(number), ({}, {}))
        return bool(original.get("repeat_of")) and not original.get("proposed")

    def first(self, number: str) -> bool:
        original, _ = self.submissions.get(self.letter(number), ({}, {}))
        return "system" in original.get("first_in", ()) and not self.repeat(number)

    def stands_for_its_copies(self, number: str) -> bool:
        among = [each for each in self.copies(number) if each["channel"] in COUNTED_CHANNELS and self.bureau(each["id"])]
        return bool(among) and min(among, key=lambda each: (each["received_on"], each["registered_on"], each["id"]))["id"] == number

    def replied(self, number: str) -> date | None:
        return min((date.fromisoformat(each["replied_on"]) for each in self.copies(number) if each.get("replied_on")), default=None)

    def place(self, number: str) -> str:
        return str(self.submissions[number][1]["county"])


def summed(units: Iterable[Unit]) -> Cells:
    cells: Cells = {}
    for series, county, out, numerator, denominator in units:
        cell = cells.setdefault((series, county), [0, 0, Counter()])
        cell[0] += numerator
        cell[1] += denominator
        if out:
            cell[2][out] += 1
    return cells


def within(day: date | None, since: date, until: date) -> bool:
    return day is not None and since <= day <= until


def clocks(book: Book, rules: set[str], since: date, until: date) -> Iterator[tuple[str, str]]:
    """Submission and state of each clock whose rolled end lies in the window."""
    for matter in book.world.matters:
        for clock in matter["clocks"]:
            if clock["rule"] in rules and clock.get("due_rolled") and within(date.fromisoformat(clock["due_rolled"]), since, until):
                yield clock["submission"], clock["state"]


def i1(book: Book, since: date, until: date) -> Iterator[Unit]:
    for number, state in clocks(book, {"R-22"}, since, until):
        out = book.out(number)
        accusation = out == "accusation"
        why = "" if book.bureau(number) else "not_bureau"
        if not why and not accusation:
            why = out or ("anonymous" if book.anonymous(number) else "" if book.first(number) else "not_first")
        why = why or ("" if state in {"met", "missed"} else state)
        yield "accusations" if accusation else "first", book.place(number), why, not why and state == "met", not why


def _timely(rules: set[str]) -> Callable[[Book, date, date], Iterator[Unit]]:
    def units(book: Book, since: date, until: date) -> Iterator[Unit]:
        for number, state in clocks(book, rules, since, until):
            why = book.out(number) or ("" if state in {"met", "missed"} else state)
            yield "", book.place(number), why, not why and state == "met", not why
    return units


def i4(book: Book, since: date, until: date) -> Iterator[Unit]:
    for number in book.submissions:
        for body in ("bureau", "office"):
            ratings = [act["data"]["rating"] for act in book.of(number, "rated")
                       if act["data"]["of"] == body and within(day_of(act["time"]), since, until)]
            if ratings:
                why = book.out_of_bureaus(number) if body == "bureau" else book.out(number)
                yield body, book.place(number), why, not why and ratings[-1] != "dissatisfied", not why


def asked(book: Book, number: str, body: str) -> date | None:
    """When it could first be rated: receipt of the reply; for the bureau its notice of where the matter went."""
    if body == "office":
        days = [day_of(act["time"]) for act in book.of(number, "served") if act["data"]["document"] == "reply"]
    else:
        days = [day_of(act["time"]) for act in book.of(number, "informed") if act["data"]["office"]["kind"] == "petition_bureau"
                and act["data"].get("in_writing", True) and (act["data"].get("route") or act["data"].get("sent_to"))]
    return min(days, default=None)


def i5(book: Book, since: date, until: date) -> Iterator[Unit]:
    for number in book.submissions:
        for body in ("bureau", "office"):
            days = [day_of(act["time"]) for act in book.of(number, "rated") if act["data"]["of"] == body]
            start = asked(book, number, body)
            why = book.out_of_bureaus(number) if body == "bureau" else book.out(number)
            if any(within(day, since, until) for day in days):
                yield body, book.place(number), why, not why, not why
            elif not days and start is not None and within(start + timedelta(days=30), since, until):
                why = why or ("" if book.today > start + timedelta(days=30) else "open")
                yield body, book.place(number), why, False, not why


def i6(book: Book, since: date, until: date) -> Iterator[Unit]:
    for number, (submission, _) in book.submissions.items():
        if within(date.fromisoformat(submission["registered_on"]), since, until):
            why = book.out_of_bureaus(number) or ("anonymous" if book.anonymous(number) else "")
            why = why or ("" if book.stands_for_its_copies(number) else "copy")
            yield "", book.place(number), why, not why and book.repeat(number), not why


def i7(book: Book, since: date, until: date) -> Iterator[Unit]:
    for number, (_, matter) in book.submissions.items():
        reply = book.replied(number)
        if reply is None or not since <= reply <= until:
            continue
        repeats = [each for each in matter["submissions"] if each.get("repeat_of") and not each["proposed"]]
        again = [day for each in repeats if (day := date.fromisoformat(each["received_on"])) > reply]
        why = book.out_of_bureaus(number) or ("anonymous" if book.anonymous(number) else "")
        why = why or ("" if book.stands_for_its_copies(number) else "copy") or ("" if book.first(number) else "not_first")
        yield "provisional", book.place(number), why, not why and not again, not why
        matured = why or ("" if book.today > reply + timedelta(days=90) else "not_matured")
        yield "matured", book.place(number), matured, not matured and all((day - reply).days > 90 for day in again), not matured


def of_matter(book: Book, matter: dict[str, Any], type_: str) -> list[Event]:
    return sorted((act for each in matter["submissions"] for act in book.of(each["id"], type_)), key=order)


def i8(book: Book, _since: date, until: date) -> Iterator[Unit]:
    for matter in book.world.matters:
        listed = [day_of(act["time"]) for act in of_matter(book, matter, "backlog_listed") if day_of(act["time"]) <= until]
        if not listed:
            continue
        resolved = [day_of(act["time"]) for act in of_matter(book, matter, "concluded") if act["data"]["as"] == "resolved"]
        reasons = [book.out_of_bureaus(each["id"]) for each in matter["submissions"]]
        why = next(word for word in ("accusation", "", "litigation", "channel", "not_bureau") if word in reasons)
        yield "", matter["county"], why, not why and any(min(listed) <= day <= until for day in resolved), not why


def i11(book: Book, since: date, until: date) -> Iterator[Unit]:
    for acts in book.acts.values():
        for issued in acts:
            if issued["type"] != "recommendation.issued.v1":
                continue
            set_on = issued["data"].get("due_on")
            due = date.fromisoformat(set_on) if set_on else day_of(issued["time"]) + timedelta(days=30)
            while not set_on and not is_workday(due):
                due += timedelta(days=1)
            if since <= due <= until:
                answered = any(act["type"] == "recommendation.answered.v1" and order(act) > order(issued)
                               and act["data"]["office"]["id"] == issued["data"]["to"]["id"] for act in acts)
                yield "", issued["partitionkey"], "", answered, True


def i12(book: Book, since: date, until: date) -> Iterator[Unit]:
    sends = {"petition.forwarded.v1", "petition.assigned.v1", "petition.jurisdiction_decided.v1"}
    removed = {each["causationid"] for each in book.world.findings
               if each["type"] == "finding.retracted.v1" and each["data"].get("late_entry")}
    for number in book.submissions:
        acts = book.acts.get(number, [])
        out = book.out_of_bureaus(number)
        for place, act in enumerate(acts):
            if act["type"] in sends and within(day_of(act["time"]), since, until):
                office = act["data"]["to"]["id"]
                about = [later for later in acts[place + 1:] if (later["type"] in sends and later["data"]["to"]["id"] == office)
                         or (later["type"] == "petition.returned.v1" and later["data"]["by"]["id"] == office)]
                decided = act["type"] == "petition.jurisdiction_decided.v1" or act["data"].get("by_decision", False)
                why = out or ("by_decision" if decided else "")
                yield "objections", book.place(number), why, not why and bool(about) and about[0]["type"] not in sends, not why
    for event in book.said:
        number = event["subject"]
        if "recordedtime" not in event or number not in book.submissions:
            continue
        entered, day = day_of(event["recordedtime"]), day_of(event["time"])
        if since <= entered <= until:
            out = book.out_of_bureaus(number)
            # more than one working day: a whole one lies between the document and its entry
            late = any(is_workday(day + timedelta(days=n)) for n in range(1, (entered - day).days))
            yield "late_entries", book.place(number), out, not out and late, not out
            if late:
                yield "lapses_removed", book.place(number), out, not out and event["id"] in removed, not out
    for number, (submission, _) in book.submissions.items():
        if within(date.fromisoformat(submission["registered_on"]), since, until):
            litigation = book.out(number) == "litigation"
            why = ("" if litigation else book.out(number)) or ("" if book.bureau(number) else "not_bureau")
            why = why or ("" if book.stands_for_its_copies(number) else "copy")
            yield "exclusions", book.place(number), why, not why and litigation, not why


def settled(book: Book, number: str) -> date | None:
    """The day from which the submission is no longer open."""
    submission, matter = book.submissions[number]
    external = {"31.1", "31.2", "31.3", "31.4", "31.5", "litigation"}
    days = []
    for each in matter["submissions"]:
        for act in book.acts.get(each["id"], []):
            kind, data, day = act["type"].split(".")[1], act["data"], day_of(act["time"])
            written = data.get("in_writing", True)
            answers = kind in {"replied", "referred", "concluded"} or (
                ((kind == "informed" and written) or kind == "accepted") and data.get("route") in external)
            mine = each["id"] == number
            if (answers and (mine or day >= date.fromisoformat(submission["received_on"]))) or (kind == "declined" and written and mine):
                days.append(day)
    return min(days, default=None)


def i13(book: Book, since: date, until: date) -> Iterator[Unit]:
    for number, (submission, _) in book.submissions.items():
        day = date.fromisoformat(submission["registered_on"])
        a_year_on = f"{day.year + 1}-{day:%m-%d}"
        now, before = since <= day <= until, f"{since}" <= a_year_on <= f"{until}"
        why = book.out_of_bureaus(number) or ("anonymous" if book.anonymous(number) else "")
        why = why or ("" if book.stands_for_its_copies(number) else "copy") or ("" if book.first(number) else "not_first")
        if now or (before and not why):
            yield "firsts", book.place(number), why, not why and now, not why and before
    eve = since - timedelta(days=1)
    for matter in book.world.matters:
        counted = [each for each in matter["submissions"] if not book.out_of_bureaus(each["id"])]

        def open_on(day: date, counted: list[dict[str, Any]] = counted) -> bool:
            return any(date.fromisoformat(each["registered_on"]) <= day and ((end := settled(book, each["id"])) is None or end > day)
                       for each in counted)

        def listed_on(day: date, matter: dict[str, Any] = matter) -> bool:
            on = set()
            acts = sorted(of_matter(book, matter, "backlog_listed") + of_matter(book, matter, "backlog_closed"), key=order)
            for act in acts:
                if day_of(act["time"]) <= day:
                    (on.add if "listed" in act["type"] else on.discard)(act["data"]["list_name"])
            return bool(on)

        if counted:
            yield "open", matter["county"], "", open_on(until), open_on(eve)
        if counted and all(book.out(each["id"]) != "accusation" for each in matter["submissions"]):
            yield "backlog", matter["county"], "", listed_on(until), listed_on(eve)


PLAIN: dict[str, Callable[[Book, date, date], Iterator[Unit]]] = {
    "I1": i1, "I2": _timely({"R-23d", "R-23t"}), "I3": _timely({"R-34"}), "I4": i4, "I5": i5, "I6": i6, "I7": i7, "I8": i8, "I11": i11,
    "I12": i12, "I13": i13,
}
