-- acting_offices, over the log: office_sightings hold the latest only.
-- Asked with an as-of: `projections.queries.then` keeps the tables below to what was known by then.
CREATE VIEW IF NOT EXISTS acting_offices_then AS
SELECT office_id, argMax(actions.office_level, event_time) AS office_level, argMax(toString(actions.office_kind), event_time) AS office_kind,
       min(event_time) AS first_seen, max(event_time) AS last_seen
FROM actions
WHERE readable AND office_id != ''
GROUP BY office_id
