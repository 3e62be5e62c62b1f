"""Backup and restore 备份与恢复: what cannot be made again, in a directory with a manifest; and a world made from it.

    kept       the log, findings, alerts, rejected: every record with its offset, time, key, headers; matters; the group's offsets;
               keys, vault, settings, rule packs, schemes; what people told the tables
    not kept   the worker's state and the tables: they are made again, and `sanfang verify` says whether they came out the same

`manifest`  what is in a backup, with digests
`segments`  stretches of topics as files
`backup`    taking one; again into the same directory: only what is new
`replant`   writing a topic anew with the same offsets
`restore`   making a world of it, where nothing is
"""
