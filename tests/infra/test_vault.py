"""The vault: one key a submission, durable before it is used, the same for everybody."""

from __future__ import annotations

import contextlib
import multiprocessing
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from events.door import Admitted, name_of, unseal
from events.errors import RejectedInput, VaultError
from events.reasons import Reason
from infra import keys
from infra.settings import Settings
from infra.vault import Vault
from tests.events.door.examples import registered


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(home=tmp_path / "home")
    keys.ensure(made)
    return made


@pytest.fixture
def vault(settings: Settings) -> Iterator[Vault]:
    opened = Vault.open(settings)
    yield opened
    opened.close()


def test_a_key_is_made_once(settings: Settings, vault: Vault) -> None:
    """A submission keeps its key over restarts; another has another."""
    again = Vault.open(settings)
    assert vault.key_for("s1") == again.key_for("s1") == again.find("s1")
    assert vault.key_for("s1") != vault.key_for("s2")
    again.close()


def test_finding_makes_nothing(vault: Vault) -> None:
    """Looking for the key of a submission that was never sealed does not invent one."""
    assert vault.find("s1") is None


def test_many_at_once(settings: Settings, vault: Vault) -> None:
    """Prepared keys are there, those that were there before unchanged, more than fit into memory included."""
    before = vault.key_for("s7")
    vault.prepare([f"s{n}" for n in range(25_000)])
    other = Vault.open(settings)
    assert other.find("s7") == before
    assert other.find("s0") == vault.key_for("s0")
    assert other.find("s24999") is not None
    other.close()


def test_the_file_holds_no_key_in_clear(settings: Settings, vault: Vault) -> None:
    """What lies on the disk is wrapped, and for the owner's eyes."""
    key = vault.key_for("s1")
    path = settings.home / "worlds" / "live" / "vault.sqlite"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not any(key in file.read_bytes() for file in path.parent.iterdir())


def test_a_key_is_durable_before_it_is_returned(settings: Settings, vault: Vault) -> None:
    """Another connection sees it committed at once, without the vault being closed."""
    vault.key_for("s1")
    with sqlite3.connect(settings.home / "worlds" / "live" / "vault.sqlite") as other:
        assert other.execute("SELECT subject FROM data_keys").fetchall() == [("s1",)]
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()
    assert vault._db.execute("PRAGMA synchronous").fetchone() == (2,)


def test_rows_cannot_be_exchanged(settings: Settings, vault: Vault) -> None:
    """A key moved to another submission's row does not open: the submission is bound in."""
    vault.prepare(["s1", "s2"])
    vault._db.execute("UPDATE data_keys SET wrapped = (SELECT wrapped FROM data_keys WHERE subject = 's1') WHERE subject = 's2'")
    fresh = Vault.open(settings)
    with pytest.raises(VaultError, match=r"vault\.other_master"):
        fresh.find("s2")
    fresh.close()


def test_another_master_key_is_noticed(settings: Settings, vault: Vault) -> None:
    """A vault and keys that do not belong together say so, rather than making new keys beside the old."""
    vault.key_for("s1")
    (settings.home / "keys" / "master.key").unlink()
    keys.ensure(settings)
    stranger = Vault.open(settings)
    with pytest.raises(VaultError, match=r"vault\.other_master.*same backup"):
        stranger.key_for("s1")
    stranger.close()


def test_a_damaged_vault_is_reported(settings: Settings) -> None:
    """A file that is no database is an error with its path, not an empty vault."""
    path = settings.home / "worlds" / "live" / "vault.sqlite"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(VaultError, match=r"vault\.unavailable.*vault\.sqlite"):
        Vault.open(settings)


def test_several_processes_agree(settings: Settings) -> None:
    """Four processes that ask for the same keys at the same time get the same keys."""
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        answers = pool.map(_ask, [settings.home] * 4, chunksize=1)
    assert len(answers[0]) == 200
    assert all(answer == answers[0] for answer in answers)


def _ask(home: Path) -> list[bytes]:
    vault = Vault.open(Settings(home=home))
    vault.prepare([f"s{n}" for n in range(100)])
    answer = [vault.key_for(f"s{n}") for n in range(200)]
    vault.close()
    return answer


def test_an_erased_key_is_gone_and_gets_no_successor(settings: Settings, vault: Vault) -> None:
    """Neither this vault nor one opened later finds or makes a key; the rest keep theirs; again does no harm."""
    vault.prepare(["s1", "s2"])
    kept = vault.find("s2")
    vault.erase(["s1"])
    vault.erase(["s1", "s9"])
    for one in (vault, Vault.open(settings)):
        one.prepare(["s1", "s2", "s3", "s9"])
        assert [one.find("s1"), one.find("s2"), one.find("s9")] == [None, kept, None]
        assert [one.is_erased("s1"), one.is_erased("s2")] == [True, False]
        with pytest.raises(RejectedInput, match=r"door\.erased.*s1"):
            one.key_for("s1")


def test_a_running_door_notices_an_erasure(settings: Settings, vault: Vault) -> None:
    """A vault that has the key in memory stops using it at its next call, as soon as another process has erased it."""
    vault.prepare(["s1", "s2"])
    other = Vault.open(settings)
    for gone, kept in (("s1", "s2"), ("s2", "s3")):
        assert vault.key_for(gone)
        other.erase([gone])
        with pytest.raises(RejectedInput, match=r"door\.erased"):
            vault.key_for(gone)
        assert vault.find(gone) is None
        assert vault.key_for(kept)


def test_the_bytes_of_an_erased_key_are_in_no_file(settings: Settings, vault: Vault) -> None:
    """Not even the wrapped key is left: not in the database's free pages, nor in its write-ahead log."""
    vault.prepare([f"s{n}" for n in range(200)])
    wrapped, = vault._db.execute("SELECT wrapped FROM data_keys WHERE subject = 's100'").fetchone()
    files = settings.home / "worlds" / "live"
    assert any(wrapped in file.read_bytes() for file in files.iterdir())
    vault.erase(["s100"])
    assert not any(wrapped in file.read_bytes() for file in files.iterdir())


def test_old_pages_that_somebody_still_reads_are_told(settings: Settings, vault: Vault) -> None:
    """A reader that holds the old pages: the key is gone, what is left of it is said, and the next try ends it."""
    vault.prepare(["s1"])
    vault._db.execute("PRAGMA busy_timeout=50")
    with contextlib.closing(sqlite3.connect(settings.home / "worlds" / "live" / "vault.sqlite", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM data_keys").fetchall()
        with pytest.raises(VaultError, match=r"vault\.old_pages"):
            vault.erase(["s1"])
        assert vault.find("s1") is None
        reader.execute("COMMIT")
    vault.erase(["s1"])


def test_a_door_says_that_a_submission_was_erased(settings: Settings) -> None:
    """Words for an erased submission are refused by themselves, in the middle of a batch; an action without words goes through."""
    door = keys.open_door(settings)
    forms = [{**registered(), "subject": f"s{n}"} for n in (1, 2)]
    first = door.admit_many(forms)
    assert all(isinstance(one, Admitted) for one in first)
    Vault.open(settings).erase(["s1"])
    refused, admitted = door.admit_many(forms)
    assert isinstance(refused, RejectedInput)
    assert refused.code == Reason.ERASED
    assert admitted == first[1]
    wordless = {**registered(), "subject": "s1"}
    del wordless["data"]["title"], wordless["data"]["text"]
    assert isinstance(door.admit_many([wordless])[0], Admitted)


def test_two_counties_that_share_a_number_share_no_key(settings: Settings, vault: Vault) -> None:
    """The same number in two counties is two submissions: each has its key, and erasing one touches the other in no process."""
    here, there = name_of("141102", "s1"), name_of("141124", "s1")
    other = Vault.open(settings)
    kept = other.key_for(there)
    assert vault.key_for(here) != vault.key_for(there) == kept
    vault.erase([here])
    assert (other.find(here), other.is_erased(here), other.find(there), other.is_erased(there)) == (None, True, kept, False)
    with pytest.raises(RejectedInput):
        other.key_for(here)
    door = keys.open_door(settings)
    refused, admitted = door.admit_many([{**registered(), "subject": "s1", "partitionkey": county} for county in ("141102", "141124")])
    assert isinstance(refused, RejectedInput)
    assert isinstance(admitted, Admitted)
    assert unseal(admitted.event, kept) == (registered()["data"]["title"], registered()["data"]["text"])
    other.close()


def test_a_vault_of_before_counties_opens_what_it_sealed(settings: Settings, vault: Vault) -> None:
    """A key by the number alone serves its number in every county, seals the same bytes again, and goes with the first erasure."""
    old = vault.key_for("s1")
    fresh = Vault.open(settings)
    here, there = name_of("141102", "s1"), name_of("141124", "s1")
    assert (fresh.find(here), fresh.key_for(there)) == (old, old)
    fresh.prepare([here, name_of("141102", "s2")])
    assert fresh.key_for(here) == old
    vault.erase([here])
    assert (fresh.find(here), fresh.find(there), fresh.is_erased(there)) == (None, None, False)
    assert fresh.key_for(there) not in {old, None}
    fresh.close()


def test_a_number_alone_is_erased_in_every_county(vault: Vault) -> None:
    """As lists of before name it: no county's key of that number stays or is made, and no other's is touched."""
    names = [name_of(county, number) for county in ("141102", "141124") for number in ("s1", "xs1")]
    vault.prepare([*names, "s1"])
    vault.erase(["s1"])
    assert [vault.find(name) is None for name in (*names, "s1")] == [True, False, True, False, True]
    with pytest.raises(RejectedInput):
        vault.key_for(names[0])
