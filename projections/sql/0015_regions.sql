-- Regions 行政区划 by GB/T 2260, as far as our counties, their cities and provinces need them.
CREATE TABLE IF NOT EXISTS regions
(
    code   String                 COMMENT 'six digits',
    name   String                 COMMENT 'Chinese name',
    city   LowCardinality(String) COMMENT 'code of its city',
    level  UInt8                  COMMENT '2 county, 3 city, 4 province'
)
ENGINE = ReplacingMergeTree
ORDER BY code
COMMENT 'Regions 行政区划, GB/T 2260'
