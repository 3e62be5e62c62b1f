CREATE MATERIALIZED VIEW IF NOT EXISTS heads_of_actions TO heads AS
SELECT 'actions' AS feed, `partition`, max(actions.`offset`) AS `offset`, max(actions.log_time) AS log_time
FROM actions
GROUP BY `partition`
