-- The latest state of each matter 信访事项, from the compacted topic petition.matters.v1.
--
-- Order key: (partition, matter). A matter keeps to one partition, except when its county is corrected 属地更正: then the old
-- partition says that it is gone and the new one what it is, in one transaction. Offsets of two partitions cannot be
-- compared, so each partition has its own row and the version decides within it only; the row that is gone drops out by
-- itself. Read it with FINAL, or through `current_matters`. One table partition, so a key never changes partition.
CREATE TABLE IF NOT EXISTS matters
(
    `partition`      UInt32                 COMMENT 'partition of the topic',
    `offset`         UInt64                 COMMENT 'offset in the partition: the version of the state',
    previous         Int64                  COMMENT 'offset of the committed record before it; -1: none',
    log_time         DateTime64(3, 'UTC')   COMMENT 'when the log took it in',
    matter_id        String                 COMMENT 'the record key',
    gone             UInt8                  COMMENT '1: merged or moved, the record had no value',
    raw              String                 COMMENT 'the exact bytes' CODEC(ZSTD(1)),

    said                                    EPHEMERAL JSONExtract(raw, 'Tuple(
        county String, opened_on Date32, purpose String, category String, stage String, competent_level UInt8,
        competent_office String, last_event String, last_time String, answerable Tuple(id String, level UInt8, kind String),
        submissions Array(Tuple(
            id String, registered_on Date32, received_on Date32, entered_at Nullable(String), channel String, purpose String,
            category String, office Tuple(id String, level UInt8, kind String), first_in Array(String), repeat_of String,
            proposed Bool, copy_of String, cross_level String, replied_on Nullable(Date32))),
        clocks Array(Tuple(
            rule String, submission String, office Tuple(id String, level UInt8, kind String), started Date32,
            due_strict Nullable(Date32), due_rolled Nullable(Date32), ended Nullable(Date32), state String, started_by String,
            ended_by String, calendar_unknown Bool)))'),

    county           LowCardinality(String) DEFAULT tupleElement(said, 'county')           COMMENT 'GB/T 2260',
    opened_on        Date32                 DEFAULT tupleElement(said, 'opened_on')        COMMENT 'first registration',
    purpose          LowCardinality(String) DEFAULT tupleElement(said, 'purpose')          COMMENT 'suggestion, accusation, claim',
    category         LowCardinality(String) DEFAULT tupleElement(said, 'category')         COMMENT 'what it is about',
    stage            LowCardinality(String) DEFAULT tupleElement(said, 'stage')            COMMENT 'registered … concluded',
    competent_level  UInt8                  DEFAULT tupleElement(said, 'competent_level')  COMMENT '0: not known yet',
    competent_office String                 DEFAULT tupleElement(said, 'competent_office') COMMENT 'empty: not known yet',
    answerable_id    String                 DEFAULT tupleElement(tupleElement(said, 'answerable'), 'id')
                                            COMMENT 'who is answerable now 首接首办',
    answerable_level UInt8                  DEFAULT tupleElement(tupleElement(said, 'answerable'), 'level') COMMENT '1 … 5',
    answerable_kind  LowCardinality(String) DEFAULT tupleElement(tupleElement(said, 'answerable'), 'kind')  COMMENT 'kind of office',
    last_event       String                 DEFAULT tupleElement(said, 'last_event')       COMMENT 'the action it includes last',
    last_time        DateTime64(3, 'UTC')   DEFAULT ifNull(parseDateTime64BestEffortOrNull(tupleElement(said, 'last_time'), 3, 'UTC'),
                                                           toDateTime64(0, 3, 'UTC'))      COMMENT 'and its business time',
    submissions                             DEFAULT tupleElement(said, 'submissions')      COMMENT 'its submissions 信访件',
    clocks                                  DEFAULT tupleElement(said, 'clocks')           COMMENT 'its time limits 期限',

    INDEX by_county county TYPE set(64) GRANULARITY 1,
    INDEX by_last_time last_time TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(`offset`, gone)
ORDER BY (`partition`, matter_id)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'The latest state of each matter 信访事项'
