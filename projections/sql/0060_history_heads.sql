-- How far the history has come in each partition: an as-of at or before that offset can be answered exactly.
CREATE TABLE IF NOT EXISTS history_heads
(
    `partition` UInt32 COMMENT 'partition of the log',
    `offset`    UInt64 COMMENT 'the last record of the log that is in the history',
    findings    UInt64 COMMENT 'how many findings it led to so far',
    rules       String COMMENT 'the rule sets that judged it last'
)
ENGINE = ReplacingMergeTree(`offset`)
ORDER BY `partition`
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'How far the history has come 沿革进度'
