-- I1 信访部门及时受理率. One row a clock R-22 whose assessed end lies in the window, of first submissions; each clock of each
-- bureau counts, those of copies too (rulings 4, 38, 39). Running ones are told apart; what ran out open is missed.
-- The second series is the referral of accusations, all of them: one pooled city figure and nothing by place (ruling 41).
SELECT
    if(p.left_out = 'accusation', 'accusations', 'first') AS series, p.county AS county, c.office_id AS office,
    multiIf(
        NOT p.by_bureau, 'not_bureau',
        p.left_out NOT IN ('', 'accusation'), p.left_out,
        p.left_out = '' AND p.anonymous, 'anonymous',
        p.left_out = '' AND NOT p.first, 'not_first',
        c.state NOT IN ('met', 'missed'), c.state, '') AS excluded,
    excluded = '' AND c.state = 'met' AS numerator, excluded = '' AS denominator
FROM clocks AS c
INNER JOIN petitions AS p ON p.submission_id = c.submission_id AND p.matter_id = c.matter_id
WHERE c.rule = 'R-22' AND if({strict:Bool}, c.due_strict, c.due_rolled) BETWEEN {since:Date32} AND {until:Date32}
