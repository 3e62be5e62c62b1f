CREATE MATERIALIZED VIEW IF NOT EXISTS heads_of_findings TO heads AS
SELECT 'findings' AS feed, `partition`, max(findings.`offset`) AS `offset`, max(findings.log_time) AS log_time
FROM findings
GROUP BY `partition`
