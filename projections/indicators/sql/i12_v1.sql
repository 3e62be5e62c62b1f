-- I12 three rates about how the work is kept, of petition bodies' registrations.
--   objections 异议率      transfers made in the window; upheld: it went back before it was sent there again
--   late_entries 补录率    acts entered in the window; late: more than a working day after the date on the document (ruling 17)
--   lapses_removed         the late ones among them; those that removed a lapse of an office are counted apart (ruling 17)
--   exclusions 排除率      submissions registered in the window; those taken out of the population as litigation
WITH
moves AS
(
    SELECT submission_id, office, arraySort(groupArray((at, event_id, day, sent, open_to_objection))) AS story
    FROM
    (
        SELECT submission_id, other_id AS office, at, event_id, day, kind != 'petition.returned' AS sent,
               kind != 'petition.jurisdiction_decided' AND NOT by_decision AS open_to_objection
        FROM acts
        WHERE kind IN ('petition.forwarded', 'petition.assigned', 'petition.jurisdiction_decided', 'petition.returned')
    )
    GROUP BY submission_id, office
),
transfers AS
(
    SELECT submission_id, office, tupleElement(step, 3) AS day, tupleElement(step, 5) AS open_to_objection,
           position < length(story) AND NOT tupleElement(arrayElement(story, position + 1), 4) AS upheld
    FROM moves
    ARRAY JOIN story AS step, arrayEnumerate(story) AS position
    WHERE tupleElement(step, 4)
),
entries AS
(
    SELECT event_id, subject AS submission_id, office_id AS office, toDate32(event_time, 'Asia/Shanghai') AS day,
           toDate32(assumeNotNull(recorded_time), 'Asia/Shanghai') AS entered
    FROM actions FINAL
    -- ticks and what the worker carries from county to county are nobody's entries
    WHERE readable AND type NOT IN ('clock.ticked.v1', 'jurisdiction.received.v1') AND recorded_time IS NOT NULL
    ORDER BY `partition`, `offset`
    LIMIT 1 BY event_id
),
judged AS
(
    -- for each day of the window, the first day whose documents are entered in time on it
    SELECT event_id, submission_id, office,
           day < arrayElement({in_time_from:Array(Date32)}, toUInt32(dateDiff('day', {since:Date32}, entered)) + 1) AS late
    FROM entries
    WHERE entered BETWEEN {since:Date32} AND {until:Date32}
),
removals AS
(
    SELECT DISTINCT causation_id FROM findings WHERE kind = 'retracted' AND JSONExtractBool(raw, 'data', 'late_entry')
)
SELECT
    u.series AS series, p.county AS county, u.office AS office,
    multiIf(p.left_out != '', p.left_out, NOT p.by_bureau, 'not_bureau', u.excluded) AS excluded,
    excluded = '' AND u.hit = 1 AS numerator, excluded = '' AS denominator
FROM
(
    SELECT 'objections' AS series, submission_id, office, if(open_to_objection, '', 'by_decision') AS excluded, toUInt8(upheld) AS hit
    FROM transfers
    WHERE day BETWEEN {since:Date32} AND {until:Date32}
    UNION ALL
    SELECT 'late_entries', submission_id, office, '', toUInt8(late) FROM judged
    UNION ALL
    SELECT 'lapses_removed', submission_id, office, '', toUInt8(event_id IN (SELECT causation_id FROM removals)) FROM judged WHERE late
) AS u
INNER JOIN petitions AS p ON p.submission_id = u.submission_id
UNION ALL
SELECT 'exclusions', county, office_id,
       multiIf(left_out = 'accusation' OR left_out = 'channel', left_out, NOT by_bureau, 'not_bureau', NOT once, 'copy', '') AS excluded,
       excluded = '' AND left_out = 'litigation', excluded = ''
FROM petitions
WHERE registered_on BETWEEN {since:Date32} AND {until:Date32}
