-- What was known of each matter 信访事项 after each record of the log: one row for each state it ever had.
--
-- Written by `projections.history`, which folds the mirror record by record with the very fold of the worker. So a row's place is
-- that of its cause in the log, not that of a batch of the worker's, and nothing rests on a compacted topic. A pure function of the
-- log: a row that is written again is the same row. Order key: a matter's states side by side, in the order in which they were known.
CREATE TABLE IF NOT EXISTS matter_history
(
    `partition`      UInt32                 COMMENT 'partition of the log',
    `offset`         UInt64                 COMMENT 'offset of the action or tick that made it so: when it was known',
    log_time         DateTime64(3, 'UTC')   COMMENT 'when the log took that in: when we knew',
    cause_id         String                 COMMENT 'and its event id',
    matter_id        String                 COMMENT 'matter',
    gone             UInt8                  COMMENT '1: merged or moved',
    raw              String                 COMMENT 'the exact bytes of the state' CODEC(ZSTD(1)),

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
    clocks                                  DEFAULT tupleElement(said, 'clocks')           COMMENT 'its time limits 期限'
)
ENGINE = ReplacingMergeTree
ORDER BY (`partition`, matter_id, `offset`)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Every state of every matter, by when it was known 信访事项沿革'
