-- Findings 研判结果 by the place of their cause in the log, as `projections.history` concludes them with the worker's fold.
-- Same columns as `findings`; `offset` is the finding's number in its partition, `cause` says when it was known. Order key: the number.
CREATE TABLE IF NOT EXISTS finding_history
(
    `partition`   UInt32                 COMMENT 'partition of the log',
    `offset`      UInt64                 COMMENT 'number of the finding in its partition, from 0',
    cause_offset  UInt64                 COMMENT 'offset of the action or tick after which it was concluded: when it was known',
    log_time      DateTime64(3, 'UTC')   COMMENT 'when the log took that in: when we knew',
    raw           String                 COMMENT 'the exact bytes' CODEC(ZSTD(1)),

    said                                 EPHEMERAL JSONExtract(raw, 'Tuple(
        id String, type String, subject String, partitionkey String, time String, causationid String,
        data Tuple(rule String, article String, rule_set String, status String, submission String, retracts String, cause String,
                   office Tuple(id String, level UInt8), evidence Array(String)))'),
    data                                 EPHEMERAL tupleElement(said, 'data'),

    finding_id    String                 DEFAULT tupleElement(said, 'id')            COMMENT 'a function of its content',
    kind          LowCardinality(String) DEFAULT extract(tupleElement(said, 'type'), '^finding[.](.+)[.]v[0-9]+$')
                                         COMMENT 'repeat_found, deadline_missed, …, retracted',
    rule          LowCardinality(String) DEFAULT tupleElement(data, 'rule')          COMMENT 'R-…',
    article       LowCardinality(String) DEFAULT tupleElement(data, 'article')       COMMENT 'article of the Regulation 信访工作条例',
    rule_set      LowCardinality(String) DEFAULT tupleElement(data, 'rule_set')      COMMENT 'version of the rules',
    status        LowCardinality(String) DEFAULT tupleElement(data, 'status')        COMMENT 'standing, or proposed to a clerk',
    cause         LowCardinality(String) DEFAULT tupleElement(data, 'cause')         COMMENT 'why a person came again or further, where known',
    county        LowCardinality(String) DEFAULT tupleElement(said, 'partitionkey')  COMMENT 'GB/T 2260',
    matter_id     String                 DEFAULT tupleElement(said, 'subject')       COMMENT 'matter 信访事项',
    submission_id String                 DEFAULT tupleElement(data, 'submission')    COMMENT 'submission 信访件',
    office_id     String                 DEFAULT tupleElement(tupleElement(data, 'office'), 'id') COMMENT 'the office it concerns',
    evidence      Array(String)          DEFAULT tupleElement(data, 'evidence')      COMMENT 'event ids, the last fact last',
    event_time    DateTime64(3, 'UTC')   DEFAULT ifNull(parseDateTime64BestEffortOrNull(tupleElement(said, 'time'), 3, 'UTC'),
                                                        toDateTime64(0, 3, 'UTC'))   COMMENT 'business time of the cause',
    retracts      String                 DEFAULT tupleElement(data, 'retracts')      COMMENT 'the finding withdrawn; empty for others',
    causation_id  String                 DEFAULT tupleElement(said, 'causationid')   COMMENT 'the action or tick after which it was concluded',

    INDEX by_finding finding_id TYPE bloom_filter(0.01) GRANULARITY 4,
    INDEX by_matter matter_id TYPE bloom_filter(0.01) GRANULARITY 4,
    INDEX by_submission submission_id TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = ReplacingMergeTree
ORDER BY (`partition`, `offset`)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Findings by when they were known 研判结果沿革'
