"""The same plain job on every engine: ``make bench-peers``, or ``python -m tests.bench.peers`` with what it fetched.

Each event is parsed; every matter has a record (count, last type, first time, accepted level), every petitioner and category an
index entry (last matter, count), both durable; a registration that repeats, and a visit above the accepted level + 1, is a finding.

`events` makes the log · `job` is the job in plain Python, and what findings are compared by · `ours` the real shell of
`streams/shell` carrying it · `ordinary` a Faust agent as it comes · `quix_peer` Quix Streams · `kstreams/` Kafka Streams ·
`fetched` brings what is none of our dependencies into ``build/peers`` · `engines` names who runs, how, and what each promises ·
`race` runs one of them once.
"""
