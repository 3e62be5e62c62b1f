-- Offices 机关, their own lapses before anything else. Those that act and those that only have limits to keep; the limits of all
-- matters are read once, for they are the dear part of a question of the past.
SELECT o.office AS office, n.name AS name, o.level AS level, o.kind AS kind, o.missed AS missed, o.running AS running, o.met AS met,
       o.next_due AS next_due, o.last_seen AS last_seen
FROM
(
    SELECT office, argMax(office_level, acted) AS level, argMax(office_kind, acted) AS kind, max(seen) AS last_seen,
           sum(missed) AS missed, sum(running) AS running, sum(met) AS met, min(due) AS next_due
    FROM
    (
        SELECT office_id AS office, office_level, toString(office_kind) AS office_kind, 1 AS acted, toNullable(last_seen) AS seen,
               0 AS missed, 0 AS running, 0 AS met, CAST(NULL AS Nullable(Date32)) AS due
        FROM acting_offices
        WHERE {office:String} = '' OR office_id = {office:String}
        UNION ALL
        SELECT office_id, office_level, toString(office_kind), 0, NULL,
               countIf(state = 'missed' AND asked), countIf(state = 'running' AND asked), countIf(state = 'met' AND asked),
               minIf(due_strict, state = 'running' AND asked)
        FROM
        (
            SELECT office_id, office_level, office_kind, state, due_strict,
                   ({county:String} = '' OR county = {county:String}) AND ({rule:String} = '' OR rule = {rule:String}) AS asked
            FROM clocks
            WHERE {office:String} = '' OR office_id = {office:String}
        )
        GROUP BY office_id, office_level, office_kind
    )
    GROUP BY office
) AS o
LEFT JOIN (SELECT office_id, name FROM office_names FINAL) AS n ON n.office_id = o.office
WHERE {kind:String} = '' OR o.kind = {kind:String}
ORDER BY missed DESC, office
LIMIT {limit:UInt32}
