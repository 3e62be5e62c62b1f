-- daily_flow, over the log and the history.
-- Asked with an as-of: `projections.queries.then` keeps the tables below to what was known by then.
CREATE VIEW IF NOT EXISTS daily_flow_then AS
SELECT county, toDate32(event_time, 'Asia/Shanghai') AS day, 'actions' AS feed, replaceRegexpOne(type, '[.]v[0-9]+$', '') AS kind,
       category, channel, uniqExactState(event_id) AS events
FROM actions
WHERE readable AND county != '*'
GROUP BY county, day, feed, kind, category, channel
UNION ALL
SELECT county, toDate32(event_time, 'Asia/Shanghai') AS day, 'findings' AS feed, toString(kind) AS kind, '' AS category, '' AS channel,
       uniqExactState(finding_id) AS events
FROM finding_history
WHERE kind != ''
GROUP BY county, day, feed, kind, category, channel
