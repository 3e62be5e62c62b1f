CREATE MATERIALIZED VIEW IF NOT EXISTS heads_of_rejected TO heads AS
SELECT 'rejected' AS feed, `partition`, max(rejected.`offset`) AS `offset`, max(rejected.log_time) AS log_time
FROM rejected
GROUP BY `partition`
