-- Offices 机关, their own lapses before anything else.
SELECT o.office_id AS office, o.name AS name, o.level AS level, o.kind AS kind, c.missed AS missed, c.running AS running, c.met AS met,
       c.next_due AS next_due, o.last_seen AS last_seen
FROM offices AS o
LEFT JOIN
(
    SELECT office_id, countIf(state = 'missed') AS missed, countIf(state = 'running') AS running, countIf(state = 'met') AS met,
           minIf(due_strict, state = 'running') AS next_due
    FROM clocks
    WHERE ({county:String} = '' OR county = {county:String}) AND ({rule:String} = '' OR rule = {rule:String})
      AND ({office:String} = '' OR office_id = {office:String})
    GROUP BY office_id
) AS c ON c.office_id = o.office_id
WHERE ({office:String} = '' OR o.office_id = {office:String})
  AND ({kind:String} = '' OR o.kind = {kind:String})
ORDER BY missed DESC, o.office_id
LIMIT {limit:UInt32}
