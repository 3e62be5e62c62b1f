"""The Faust shell: feeds the fold from Kafka and carries its results out. It has no ifs about petitions.

`transport` hands Faust one fetched partition batch as one message · `app` is the Faust app · `partition` is the queue and task of
one partition · `steps` is what happens to a batch, numbered · `store` keeps state and offset in one atomic write ·
`checkpoints` are copies of it for whoever gets the partition next · `log_reader` reads a stretch of the log again · `outbox` puts
findings, matters, rejections and the consumed offset into one Kafka transaction · `watch` sees to it that the partitions get on ·
`main` starts it.

Faust does membership, assignment, timers and signals. It does not commit: offsets are committed inside our transactions,
since its own ``exactly_once`` loses and repeats (faust-streaming #136, #177, #323, #440, #517).
"""
