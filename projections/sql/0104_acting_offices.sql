-- Offices 机关 that acted, without the names and without those that only have time limits to keep: `offices` has both.
CREATE VIEW IF NOT EXISTS acting_offices AS
SELECT office_id, argMaxMerge(level) AS office_level, argMaxMerge(kind) AS office_kind,
       min(office_sightings.first_seen) AS first_seen, max(office_sightings.last_seen) AS last_seen
FROM office_sightings
GROUP BY office_id
