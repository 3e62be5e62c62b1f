-- The actions that a finding rests on, in the order in which it names them.
SELECT event_id, event_time, type, subject AS submission_id, office_id AS office, `partition`, `offset`
FROM actions
WHERE event_id IN {events:Array(String)}
ORDER BY indexOf({events:Array(String)}, event_id), `offset`
LIMIT 1 BY event_id
