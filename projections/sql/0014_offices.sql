-- Offices 机关: those that acted, and those that only have time limits to keep.
CREATE VIEW IF NOT EXISTS offices AS
SELECT o.office_id AS office_id, n.name AS name, o.level AS level, o.kind AS kind, o.first_seen AS first_seen, o.last_seen AS last_seen
FROM
(
    SELECT office_id, argMax(level, acted) AS level, argMax(kind, acted) AS kind, max(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM
    (
        SELECT office_id, argMaxMerge(level) AS level, argMaxMerge(kind) AS kind, 1 AS acted,
               toNullable(min(office_sightings.first_seen)) AS first_seen, toNullable(max(office_sightings.last_seen)) AS last_seen
        FROM office_sightings GROUP BY office_id
        UNION ALL
        SELECT DISTINCT office_id, office_level, office_kind, 0, NULL, NULL FROM clocks
    )
    GROUP BY office_id
) AS o
LEFT JOIN (SELECT office_id, name FROM office_names FINAL) AS n ON n.office_id = o.office_id
