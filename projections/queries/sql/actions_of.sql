-- What happened to these submissions, in the order of the documents. No raw bytes: they hold people's keys. `rejected`: why the
-- worker did not take it; empty where it did.
SELECT a.event_time AS event_time, a.type AS type, a.office_id AS office, a.office_level AS office_level, a.subject AS submission_id,
       a.event_id AS event_id, a.recorded_time AS recorded_time, a.`partition` AS `partition`, a.`offset` AS `offset`, r.reason AS rejected
FROM (SELECT * FROM actions WHERE subject IN {submissions:Array(String)} AND readable LIMIT 1 BY `partition`, `offset`) AS a
LEFT JOIN rejections AS r ON r.`partition` = a.`partition` AND r.`offset` = a.`offset`
ORDER BY event_time, `partition`, `offset`
LIMIT 1000
