-- I5 参评率. One row a submission rated in the window, by the day of rating, and one for each whose rating expired in it: thirty
-- days after receipt of the reply, for the bureau series after the notice of routing (practice; ruling 39). A rating at any
-- time removes the expiry, and counts on its own day. What may still be rated is told apart.
WITH
rated AS
(
    SELECT submission_id, rated_body AS series, groupArray(day) AS days
    FROM acts
    WHERE kind = 'petition.rated'
    GROUP BY submission_id, series
),
asked AS
(
    -- the first time that it could be rated; receipt of the reply is what starts the right to ask for a review
    SELECT submission_id, 'office' AS series, min(started) AS since
    FROM clocks
    WHERE rule = 'R-35p'
    GROUP BY submission_id
    UNION ALL
    SELECT submission_id, 'bureau' AS series, min(day) AS since
    FROM acts
    WHERE kind = 'petition.informed' AND office_kind = 'petition_bureau' AND in_writing AND (route != '' OR sent_to != '')
    GROUP BY submission_id
),
chances AS
(
    SELECT submission_id, series, 1 AS answered, 0 AS open
    FROM rated
    WHERE arrayExists(d -> d BETWEEN {since:Date32} AND {until:Date32}, days)
    UNION ALL
    SELECT a.submission_id, a.series, 0 AS answered, addDays(a.since, 30) >= {today:Date32} AS open
    FROM asked AS a
    LEFT ANTI JOIN rated AS r ON r.submission_id = a.submission_id AND r.series = a.series
    WHERE addDays(a.since, 30) BETWEEN {since:Date32} AND {until:Date32}
)
SELECT
    c.series AS series, p.county AS county, '' AS office,
    multiIf(p.left_out != '', p.left_out, c.series = 'bureau' AND NOT p.by_bureau, 'not_bureau', c.open = 1, 'open', '') AS excluded,
    excluded = '' AND c.answered = 1 AS numerator, excluded = '' AS denominator
FROM chances AS c
INNER JOIN petitions AS p ON p.submission_id = c.submission_id
