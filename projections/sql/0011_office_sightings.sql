-- Offices 机关 as the actions named them: the last that was said of each counts.
CREATE TABLE IF NOT EXISTS office_sightings
(
    office_id  String                                                       COMMENT 'as upstream systems number it',
    level      AggregateFunction(argMax, UInt8, DateTime64(3, 'UTC'))       COMMENT '1 township … 5 nation',
    kind       AggregateFunction(argMax, String, DateTime64(3, 'UTC'))      COMMENT 'kind of office',
    first_seen SimpleAggregateFunction(min, DateTime64(3, 'UTC'))           COMMENT 'business time of its first action',
    last_seen  SimpleAggregateFunction(max, DateTime64(3, 'UTC'))           COMMENT 'business time of its last action'
)
ENGINE = AggregatingMergeTree
ORDER BY office_id
COMMENT 'Offices as the actions named them'
