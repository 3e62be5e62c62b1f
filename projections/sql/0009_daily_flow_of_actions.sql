CREATE MATERIALIZED VIEW IF NOT EXISTS daily_flow_of_actions TO daily_flow AS
SELECT county, toDate32(event_time, 'Asia/Shanghai') AS day, 'actions' AS feed, replaceRegexpOne(type, '[.]v[0-9]+$', '') AS kind,
       category, channel, uniqExactState(event_id) AS events
FROM actions
-- ticks are in every partition and of no county
WHERE readable AND county != '*'
GROUP BY county, day, feed, kind, category, channel
