-- Daily flow 每日流量: how many distinct events of each kind a day saw. The states hold the events' ids, not a number, so a
-- batch that was inserted twice counts once. Order key: as it is read, a county over days. By county in the order of its
-- code only: no table here is ordered by how many petitions a county had (rankings by volume were abolished in 2013).
CREATE TABLE IF NOT EXISTS daily_flow
(
    county   LowCardinality(String)            COMMENT 'GB/T 2260',
    day      Date32                            COMMENT 'business day, Asia/Shanghai',
    feed     LowCardinality(String)            COMMENT 'actions or findings',
    kind     LowCardinality(String)            COMMENT 'type of action without version, or kind of finding',
    category LowCardinality(String)            COMMENT 'registrations only',
    channel  LowCardinality(String)            COMMENT 'registrations and inquiries only',
    events   AggregateFunction(uniqExact, String) COMMENT 'the ids; uniqExactMerge(events) is their number'
)
ENGINE = AggregatingMergeTree
ORDER BY (county, day, feed, kind, category, channel)
COMMENT 'Distinct events a day 每日流量'
