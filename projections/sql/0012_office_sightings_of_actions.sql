CREATE MATERIALIZED VIEW IF NOT EXISTS office_sightings_of_actions TO office_sightings AS
SELECT office_id, argMaxState(office_level, event_time) AS level, argMaxState(toString(office_kind), event_time) AS kind,
       min(event_time) AS first_seen, max(event_time) AS last_seen
FROM actions
WHERE readable AND office_id != ''
GROUP BY office_id
