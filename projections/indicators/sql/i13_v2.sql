-- I13 控增减存: two counts beside each other, the present one (numerator) and the earlier one (denominator).
--   firsts    first submissions registered in the window, against the same days a year ago
--   open      matters open at the end of the window, against the day before it began
--   backlog   matters on a backlog list, the same
-- A matter is open while a submission of it is: until its own refusal, told, or until a reply, a conclusion, a referral or an
-- external route about any submission of the matter, which answers all that was put by then (ruling 34).
WITH
ends AS
(
    SELECT submission_id, day, kind != 'petition.declined' AS for_all
    FROM acts
    WHERE kind IN ('petition.replied', 'petition.referred', 'petition.concluded')
       OR (kind = 'petition.declined' AND in_writing)
       OR ((kind = 'petition.accepted' OR (kind = 'petition.informed' AND in_writing))
           AND route IN ('31.1', '31.2', '31.3', '31.4', '31.5', 'litigation'))
),
own_ends AS (SELECT submission_id, min(day) AS first_end FROM ends GROUP BY submission_id),
matter_ends AS
(
    SELECT p.matter_id AS matter_id, groupArray(e.day) AS days
    FROM ends AS e
    INNER JOIN petitions AS p ON p.submission_id = e.submission_id
    WHERE e.for_all
    GROUP BY matter_id
),
settling AS
(
    SELECT p.matter_id AS matter_id, p.county AS county, p.registered_on AS registered_on,
           arrayMin(arrayConcat(if(o.submission_id = '', [toDate32('2299-12-31')], [o.first_end]),
                                arrayFilter(d -> d >= p.received_on, m.days), [toDate32('2299-12-31')])) AS settled_on,
           multiIf(p.left_out != '', p.left_out, NOT p.by_bureau, 'not_bureau', '') AS excluded
    FROM petitions AS p
    LEFT JOIN own_ends AS o ON o.submission_id = p.submission_id
    LEFT JOIN matter_ends AS m ON m.matter_id = p.matter_id
),
listings AS
(
    SELECT p.matter_id AS matter_id, a.list_name AS list_name,
           argMaxIf(a.kind = 'petition.backlog_listed', (a.at, a.event_id), a.day <= {until:Date32}) AS now,
           argMaxIf(a.kind = 'petition.backlog_listed', (a.at, a.event_id), a.day < {since:Date32}) AS before
    FROM acts AS a
    INNER JOIN petitions AS p ON p.submission_id = a.submission_id
    WHERE a.kind IN ('petition.backlog_listed', 'petition.backlog_closed')
    GROUP BY matter_id, list_name
),
counted AS
(
    SELECT matter_id, any(county) AS county, max(left_out = '' AND by_bureau) AND NOT max(left_out = 'accusation') AS counts
    FROM petitions
    GROUP BY matter_id
)
SELECT 'firsts' AS series, county, office_id AS office,
       multiIf(left_out != '', left_out, NOT by_bureau, 'not_bureau', anonymous, 'anonymous', NOT once, 'copy', NOT first, 'not_first', '') AS excluded,
       excluded = '' AND registered_on BETWEEN {since:Date32} AND {until:Date32} AS numerator,
       excluded = '' AND registered_on BETWEEN {since_before:Date32} AND {until_before:Date32} AS denominator
FROM petitions
WHERE registered_on BETWEEN {since:Date32} AND {until:Date32}
   OR (registered_on BETWEEN {since_before:Date32} AND {until_before:Date32} AND excluded = '')
UNION ALL
SELECT 'open', any(county), '', '',
       max(registered_on <= {until:Date32} AND settled_on > {until:Date32}), max(registered_on < {since:Date32} AND settled_on >= {since:Date32})
FROM settling
WHERE excluded = ''
GROUP BY matter_id
UNION ALL
SELECT 'backlog', any(c.county), '', '', max(l.now), max(l.before)
FROM listings AS l
INNER JOIN counted AS c ON c.matter_id = l.matter_id
WHERE c.counts
GROUP BY l.matter_id
