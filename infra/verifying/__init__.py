"""Verify 核对: the log is judged anew by the same pure fold, and everything that rests on it must say the same.

    log ──fold──▶ state      the worker's stores
             └──▶ findings   the topic, record by record; the table
             ├──▶ matters    the latest of each in the topic; the table
             └──▶ rejected   the topic, record by record; the table
    log ─────────▶ actions   the table, and the columns and aggregates read from it
    alerts ──────▶ alerts    the table; what people answered is in the topic only, so it is not made anew

It works on a running system: `cut` says up to where each part must have come. Nothing is written but the report.

`cut`      what is compared with what, taken in an order that makes it exact
`refold`   one partition, judged anew
`outputs`  the topics of findings, rejected records and matters
`states`   the worker's stores
`chain`    digests of a stretch of a topic as ClickHouse computes them too
`tables`   the tables against the topics
`columns`  columns and aggregates against the bytes
`report`   what came of it, kept for `status` and the metrics
`run`      the whole
"""
