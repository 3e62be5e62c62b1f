-- I5 参评率. One row a submission rated in the window, by the day of rating, and one for each whose rating expired in it: thirty
-- days after receipt of the reply, for the bureau series after the notice of routing (practice; ruling 39). A rating at any
-- time removes the expiry, and counts on its own day. What may still be rated is told apart.
WITH
rated AS
(
    SELECT submission_id, rated_body AS series, groupArray(day) AS days, argMax(office_id, (at, event_id)) AS office
    FROM acts
    WHERE kind = 'petition.rated'
    GROUP BY submission_id, series
),
asked AS
(
    -- the first time that it could be rated
    SELECT submission_id, 'office' AS series, min(day) AS since, argMin(office_id, (at, event_id)) AS office
    FROM acts
    WHERE kind = 'petition.served' AND document = 'reply'
    GROUP BY submission_id
    UNION ALL
    SELECT submission_id, 'bureau' AS series, min(day) AS since, argMin(office_id, (at, event_id)) AS office
    FROM acts
    WHERE office_kind = 'petition_bureau'
      AND ((kind = 'petition.informed' AND in_writing AND (route != '' OR sent_to != '')) OR (kind = 'petition.served' AND document = 'notice'))
    GROUP BY submission_id
),
chances AS
(
    SELECT submission_id, series, office, 1 AS answered, 0 AS open
    FROM rated
    WHERE arrayExists(d -> d BETWEEN {since:Date32} AND {until:Date32}, days)
    UNION ALL
    SELECT a.submission_id, a.series, a.office, 0 AS answered, addDays(a.since, 30) >= {today:Date32} AS open
    FROM asked AS a
    LEFT ANTI JOIN rated AS r ON r.submission_id = a.submission_id AND r.series = a.series
    WHERE addDays(a.since, 30) BETWEEN {since:Date32} AND {until:Date32}
)
SELECT
    c.series AS series, p.county AS county, if(c.series = 'bureau', p.office_id, c.office) AS office,
    multiIf(p.left_out != '', p.left_out, c.series = 'bureau' AND NOT p.by_bureau, 'not_bureau', c.open = 1, 'open', '') AS excluded,
    excluded = '' AND c.answered = 1 AS numerator, excluded = '' AS denominator
FROM chances AS c
INNER JOIN petitions AS p ON p.submission_id = c.submission_id
