-- petitions, over the history.
-- Asked with an as-of: `projections.queries.then` keeps the tables below to what was known by then.
CREATE VIEW IF NOT EXISTS petitions_then AS
SELECT
    s.submission_id AS submission_id, s.matter_id AS matter_id, s.county AS county, s.registered_on AS registered_on,
    s.received_on AS received_on, s.channel AS channel, s.office_id AS office_id,
    multiIf(s.purpose = 'accusation', 'accusation', s.channel NOT IN ('letter', 'visit', 'web'), 'channel', r.litigation, 'litigation', '')
        AS left_out,
    s.office_kind = 'petition_bureau' AS by_bureau,
    s.anonymous AS anonymous, s.is_first AND NOT s.is_repeat AS first, s.is_repeat AS repeat,
    s.once AS once, s.replied_on AS replied_on, s.came_again AS came_again
FROM
(
    SELECT
        x.id AS submission_id, matter_id, county, x.registered_on AS registered_on, x.received_on AS received_on,
        x.channel AS channel, x.purpose AS purpose,
        tupleElement(x.office, 'id') AS office_id, tupleElement(x.office, 'kind') AS office_kind,
        if(x.copy_of = '', x.id, x.copy_of) AS letter,
        -- its letter: itself, or the one it copies; and all copies of that
        arrayFirst(y -> y.id = letter, submissions) AS original,
        arrayFilter(y -> y.id = letter OR y.copy_of = letter, submissions) AS copies,
        has(original.first_in, 'system') AS is_first,
        -- a repeat that is only proposed to a clerk does not count (ruling 37)
        original.repeat_of != '' AND NOT original.proposed AS is_repeat,
        -- the first of a matter, and first in nothing: nobody is named whom others could be compared with (E15)
        submissions[1].id = x.id AND empty(x.first_in) AS anonymous,
        -- of a group of copies the earliest that petition bodies registered stands for all (ruling 39)
        tupleElement(arrayElement(arraySort(y -> (y.received_on, y.registered_on, y.id), arrayFilter(
            y -> y.channel IN ('letter', 'visit', 'web') AND tupleElement(y.office, 'kind') = 'petition_bureau', copies)), 1), 'id') = x.id AS once,
        -- the first reply to any of them; no day where there is none
        arraySort(arrayFilter(d -> isNotNull(d), arrayMap(y -> y.replied_on, copies)))[1] AS replied_on,
        arraySort(arrayMap(y -> y.received_on, arrayFilter(y -> y.repeat_of != '' AND NOT y.proposed, submissions))) AS came_again
    FROM matters_then
    ARRAY JOIN submissions AS x
) AS s
LEFT JOIN
(
    SELECT submission_id, any(litigation) AS litigation
    FROM acts
    WHERE kind = 'petition.registered'
    GROUP BY submission_id
) AS r ON r.submission_id = s.submission_id
