"""The ClickHouse engine in this process, and a thin face of ClickHouse's HTTP interface over it.

This is **not** a ClickHouse server: it is the same engine, embedded (chdb), answering on loopback what our clients ask.
One process owns the data directory; all others ask that process, exactly as they would ask a server.

`engine`       opens the data directory, asks one question on a connection of its own
`request`      what an HTTP request asks for
`compression`  bodies as clickhouse-connect sends and wants them
`answer`       what a server would say: formats, statuses, errors, also in the middle of a stream
`face`         the HTTP part
"""
