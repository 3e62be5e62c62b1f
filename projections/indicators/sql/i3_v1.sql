-- I3 按期答复率. One row a clock R-34 whose assessed end lies in the window, of all submissions of all offices' registrations by
-- letter, visit and web (ruling 38). Answered late and open overdue are both missed: nobody gains by leaving one open.
SELECT
    '' AS series, p.county AS county, c.office_id AS office,
    multiIf(p.left_out != '', p.left_out, c.state NOT IN ('met', 'missed'), c.state, '') AS excluded,
    excluded = '' AND c.state = 'met' AS numerator, excluded = '' AS denominator
FROM clocks AS c
INNER JOIN petitions AS p ON p.submission_id = c.submission_id AND p.matter_id = c.matter_id
WHERE c.rule = 'R-34' AND if({strict:Bool}, c.due_strict, c.due_rolled) BETWEEN {since:Date32} AND {until:Date32}
