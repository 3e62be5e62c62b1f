-- Timeliness 及时情况 by the year of registration: how many were registered and replied to, how long a reply took, and how
-- many of the fifteen days of R-23d were missed. Open ones are told apart, and those without a limit of their own (brought to
-- a petition bureau, or to an office that had the open matter already: E7). The median is the middle one, or of two the mean.
-- An office has the submissions that were brought to it and the limits that it has to keep, which may be of others.
SELECT toYear(s.registered_on) AS year, countIf(s.of_office) AS registered, countIf(s.of_office AND s.replied_on IS NOT NULL) AS replied,
       if(replied = 0, NULL, quantileExactInclusiveIf(0.5)(dateDiff('day', s.registered_on, assumeNotNull(s.replied_on)),
                                                           s.of_office AND s.replied_on IS NOT NULL)) AS median_days,
       sum(c.ended) AS r23d_ended, sum(c.missed) AS r23d_missed, sum(c.running) AS r23d_running,
       registered - sum(c.clocks) AS r23d_none
FROM
(
    SELECT submission_id, registered_on, replied_on, {office:String} = '' OR office_id = {office:String} AS of_office
    FROM submissions
    WHERE ({county:String} = '' OR county = {county:String}) AND registered_on BETWEEN {since:Date32} AND {until:Date32}
) AS s
LEFT JOIN
(
    SELECT submission_id, countIf(state IN ('met', 'missed')) AS ended, countIf(state = 'missed') AS missed,
           countIf(state = 'running') AS running, count() AS clocks
    FROM clocks
    WHERE rule = 'R-23d' AND ({office:String} = '' OR office_id = {office:String})
    GROUP BY submission_id
) AS c ON c.submission_id = s.submission_id
GROUP BY year
HAVING registered > 0
ORDER BY year
LIMIT {limit:UInt32}
