"""Rebuild 重建: new tables are filled from the log beside the old ones, compared with them, and exchanged for them.

Nothing is ever deleted and read again in place: the engine's memory of old inserts would leave rows missing. Questions are answered
by the old tables until the exchange and by the new ones after it; nothing but tables is written, so no alert goes out twice.

`beside`   the second database, and which tables are the log's
`compare`  old and new, stretch by stretch, by digest
`switch`   the exchange, with a note of it that survives a crash in its midst
`run`      the whole
"""
