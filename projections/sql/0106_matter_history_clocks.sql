-- The words of time limits that come again and again are kept as numbers of a dictionary: a question of the past reads the limits of all
-- matters, and spelled out they are most of what it reads.
ALTER TABLE matter_history MODIFY COLUMN clocks
    Array(Tuple(
        rule LowCardinality(String), submission String, office Tuple(id LowCardinality(String), level UInt8, kind LowCardinality(String)),
        started Date32, due_strict Nullable(Date32), due_rolled Nullable(Date32), ended Nullable(Date32), state LowCardinality(String),
        started_by String, ended_by String, calendar_unknown Bool))
    DEFAULT tupleElement(said, 'clocks') COMMENT 'its time limits 期限'
