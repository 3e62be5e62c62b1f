-- I6 重复信访率. One row a submission that petition bodies registered in the window; a group of copies is one (ruling 39), and
-- anonymous ones cannot be assessed. A repeat only proposed to a clerk is none yet (ruling 37).
SELECT
    '' AS series, county, office_id AS office,
    multiIf(left_out != '', left_out, NOT by_bureau, 'not_bureau', anonymous, 'anonymous', NOT once, 'copy', '') AS excluded,
    excluded = '' AND repeat AS numerator, excluded = '' AS denominator
FROM petitions
WHERE registered_on BETWEEN {since:Date32} AND {until:Date32}
