"""The door 入口: the only way from what people write to what the log keeps.

`forms` what upstream systems hand over · `identity` people to pseudonyms 化名 · `sketch` text to fingerprint 文本指纹 ·
`seal` words under a key of their own 密封 · `door` all of it, one document or many · `refusals` why not, saying no names ·
`keys` what it needs · `gram_table` how the table of common grams was made.
"""

from __future__ import annotations

from events.door.door import Admitted, Door
from events.door.forms import door_models
from events.door.keys import DataKeys, DerivedDataKeys, DoorKeys, Encoder, name_of
from events.door.seal import unseal, unseal_text

__all__ = ["Admitted", "DataKeys", "DerivedDataKeys", "Door", "DoorKeys", "Encoder", "door_models", "name_of", "unseal", "unseal_text"]
