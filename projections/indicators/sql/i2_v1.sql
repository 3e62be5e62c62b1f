-- I2 责任单位及时受理率. One row a clock R-23d or R-23t whose assessed end lies in the window, of all offices' registrations by
-- letter, visit and web (ruling 38); each clock counts (ruling 39).
SELECT
    '' AS series, p.county AS county, c.office_id AS office,
    multiIf(p.left_out != '', p.left_out, c.state NOT IN ('met', 'missed'), c.state, '') AS excluded,
    excluded = '' AND c.state = 'met' AS numerator, excluded = '' AS denominator
FROM clocks AS c
INNER JOIN petitions AS p ON p.submission_id = c.submission_id AND p.matter_id = c.matter_id
WHERE c.rule IN ('R-23d', 'R-23t') AND if({strict:Bool}, c.due_strict, c.due_rolled) BETWEEN {since:Date32} AND {until:Date32}
