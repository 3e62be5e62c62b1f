-- Acts 案件动作 as they are to be read: each once, by its event's id, and as the correction 更正 that prevails reads it.
--
-- The log is never edited. Of several corrections of one act the last by business time prevails; a correction may itself be
-- corrected or voided by a later one, never by an earlier one. An act that was voided 作废 is not here; one that named the
-- wrong submission stands under the right one. Data blocks stay inside: they hold people's keys, and nothing of those comes
-- out but whether a registration names anybody.
CREATE VIEW IF NOT EXISTS acts AS
WITH
once AS
(
    SELECT
        event_id, type, subject, county, event_time,
        JSONExtract(raw, 'data', 'Tuple(
            office Tuple(id String, kind String), to Tuple(id String), `by` Tuple(id String), sent_to Tuple(id String),
            route String, in_writing Nullable(Bool), by_decision Bool, document String, `of` String, rating String, `as` String,
            list_name String, due_on Nullable(Date32), litigation Bool)') AS said,
        type = 'petition.registered.v1' AND JSONLength(raw, 'data', 'petitioners') = 0 AS names_nobody,
        -- only what a correction says is kept whole
        if(type = 'petition.corrected.v1', JSONExtractRaw(raw, 'data'), '') AS words,
        `partition`, `offset`
    FROM actions FINAL
    WHERE readable AND type != 'clock.ticked.v1'
    -- delivered twice is one act; in the order of the log the first counts
    ORDER BY `partition`, `offset`
    LIMIT 1 BY event_id
),
heard AS
(
    -- the corrections of each submission, the latest first
    SELECT subject, CAST(arrayReverseSort(groupArray((
               toUnixTimestamp(event_time), event_id, JSONExtractString(words, 'corrects'), JSONExtractString(words, 'time'),
               JSONExtractString(words, 'subject'), if(JSONType(words, 'data') = 'Object', JSONExtractRaw(words, 'data'), '')))),
               'Array(Tuple(at UInt32, id String, corrects String, time String, subject String, data String))') AS latest_first
    FROM once
    WHERE type = 'petition.corrected.v1'
    GROUP BY subject
),
prevailing AS
(
    SELECT subject AS of_subject, arrayJoin(arrayFold(
        (kept, c) -> arrayElement(arrayMap(
            -- r: the correction as a later one reads it
            r -> if(r.corrects = ''                                                                       -- voided
                    OR arrayExists(x -> x.id = r.corrects AND (x.at, x.id) >= (r.at, r.id), latest_first)     -- it came before what it corrects
                    OR arrayExists(k -> k.corrects = r.corrects, kept),                                   -- a later one has the word
                    kept, arrayPushBack(kept, r)),
            arrayMap(
                k -> CAST(multiIf(
                    k.id = '' OR (k.data = '' AND (k.time != '' OR k.subject != '')), c,
                    k.data = '', (c.at, c.id, '', '', '', ''),
                    (c.at, c.id, JSONExtractString(k.data, 'corrects'), JSONExtractString(k.data, 'time'), JSONExtractString(k.data, 'subject'),
                     if(JSONType(k.data, 'data') = 'Object', JSONExtractRaw(k.data, 'data'), ''))),
                    'Tuple(at UInt32, id String, corrects String, time String, subject String, data String)'),
                [arrayFirst(k -> k.corrects = c.id, kept)])), 1),
        latest_first, CAST([], 'Array(Tuple(at UInt32, id String, corrects String, time String, subject String, data String))'))) AS word
    FROM heard
),
read AS
(
    SELECT
        o.event_id AS event_id, replaceRegexpOne(o.type, '[.]v[0-9]+$', '') AS kind, o.county AS county,
        if(w.word.subject != '', w.word.subject, o.subject) AS submission_id,
        -- one that only names another submission leaves the rest as it was
        if(w.word.time != '' AND w.word.subject = '', assumeNotNull(parseDateTime64BestEffortOrNull(w.word.time, 3, 'UTC')), o.event_time) AS at,
        if(w.word.data = '' OR w.word.subject != '', o.said, JSONExtract(w.word.data, 'Tuple(
            office Tuple(id String, kind String), to Tuple(id String), `by` Tuple(id String), sent_to Tuple(id String),
            route String, in_writing Nullable(Bool), by_decision Bool, document String, `of` String, rating String, `as` String,
            list_name String, due_on Nullable(Date32), litigation Bool)')) AS said,
        if(w.word.data = '' OR w.word.subject != '', o.names_nobody, kind = 'petition.registered' AND JSONLength(w.word.data, 'petitioners') = 0) AS names_nobody,
        o.`partition` AS `partition`, o.`offset` AS `offset`
    FROM once AS o
    LEFT JOIN prevailing AS w ON w.of_subject = o.subject AND w.word.corrects = o.event_id
    WHERE o.type != 'petition.corrected.v1'
      -- corrected by nothing, or by something that says what it is instead
      AND (w.word.id = '' OR w.word.time != '' OR w.word.subject != '' OR w.word.data != '')
)
SELECT
    event_id, kind, submission_id, county, at, toDate32(at, 'Asia/Shanghai') AS day,
    tupleElement(said.office, 'id') AS office_id, tupleElement(said.office, 'kind') AS office_kind,
    -- the other office: sent to, or whose objection is decided
    if(tupleElement(said.by, 'id') != '', tupleElement(said.by, 'id'), tupleElement(said.to, 'id')) AS other_id,
    multiIf(said.route != '', said.route, kind = 'petition.accepted', '31.6', '') AS route,
    tupleElement(said.sent_to, 'id') AS sent_to,
    ifNull(said.in_writing, true) AS in_writing, said.by_decision AS by_decision, said.document AS document,
    said.`of` AS rated_body, said.rating AS rating, said.`as` AS concluded_as, said.list_name AS list_name, said.due_on AS due_on,
    said.litigation AS litigation, names_nobody AS anonymous, `partition`, `offset`
FROM read
