CREATE MATERIALIZED VIEW IF NOT EXISTS daily_flow_of_findings TO daily_flow AS
SELECT county, toDate32(event_time, 'Asia/Shanghai') AS day, 'findings' AS feed, kind, '' AS category, '' AS channel,
       uniqExactState(finding_id) AS events
FROM findings
WHERE kind != ''
GROUP BY county, day, feed, kind, category, channel
