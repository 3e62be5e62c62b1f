"""For other tools. Tables and answers as Parquet and CSV (`tables`); traces 过程挖掘: the log as OCEL 2.0 (JSON, SQLite) and as XES.

`visible` says what of an action may leave the house: a list of what is let out, never of what is held back. `gathered` puts
it in order on disk, so that memory does not grow with the log. `ocel_json`, `ocel_sqlite` and `xes` write it. Objects are
submissions, matters and offices; there is no object for a person, so no tool can follow one.
"""
