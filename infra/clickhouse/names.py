"""The roles of the embedded engine, which are also the users of its face (the owner's user is ``default``)."""

from __future__ import annotations

from typing import Final

OWNER: Final = "sanfang_owner"
READER: Final = "sanfang_reader"
