"""The memory: what the log says and what the fold concluded, in ClickHouse tables that can be asked.

`warehouse`   the port to ClickHouse: a server, or the embedded engine behind its face
`migrations`  the schema, as numbered files in `sql/`
`progress`    how much of the log the tables hold, read back from the tables themselves
`projector/`  carries the topics into the tables
`queries/`    what can be asked, each answer with how much of the log it knows
"""
