-- The life of one alert, in order; a record that stands twice is told once.
SELECT event_id, kind, event_time, post, reason, channel, notification, escalation, attempt, next_attempt, until, county, stream, raw,
       causation_id, `partition`, `offset`, log_time
FROM alerts FINAL
WHERE alert_id = {id:String}
ORDER BY `partition`, `offset`
LIMIT 1 BY event_id
