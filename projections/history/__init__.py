"""What was known when: every state of every matter and every finding, by the record of the log that made it so.

The worker publishes the state of a matter once a batch, and Kafka compacts even that; so neither can say what was known after
one given record. The history can: it is the fold over the mirror, record by record, written down. A pure function of the log,
it can be dropped and built again at any time, from the mirror alone.

`store`   the fold's state between two builds, one file a partition
`build`   carries the history on, partition by partition
`moment`  what a person means by an as-of: an event, a log time, a business time, offsets
`cut`     the same as an offset for each partition, or a precise error
`then`    a warehouse that knows what was known at a cut, and nothing later
`changes` what changed of a matter between two cuts, and which events did it
"""
