"""The state of one partition: records by kind and key, over a store of bytes; what was touched since the last flush.

The fold reads and writes records here and nowhere else. ``changes()`` is everything that must reach the store for the
records to be what they are now; the shell writes it together with the offset, in one atomic write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

from streams.calendar import Notice
from streams.recent import Recent
from streams.records import CLOCK, ENCODE, FILE, HELD, NAMES, NOTICES, CaseFile, Clock, Held

FILES: Final = b"f"
FILE_OF: Final = b"s"
PEOPLE: Final = b"p"
AGENDA: Final = b"a"
HELD_FACTS: Final = b"h"
CLOCK_KEY: Final = b"c"
NOTICES_KEY: Final = b"n"
_LINKED: Final = "link "
"""In the index of people: who waits for a submission. No pseudonym has a space in it, and every other name there has one."""


class Store(Protocol):
    """Where records rest: bytes by key. A dict will do."""

    def get(self, key: bytes, default: None = None, /) -> bytes | None: ...

    def items_from(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]: ...


class MemoryStore(dict[bytes, bytes]):
    """The store of replays and tests."""

    def items_from(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        return ((key, self[key]) for key in sorted(key for key in self if key.startswith(prefix)))

    def write(self, changes: Mapping[bytes, bytes | None]) -> None:
        for key, value in changes.items():
            if value is None:
                self.pop(key, None)
            else:
                self[key] = value


class State:
    """Records of one partition. Not thread-safe: one fold owns it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.files: Recent[str, CaseFile | None] = Recent()
        self.file_of: Recent[str, str | None] = Recent()
        self.people: Recent[str, list[str]] = Recent()
        self.held: Recent[str, Held | None] = Recent()
        self.agenda: dict[int, dict[str, None]] = {}
        self._touched: dict[bytes, Any] = {}
        raw = store.get(CLOCK_KEY)
        self.clock: Clock = CLOCK.decode(raw) if raw else Clock()
        raw = store.get(NOTICES_KEY)
        self.notices: list[Notice] = NOTICES.decode(raw) if raw else []
        """Of each year the notice that prevails, of those that actions brought."""
        for key, _ in store.items_from(AGENDA):
            day, _, name = key[1:].partition(b"|")
            self.agenda.setdefault(int(day), {})[name.decode()] = None

    # -- reading: from memory, else from the store
    def file(self, key: str) -> CaseFile | None:
        try:
            return self.files[key]
        except KeyError:
            raw = self.store.get(FILES + key.encode())
            found = self.files[key] = FILE.decode(raw) if raw else None
            return found

    def file_key(self, submission: str) -> str | None:
        try:
            return self.file_of[submission]
        except KeyError:
            raw = self.store.get(FILE_OF + submission.encode())
            found = self.file_of[submission] = raw.decode() if raw else None
            return found

    def submissions_of(self, county: str, person_key: str) -> list[str]:
        """Submissions in that county by whoever has that pseudonym. Never leaves the partition's state."""
        key = f"{county}|{person_key}"
        try:
            return self.people[key]
        except KeyError:
            raw = self.store.get(PEOPLE + key.encode())
            found = self.people[key] = NAMES.decode(raw) if raw else []
            return found

    def linked_to(self, submission: str) -> list[str]:
        """Submissions that a clerk said concern the same matter as that one, before it was registered."""
        county, _, number = submission.partition("|")
        return self.submissions_of(county, f"{_LINKED}{number}")

    def held_for(self, submission: str) -> Held | None:
        """Facts that wait for the registration of that submission."""
        try:
            return self.held[submission]
        except KeyError:
            raw = self.store.get(HELD_FACTS + submission.encode())
            found = self.held[submission] = HELD.decode(raw) if raw else None
            return found

    # -- writing: in memory, and noted
    def put_file(self, file: CaseFile) -> None:
        self.files[file.key] = file
        self._touched[FILES + file.key.encode()] = file

    def drop_file(self, key: str) -> None:
        self.files[key] = None
        self._touched[FILES + key.encode()] = None

    def put_file_key(self, submission: str, key: str) -> None:
        self.file_of[submission] = key
        self._touched[FILE_OF + submission.encode()] = key

    def add_person(self, county: str, person_key: str, submission: str) -> None:
        names = self.submissions_of(county, person_key)
        if submission not in names:
            names.append(submission)
            self._touched[PEOPLE + f"{county}|{person_key}".encode()] = names

    def put_names(self, county: str, key: str, names: list[str]) -> None:
        """Who stands under a key of that county, all of them."""
        self.people[f"{county}|{key}"] = names
        self._touched[PEOPLE + f"{county}|{key}".encode()] = names

    def await_link(self, county: str, number: str, submission: str) -> None:
        self.add_person(county, f"{_LINKED}{number}", submission)

    def name(self, county: str, what: str, submission: str) -> bool:
        """Note the submission under a name of ours in its county; says whether that is new."""
        known = submission in self.submissions_of(county, what)
        self.add_person(county, what, submission)
        return not known

    def named(self, county: str, what: str) -> list[str]:
        return list(self.submissions_of(county, what))

    def put_held(self, submission: str, held: Held) -> None:
        self.held[submission] = held
        self._touched[HELD_FACTS + submission.encode()] = held

    def drop_held(self, submission: str) -> None:
        self.held[submission] = None
        self._touched[HELD_FACTS + submission.encode()] = None

    def remind(self, day: int, name: str) -> None:
        """Have a tick of that day or later look at something that is no case file (its name tells what it is)."""
        self.agenda.setdefault(day, {})[name] = None
        self._touched[AGENDA + b"%d|" % day + name.encode()] = b""

    def forget_reminder(self, day: int, name: str) -> None:
        self._unplan(day, name)

    def plan(self, file: CaseFile, day: int) -> None:
        """See to it that the file is looked at again by the first tick of that day or later; 0: not at all."""
        if file.check == day:
            return
        if file.check:
            self._unplan(file.check, file.key)
        file.check = day
        if day:
            self.remind(day, file.key)

    def _unplan(self, day: int, key: str) -> None:
        if (keys := self.agenda.get(day)) is not None:
            keys.pop(key, None)
            if not keys:
                del self.agenda[day]
            self._touched[AGENDA + b"%d|" % day + key.encode()] = None

    def due(self, day: int) -> list[str]:
        """Keys of the files to be looked at by a tick of that day, in the order of their days and keys."""
        return [key for when in sorted(when for when in self.agenda if when <= day) for key in sorted(self.agenda[when])]

    def put_clock(self, clock: Clock) -> None:
        self.clock = clock
        self._touched[CLOCK_KEY] = clock

    def put_notice(self, notice: Notice) -> None:
        """In the place of that year's other."""
        self.notices = sorted((*(one for one in self.notices if one.year != notice.year), notice), key=lambda one: one.year)
        self._touched[NOTICES_KEY] = self.notices

    def all_files(self) -> list[str]:
        """The keys of every case file, in their order."""
        stored = {key[len(FILES):].decode() for key, _ in self.store.items_from(FILES)}
        known = self.files.both()
        return sorted(stored.union(known) - {key for key, file in known.items() if file is None})

    # -- flushing
    def changes(self) -> dict[bytes, bytes | None]:
        """Every touched record as bytes (None: gone), and forget that it was touched."""
        out: dict[bytes, bytes | None] = {}
        for key, record in self._touched.items():
            if record is None or isinstance(record, bytes):
                out[key] = record
            elif isinstance(record, str):
                out[key] = record.encode()
            else:
                out[key] = ENCODE(record)
        self._touched = {}
        return out

    def forget(self, keep: int) -> None:
        """Let cold records leave memory: at most some ``keep`` case files stay, and of what is smaller in proportion more. Call
        only right after the changes reached the store.
        """
        self.files.forget(keep)
        self.file_of.forget(4 * keep)
        self.people.forget(8 * keep)
        self.held.forget(keep)
