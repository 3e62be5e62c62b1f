-- I8 积案化解率, cumulative. One row a matter that was put on a backlog list by the end of the window, whenever that was. Resolved
-- 化解 is a conclusion that says so, on or after the listing; struck off the list without one is not resolved.
-- Accusations and litigation are never backlog (ruling 34).
WITH
listed AS
(
    SELECT p.matter_id AS matter_id, min(a.day) AS listed_on
    FROM acts AS a
    INNER JOIN petitions AS p ON p.submission_id = a.submission_id
    WHERE a.kind = 'petition.backlog_listed' AND a.day <= {until:Date32}
    GROUP BY matter_id
),
resolved AS
(
    SELECT p.matter_id AS matter_id, groupArray(a.day) AS days
    FROM acts AS a
    INNER JOIN petitions AS p ON p.submission_id = a.submission_id
    WHERE a.kind = 'petition.concluded' AND a.concluded_as = 'resolved' AND a.day <= {until:Date32}
    GROUP BY matter_id
),
whole AS
(
    SELECT matter_id, any(county) AS county,
           multiIf(max(left_out = 'accusation'), 'accusation', max(left_out = '' AND by_bureau), '',
                   max(left_out = 'litigation'), 'litigation', max(left_out = 'channel'), 'channel', 'not_bureau') AS excluded
    FROM petitions
    GROUP BY matter_id
)
SELECT '' AS series, w.county AS county, '' AS office, w.excluded AS excluded,
       w.excluded = '' AND arrayExists(d -> d >= l.listed_on, r.days) AS numerator, w.excluded = '' AS denominator
FROM listed AS l
INNER JOIN whole AS w ON w.matter_id = l.matter_id
LEFT JOIN resolved AS r ON r.matter_id = l.matter_id
