"""The keys' files: made once, private, checked."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from events.errors import VaultError
from infra import keys
from infra.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def test_keys_are_made_once_and_private(settings: Settings) -> None:
    """The first start makes them for the owner alone; the second finds them."""
    keys.ensure(settings)
    folder = settings.home / "keys"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert {path.name for path in folder.iterdir()} == {"pseudonym.key", "sketch.key", "master.key", "signing.key"}
    first = keys.load(settings)
    keys.ensure(settings)
    assert keys.load(settings) == first
    assert first.pseudonym != first.sketch


def test_two_starts_at_once_make_one_set(settings: Settings) -> None:
    """Whoever is first wins; nobody seals under a key that is then replaced."""
    def start(_: int) -> str:
        keys.ensure(settings)
        return keys.load(settings).pseudonym_id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(32)))) == 1


@pytest.mark.parametrize("name", ["keys", "keys/pseudonym.key", "keys/sketch.key"])
def test_keys_open_to_others_are_refused(settings: Settings, name: str) -> None:
    """A key that others can read is no secret: the door stays shut, and says what to type."""
    keys.ensure(settings)
    (settings.home / name).chmod(0o744)
    with pytest.raises(VaultError, match=r"vault\.open_to_others.*chmod"):
        keys.load(settings)


def test_no_key_says_where_to_find_one(settings: Settings) -> None:
    """Loading makes nothing: on a machine without keys it says so."""
    with pytest.raises(VaultError, match=r"vault\.no_key"):
        keys.load(settings)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"sanfang-key v1 pseudonym 00000000 !!!\n", "truncate"])
def test_a_damaged_key_is_not_used(settings: Settings, content: bytes | str) -> None:
    """A half-written key would quietly give everybody other pseudonyms; its id gives it away, and it is not shown."""
    keys.ensure(settings)
    path = settings.home / "keys" / "pseudonym.key"
    whole = path.read_bytes()
    path.write_bytes(whole[:-10] if isinstance(content, str) else content)
    with pytest.raises(VaultError, match=r"vault\.(damaged|unreadable)_key") as caught:
        keys.load(settings)
    assert whole.split()[4].decode()[:12] not in str(caught.value)


def test_keys_are_not_shown(settings: Settings) -> None:
    """No repr shows a key."""
    keys.ensure(settings)
    for name in keys.NAMES:
        key = keys.key(settings, name)
        assert repr(key.secret) not in repr(key)
    assert repr(keys.load(settings).sketch) not in repr(keys.load(settings))


def test_the_opened_door_gives_the_same_bytes_after_a_restart(settings: Settings) -> None:
    """Keys and vault outlive the process: the same door form still makes the same event."""
    document = {"type": "petition.replied.v1", "time": "2024-03-01", "subject": "s1", "partitionkey": "141102",
                "data": {"office": {"id": "o", "level": 3, "kind": "government"}, "text": "已办理"}}
    assert keys.open_door(settings).admit(document).value == keys.open_door(settings).admit(document).value
