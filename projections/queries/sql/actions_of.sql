-- What happened to these submissions, in the order of the documents. No raw bytes: they hold people's keys.
SELECT event_time, type, office_id AS office, office_level, subject AS submission_id, event_id, recorded_time, `partition`, `offset`
FROM actions FINAL
WHERE subject IN {submissions:Array(String)} AND readable
ORDER BY event_time, `partition`, `offset`
LIMIT 1000
