-- I4 群众满意率. One row a submission rated in the window, by the day of rating (ruling 39); of several ratings in the window the
-- last. Two series: the bureau is rated on what petition bodies registered, the office on all offices' registrations.
-- Silence is no row at all: it never counts as satisfaction.
SELECT
    r.series AS series, p.county AS county, '' AS office,
    multiIf(p.left_out != '', p.left_out, r.series = 'bureau' AND NOT p.by_bureau, 'not_bureau', '') AS excluded,
    excluded = '' AND r.rating IN ('satisfied', 'mostly_satisfied') AS numerator, excluded = '' AS denominator
FROM
(
    SELECT submission_id, rated_body AS series, argMax(rating, (at, event_id)) AS rating
    FROM acts
    WHERE kind = 'petition.rated' AND day BETWEEN {since:Date32} AND {until:Date32}
    GROUP BY submission_id, series
) AS r
INNER JOIN petitions AS p ON p.submission_id = r.submission_id
