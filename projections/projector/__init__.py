"""The projector: carries actions, findings, matters and alerts from Kafka into ClickHouse.

At least once, and the same in the end: a row's place in the log is its key, aggregates hold event ids, and the place to
go on from is read back from the tables. The engine itself reads the columns out of the bytes (see `sql/`), so nothing is
parsed here.

`feeds`   the topics and the columns that are given
`resume`  where to go on, and proof that the log is still the one that was read before
`batches` which records go in together, cut the same way each time
`reader`  Kafka, by assignment, with a watch on every partition
`writer`  ClickHouse, patiently
`state`   what it is doing now, for people
`loop`    the whole
"""
