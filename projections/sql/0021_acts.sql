-- Acts 案件动作 as they are to be read: each once, by its event's id, and as the correction 更正 that prevails reads it.
--
-- The log is never edited. Of several corrections of one act the last by business time prevails; a correction may itself be
-- corrected or voided by a later one, never by an earlier one. An act that was voided 作废 is not here; one that named the
-- wrong submission stands under the right one.
CREATE VIEW IF NOT EXISTS acts AS
WITH
once AS
(
    SELECT event_id, type, subject, county, event_time, told, `partition`, `offset`
    FROM actions FINAL
    WHERE readable AND type != 'clock.ticked.v1'
    -- delivered twice is one act; in the order of the log the first counts
    ORDER BY `partition`, `offset`
    LIMIT 1 BY event_id
),
heard AS
(
    -- the corrections of each submission, the latest first: when, which, and what each told
    SELECT subject, arrayReverseSort(c -> (c.1, c.2), groupArray((toUnixTimestamp(event_time), event_id, told))) AS latest_first
    FROM once
    WHERE type = 'petition.corrected.v1'
    GROUP BY subject
),
prevailing AS
(
    SELECT subject AS of_subject, arrayJoin(arrayFold(
        (kept, c) -> arrayElement(arrayMap(
            -- r: the correction as a later one reads it
            r -> if(empty(r.3)                                                                            -- voided
                    OR arrayExists(x -> x.2 = tupleElement(r.3[1], 'corrects') AND (x.1, x.2) >= (r.1, r.2), latest_first)  -- it came before that
                    OR arrayExists(k -> tupleElement(k.3[1], 'corrects') = tupleElement(r.3[1], 'corrects'), kept),  -- a later one has the word
                    kept, arrayPushBack(kept, r)),
            arrayMap(
                k -> (c.1, c.2, multiIf(
                    k.2 = '', c.3,
                    length(k.3) > 1, arraySlice(k.3, 2),
                    tupleElement(k.3[1], 'time') != '' OR tupleElement(k.3[1], 'subject') != '', c.3,
                    arraySlice(c.3, 1, 0))),
                [arrayFirst(k -> tupleElement(k.3[1], 'corrects') = c.2, kept)])), 1),
        latest_first, arrayFilter(c -> false, latest_first))) AS word
    FROM heard
),
corrections AS
(
    SELECT of_subject, tupleElement(word.3[1], 'corrects') AS corrects, tupleElement(word.3[1], 'time') AS new_time,
           tupleElement(word.3[1], 'subject') AS new_subject, length(word.3) > 1 AS says_instead, word.3[2] AS instead
    FROM prevailing
),
read AS
(
    SELECT
        o.event_id AS event_id, replaceRegexpOne(o.type, '[.]v[0-9]+$', '') AS kind, o.county AS county,
        if(w.new_subject != '', w.new_subject, o.subject) AS submission_id,
        -- one that only names another submission leaves the rest as it was
        if(w.new_time != '' AND w.new_subject = '', assumeNotNull(parseDateTime64BestEffortOrNull(w.new_time, 3, 'UTC')), o.event_time) AS at,
        if(w.says_instead AND w.new_subject = '', w.instead, o.told[1]) AS said,
        o.`partition` AS `partition`, o.`offset` AS `offset`
    FROM once AS o
    LEFT JOIN corrections AS w ON w.of_subject = o.subject AND w.corrects = o.event_id
    WHERE o.type != 'petition.corrected.v1'
      -- corrected by nothing, or by something that says what it is instead
      AND (w.corrects = '' OR w.new_time != '' OR w.new_subject != '' OR w.says_instead)
)
SELECT
    event_id, kind, submission_id, county, at, toDate32(at, 'Asia/Shanghai') AS day,
    tupleElement(said.office, 'id') AS office_id, tupleElement(said.office, 'kind') AS office_kind,
    -- the other office: sent to, or whose objection is decided
    if(tupleElement(said.by, 'id') != '', tupleElement(said.by, 'id'), tupleElement(said.to, 'id')) AS other_id,
    multiIf(said.route != '', said.route, kind = 'petition.accepted', '31.6', '') AS route,
    tupleElement(said.sent_to, 'id') AS sent_to,
    ifNull(said.in_writing, true) AS in_writing, said.by_decision AS by_decision,
    said.`of` AS rated_body, said.rating AS rating, said.`as` AS concluded_as, said.list_name AS list_name, said.due_on AS due_on,
    said.litigation AS litigation, `partition`, `offset`
FROM read
