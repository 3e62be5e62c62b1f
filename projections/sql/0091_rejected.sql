-- Rejected records 退回记录, one row for each record of petition.rejected.v1: where it stood in the log and why it was rejected. Its bytes
-- stay in the topic: what could not be read may hold what must not be here. The last header of a name counts (`events.rejection`).
CREATE TABLE IF NOT EXISTS rejected
(
    `partition`   UInt32                 COMMENT 'partition of the topic, the same as in the log',
    `offset`      UInt64                 COMMENT 'offset in the partition of this topic',
    previous      Int64                  COMMENT 'offset of the committed record before it; -1: none',
    log_time      DateTime64(3, 'UTC')   COMMENT 'when the topic took it in',
    value_sha256  String                 COMMENT 'of its bytes, in hex',

    said          Map(String, String)    EPHEMERAL,

    reason        LowCardinality(String) DEFAULT said['sanfang_reason']                              COMMENT 'code, as in sanfang rejected list',
    detail        String                 DEFAULT said['sanfang_detail']                              COMMENT 'in words',
    log_partition UInt32                 DEFAULT toUInt32OrZero(said['sanfang_partition'])           COMMENT 'where it stood in the log',
    log_offset    UInt64                 DEFAULT toUInt64OrZero(said['sanfang_offset'])              COMMENT 'and its offset there'
)
ENGINE = ReplacingMergeTree
PARTITION BY intDiv(`offset`, 16777216)
ORDER BY (`partition`, `offset`)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'What the worker did not take 退回记录'
