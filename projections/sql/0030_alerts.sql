-- Alerts 预警, one row for each record of petition.alerts.v1: raised, updated, acknowledged, silenced, resolved, delivered or
-- not. Order key and partition as for actions: the place in the log. Ask current_alerts for what stands now.
CREATE TABLE IF NOT EXISTS alerts
(
    `partition`   UInt32                 COMMENT 'partition of the topic',
    `offset`      UInt64                 COMMENT 'offset in the partition',
    previous      Int64                  COMMENT 'offset of the committed record before it; -1: none',
    log_time      DateTime64(3, 'UTC')   COMMENT 'when the log took it in',
    raw           String                 COMMENT 'the exact bytes: steps, evidence and all' CODEC(ZSTD(1)),

    said                                 EPHEMERAL JSONExtract(raw, 'Tuple(
        id String, type String, subject String, partitionkey String, time String, causationid String,
        data Tuple(stream Tuple(region String, category String, watched String), grain String, urgency String, since String, until String,
                   matters UInt32, steps Array(Tuple(observed UInt64, expected UInt64)), offices Array(Tuple(overdue UInt32)),
                   post String, reason String, channel String, notification String, escalation UInt32, attempt UInt32,
                   next_attempt String))'),
    data                                 EPHEMERAL tupleElement(said, 'data'),
    about                                EPHEMERAL tupleElement(data, 'stream'),

    event_id      String                 DEFAULT tupleElement(said, 'id')            COMMENT 'a function of its content',
    kind          LowCardinality(String) DEFAULT extract(tupleElement(said, 'type'), '^alert[.](.+)[.]v[0-9]+$')
                                         COMMENT 'opened, updated, acknowledged, silenced, resolved, delivered, not_delivered',
    alert_id      String                 DEFAULT tupleElement(said, 'subject')       COMMENT 'the alert',
    county        LowCardinality(String) DEFAULT tupleElement(said, 'partitionkey')  COMMENT 'GB/T 2260; a city for sums over its counties',
    category      LowCardinality(String) DEFAULT tupleElement(about, 'category')     COMMENT 'empty: the sum over all',
    watched       LowCardinality(String) DEFAULT tupleElement(about, 'watched')      COMMENT 'repeat, cross_level, deadline_missed, …',
    stream        String                 DEFAULT if(watched = '', '', concat(tupleElement(about, 'region'), '/',
                                             if(category = '', '*', category), '/', watched)) COMMENT 'region/category/kind',
    grain         LowCardinality(String) DEFAULT tupleElement(data, 'grain')         COMMENT 'hour or day',
    urgency       LowCardinality(String) DEFAULT tupleElement(data, 'urgency')       COMMENT 'notice or page',
    since         Nullable(DateTime64(3, 'UTC')) DEFAULT parseDateTime64BestEffortOrNull(tupleElement(data, 'since'), 3, 'UTC')
                                         COMMENT 'when the evidence began to grow',
    until         Nullable(DateTime64(3, 'UTC')) DEFAULT parseDateTime64BestEffortOrNull(tupleElement(data, 'until'), 3, 'UTC')
                                         COMMENT 'the end of the last period counted; of a silence, its end',
    matters       UInt32                 DEFAULT tupleElement(data, 'matters')       COMMENT 'distinct matters, five or more',
    observed      UInt64                 DEFAULT arraySum(arrayMap(step -> tupleElement(step, 'observed'), tupleElement(data, 'steps')))
                                         COMMENT 'what came, over the periods shown',
    expected      Decimal(18, 1)         DEFAULT arraySum(arrayMap(step -> tupleElement(step, 'expected'), tupleElement(data, 'steps'))) / 1024
                                         COMMENT 'what was expected, over the same periods',
    overdue       UInt64                 DEFAULT arraySum(arrayMap(office -> tupleElement(office, 'overdue'), tupleElement(data, 'offices')))
                                         COMMENT 'time limits overdue at the offices concerned',
    post          String                 DEFAULT tupleElement(data, 'post')          COMMENT 'the post 岗位 that answered; never a person',
    reason        LowCardinality(String) DEFAULT tupleElement(data, 'reason')        COMMENT 'of an update, a silence, an end, a failure',
    channel       LowCardinality(String) DEFAULT tupleElement(data, 'channel')       COMMENT 'of a delivery: the channel, by its name in the settings',
    notification  String                 DEFAULT tupleElement(data, 'notification')  COMMENT 'of a delivery: what was sent',
    escalation    UInt32                 DEFAULT tupleElement(data, 'escalation')    COMMENT 'of a delivery: how often it had been passed on',
    attempt       UInt32                 DEFAULT tupleElement(data, 'attempt')       COMMENT 'of a delivery: which attempt',
    next_attempt  Nullable(DateTime64(3, 'UTC')) DEFAULT parseDateTime64BestEffortOrNull(tupleElement(data, 'next_attempt'), 3, 'UTC')
                                         COMMENT 'of a failed delivery: when it is tried again; null: given up',
    event_time    DateTime64(3, 'UTC')   DEFAULT ifNull(parseDateTime64BestEffortOrNull(tupleElement(said, 'time'), 3, 'UTC'),
                                                        toDateTime64(0, 3, 'UTC'))   COMMENT 'when it was so',
    causation_id  String                 DEFAULT tupleElement(said, 'causationid')   COMMENT 'the tick, action or alert event it follows from',

    INDEX by_alert alert_id TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = ReplacingMergeTree
PARTITION BY intDiv(`offset`, 16777216)
ORDER BY (`partition`, `offset`)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'The life of alerts 预警'
