-- I7 一次性化解率. One row a first submission replied in the window (it goes by reply, ruling 38), a group of copies is one.
-- Provisional: no repeat of its matter since, as far as is known. Matured: ninety days have passed, and none came in them.
SELECT
    series, county, office_id AS office,
    multiIf(left_out != '', left_out, NOT by_bureau, 'not_bureau', anonymous, 'anonymous', NOT once, 'copy', NOT first, 'not_first',
            series = 'matured' AND addDays(assumeNotNull(replied_on), 90) >= {today:Date32}, 'not_matured', '') AS excluded,
    excluded = '' AND NOT arrayExists(d -> d > replied_on AND (series = 'provisional' OR d <= addDays(assumeNotNull(replied_on), 90)), came_again)
        AS numerator,
    excluded = '' AS denominator
FROM petitions
ARRAY JOIN ['provisional', 'matured'] AS series
WHERE replied_on BETWEEN {since:Date32} AND {until:Date32}
