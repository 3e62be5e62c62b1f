-- What an action told, as far as the indicators ask: read from the bytes by ClickHouse itself, as every other column, so that no
-- view needs the bytes. The first is its data block; a correction 更正 has what it says instead after it, and where it corrects a
-- correction, what that one says instead after that, three deep at most.
ALTER TABLE actions ADD COLUMN IF NOT EXISTS told Array(Tuple(
    corrects String, `time` String, subject String, office Tuple(id String, kind String), `to` Tuple(id String), `by` Tuple(id String),
    sent_to Tuple(id String), route String, in_writing Nullable(Bool), by_decision Bool, `of` String, rating String, `as` String,
    list_name String, due_on Nullable(Date32), litigation Bool))
DEFAULT arrayMap(
    block -> JSONExtract(block, 'Tuple(
        corrects String, `time` String, subject String, office Tuple(id String, kind String), `to` Tuple(id String), `by` Tuple(id String),
        sent_to Tuple(id String), route String, in_writing Nullable(Bool), by_decision Bool, `of` String, rating String, `as` String,
        list_name String, due_on Nullable(Date32), litigation Bool)'),
    if(type = 'petition.corrected.v1',
       arrayFilter((block, level) -> level = 1 OR startsWith(block, '{'),
                   [JSONExtractRaw(raw, 'data'), JSONExtractRaw(raw, 'data', 'data'), JSONExtractRaw(raw, 'data', 'data', 'data'),
                    JSONExtractRaw(raw, 'data', 'data', 'data', 'data')], [1, 2, 3, 4]),
       [JSONExtractRaw(raw, 'data')]))
COMMENT 'its data block; of a correction also what it says instead'
