CREATE MATERIALIZED VIEW IF NOT EXISTS heads_of_alerts TO heads AS
SELECT 'alerts' AS feed, `partition`, max(alerts.`offset`) AS `offset`, max(alerts.log_time) AS log_time
FROM alerts
GROUP BY `partition`
