-- Names of offices, where someone has told them; events carry numbers only.
CREATE TABLE IF NOT EXISTS office_names
(
    office_id String               COMMENT 'as in actions',
    name      String               COMMENT 'the name 机关名称',
    told_at   DateTime64(3, 'UTC') COMMENT 'the later one counts'
)
ENGINE = ReplacingMergeTree(told_at)
ORDER BY office_id
COMMENT 'Names of offices 机关名称'
