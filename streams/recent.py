"""Records in memory, in two generations: what nobody asked for during a whole generation leaves (an approximation of LRU)."""

from __future__ import annotations

from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(dict[Key, Value]):
    """A dict that looks for what it lacks in the generation before, and takes it over. ``get`` sees the young one only."""

    def __init__(self) -> None:
        super().__init__()
        self.old: dict[Key, Value] = {}

    def __missing__(self, key: Key) -> Value:
        found = self[key] = self.old.pop(key)
        return found

    def drop(self, key: Key) -> None:
        self.pop(key, None)
        self.old.pop(key, None)

    def both(self) -> dict[Key, Value]:
        return {**self.old, **self}

    def clear(self) -> None:
        super().clear()
        self.old.clear()

    def forget(self, keep: int) -> None:
        """Let a generation end when it fills half of what is kept."""
        if len(self) > keep // 2:
            self.old = dict(self)
            super().clear()
