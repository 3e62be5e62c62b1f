-- offices, over the log and the history. Their names are as they are told today.
-- Asked with an as-of: `projections.queries.then` keeps the tables below to what was known by then.
CREATE VIEW IF NOT EXISTS offices_then AS
SELECT o.office_id AS office_id, n.name AS name, o.level AS level, o.kind AS kind, o.first_seen AS first_seen, o.last_seen AS last_seen
FROM
(
    SELECT office_id, argMax(level, acted) AS level, argMax(kind, acted) AS kind, max(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM
    (
        SELECT office_id, argMax(office_level, event_time) AS level, argMax(toString(office_kind), event_time) AS kind, 1 AS acted,
               toNullable(min(event_time)) AS first_seen, toNullable(max(event_time)) AS last_seen
        FROM actions WHERE readable AND office_id != '' GROUP BY office_id
        UNION ALL
        SELECT DISTINCT office_id, office_level, office_kind, 0, NULL, NULL FROM clocks_then
    )
    GROUP BY office_id
) AS o
LEFT JOIN (SELECT office_id, name FROM office_names FINAL) AS n ON n.office_id = o.office_id
