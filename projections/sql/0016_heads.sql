-- How far each feed has come: what every answer states as its as_of. One row for each feed and partition after merges.
CREATE TABLE IF NOT EXISTS heads
(
    feed        LowCardinality(String)                             COMMENT 'actions, findings, matters',
    `partition` UInt32                                             COMMENT 'partition of the topic',
    `offset`    SimpleAggregateFunction(max, UInt64)               COMMENT 'the highest offset held',
    log_time    SimpleAggregateFunction(max, DateTime64(3, 'UTC')) COMMENT 'the latest log time held'
)
ENGINE = AggregatingMergeTree
ORDER BY (feed, `partition`)
COMMENT 'How far each feed has come'
