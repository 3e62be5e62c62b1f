CREATE MATERIALIZED VIEW IF NOT EXISTS heads_of_matters TO heads AS
SELECT 'matters' AS feed, `partition`, max(matters.`offset`) AS `offset`, max(matters.log_time) AS log_time
FROM matters
GROUP BY `partition`
