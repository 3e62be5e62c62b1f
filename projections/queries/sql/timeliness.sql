-- Timeliness 及时情况 by the year of registration: how many were registered and replied to, how long a reply took, and how
-- many of the fifteen days of R-23d were missed. Open ones are told apart, and those without a limit of their own (brought to
-- a petition bureau, or to an office that had the open matter already: E7). The median is the middle one, or of two the mean.
SELECT s.year AS year, s.registered AS registered, s.replied AS replied, s.median_days AS median_days,
       c.ended AS r23d_ended, c.missed AS r23d_missed, c.running AS r23d_running,
       s.registered - c.clocks AS r23d_none
FROM
(
    SELECT toYear(registered_on) AS year, count() AS registered, countIf(replied_on IS NOT NULL) AS replied,
           if(replied = 0, NULL, quantileExactInclusiveIf(0.5)(dateDiff('day', registered_on, assumeNotNull(replied_on)),
                                                               replied_on IS NOT NULL)) AS median_days
    FROM submissions
    WHERE ({county:String} = '' OR county = {county:String}) AND ({office:String} = '' OR office_id = {office:String})
      AND registered_on BETWEEN {since:Date32} AND {until:Date32}
    GROUP BY year
) AS s
LEFT JOIN
(
    SELECT toYear(registered_on) AS year, countIf(c.state IN ('met', 'missed')) AS ended, countIf(c.state = 'missed') AS missed,
           countIf(c.state = 'running') AS running, count() AS clocks
    FROM (SELECT submission_id, office_id, state FROM clocks WHERE rule = 'R-23d') AS c
    INNER JOIN (SELECT submission_id, registered_on, county FROM submissions) AS r ON r.submission_id = c.submission_id
    WHERE ({county:String} = '' OR r.county = {county:String}) AND ({office:String} = '' OR c.office_id = {office:String})
      AND r.registered_on BETWEEN {since:Date32} AND {until:Date32}
    GROUP BY year
) AS c ON c.year = s.year
ORDER BY year
LIMIT {limit:UInt32}
