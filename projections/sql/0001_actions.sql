-- The log 动作日志, mirrored byte for byte: one row for each record of petition.actions.v1.
--
-- A row is given with its place and its bytes; every other column is read from the bytes by ClickHouse itself, so the
-- mirror cannot disagree with the log. Order key: the place in the log, which is how replay reads, and which makes a row
-- that was sent twice one row again. Table partition: a function of the key, so that a row never changes partition.
CREATE TABLE IF NOT EXISTS actions
(
    `partition`   UInt32                 COMMENT 'partition of the topic',
    `offset`      UInt64                 COMMENT 'offset in the partition',
    previous      Int64                  COMMENT 'offset of the committed record before it; -1: none. A gap shows here',
    log_time      DateTime64(3, 'UTC')   COMMENT 'when the log took it in',
    `key`         Nullable(String)       COMMENT 'the record key: the county code',
    headers       Array(Tuple(name String, value String)) COMMENT 'the record headers',
    tombstone     Bool                   COMMENT 'the record had no value at all',
    raw           String                 COMMENT 'the exact bytes; the only place where petitioners'' keys are' CODEC(ZSTD(1)),

    said                                 EPHEMERAL JSONExtract(raw, 'Tuple(
        id String, type String, source String, subject String, partitionkey String, time String, recordedtime String,
        data Tuple(office Tuple(id String, level UInt8, kind String), channel String, category String, purpose String))'),

    event_id      String                 DEFAULT tupleElement(said, 'id')           COMMENT 'CloudEvents id',
    type          LowCardinality(String) DEFAULT tupleElement(said, 'type')         COMMENT 'type with version: petition.registered.v1',
    source        LowCardinality(String) DEFAULT tupleElement(said, 'source')       COMMENT 'the upstream system',
    subject       String                 DEFAULT tupleElement(said, 'subject')      COMMENT 'submission 信访件编号',
    county        LowCardinality(String) DEFAULT tupleElement(said, 'partitionkey') COMMENT 'county of the problem, GB/T 2260',
    event_time    DateTime64(3, 'UTC')   DEFAULT ifNull(parseDateTime64BestEffortOrNull(tupleElement(said, 'time'), 3, 'UTC'),
                                                        toDateTime64(0, 3, 'UTC')) COMMENT 'business time 业务时间',
    recorded_time Nullable(DateTime64(3, 'UTC'))
                                         DEFAULT parseDateTime64BestEffortOrNull(tupleElement(said, 'recordedtime'), 3, 'UTC')
                                         COMMENT 'when it was entered; the distance to event_time is the late entry 补录',
    office_id     String                 DEFAULT tupleElement(tupleElement(tupleElement(said, 'data'), 'office'), 'id')
                                         COMMENT 'the office 机关 that acts',
    office_level  UInt8                  DEFAULT tupleElement(tupleElement(tupleElement(said, 'data'), 'office'), 'level')
                                         COMMENT '1 township … 5 nation; 0 not said',
    office_kind   LowCardinality(String) DEFAULT tupleElement(tupleElement(tupleElement(said, 'data'), 'office'), 'kind')
                                         COMMENT 'kind of office',
    channel       LowCardinality(String) DEFAULT tupleElement(tupleElement(said, 'data'), 'channel')  COMMENT 'registered only',
    category      LowCardinality(String) DEFAULT tupleElement(tupleElement(said, 'data'), 'category') COMMENT 'registered only',
    purpose       LowCardinality(String) DEFAULT tupleElement(tupleElement(said, 'data'), 'purpose')  COMMENT 'registered only',
    readable      Bool                   DEFAULT event_id != '' AND match(type, '^[a-z_.]+[.]v[0-9]+$')
                                             AND parseDateTime64BestEffortOrNull(tupleElement(said, 'time'), 3, 'UTC') IS NOT NULL
                                         COMMENT 'false: the bytes are no event; see petition.rejected.v1',

    INDEX by_event event_id TYPE bloom_filter(0.01) GRANULARITY 4,
    INDEX by_subject subject TYPE bloom_filter(0.01) GRANULARITY 4,
    INDEX by_time event_time TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY intDiv(`offset`, 16777216)
ORDER BY (`partition`, `offset`)
-- an acknowledged batch is on the disk, in order: the checkpoint is read back from this table
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'The log, byte for byte 动作日志'
