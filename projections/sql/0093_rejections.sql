-- The sign on the mirror: which places of the log the worker did not take, and why. Join it to `actions` by (partition, offset).
CREATE VIEW IF NOT EXISTS rejections AS
SELECT log_partition AS `partition`, log_offset AS `offset`, reason, detail
FROM rejected FINAL
LIMIT 1 BY log_partition, log_offset
