-- Findings 研判结果, one row for each record of petition.findings.v1. Order key and partition as for actions: the place
-- in the log. A finding's id is a function of its content, so the same finding at two places is one finding: ask
-- standing_findings for what holds now.
CREATE TABLE IF NOT EXISTS findings
(
    `partition`   UInt32                 COMMENT 'partition of the topic, the same as of the cause',
    `offset`      UInt64                 COMMENT 'offset in the partition',
    previous      Int64                  COMMENT 'offset of the committed record before it; -1: none',
    log_time      DateTime64(3, 'UTC')   COMMENT 'when the log took it in',
    raw           String                 COMMENT 'the exact bytes: evidence, score and all' CODEC(ZSTD(1)),

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
    INDEX by_submission submission_id TYPE bloom_filter(0.01) GRANULARITY 4,
    INDEX by_kind kind TYPE set(32) GRANULARITY 1,
    INDEX by_time event_time TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY intDiv(`offset`, 16777216)
ORDER BY (`partition`, `offset`)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'What the fold concluded 研判结果'
