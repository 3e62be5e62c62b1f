"""The vault 密钥库: one data key a submission, outside the log, so that sealed words can be opened here and nowhere else.

`data_keys` keeps them in SQLite beside the world's state, each wrapped under the deployment's master key, or a tombstone.
`sealed`    finds the sealed words of a submission in the mirror.
`custody`   opens them, or destroys their key: written to the log first.
"""

from __future__ import annotations

from infra.vault.data_keys import Vault

__all__ = ["Vault"]
