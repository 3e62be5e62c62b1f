-- Switches 切换: a rebuild notes here, before it exchanges tables, up to where the new ones were filled; and afterwards that the rest
-- is in too. While the latest note of a switch is not `finished`, whoever projects begins at these offsets (see projector/resume.py).
CREATE TABLE IF NOT EXISTS switches
(
    id          String                                       COMMENT 'of one rebuild',
    feed        LowCardinality(String)                       COMMENT 'actions, findings, matters, rejected',
    `partition` UInt32                                       COMMENT 'partition of the topic',
    `offset`    UInt64                                       COMMENT 'the next offset that the new table lacked',
    finished    Bool                                         COMMENT 'what came after that is in',
    noted_at    DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'wall clock'
)
ENGINE = ReplacingMergeTree(finished)
ORDER BY (id, feed, `partition`)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Exchanges of rebuilt tables 切换记录'
