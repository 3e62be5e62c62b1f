-- submissions, over the history.
-- Asked with an as-of: `projections.queries.then` keeps the tables below to what was known by then.
CREATE VIEW IF NOT EXISTS submissions_then AS
SELECT
    s.id AS submission_id, matter_id, county,
    s.registered_on AS registered_on, s.received_on AS received_on,
    parseDateTime64BestEffortOrNull(ifNull(s.entered_at, ''), 3, 'UTC') AS entered_at,
    s.channel AS channel, s.purpose AS purpose, s.category AS category,
    tupleElement(s.office, 'id') AS office_id, tupleElement(s.office, 'level') AS office_level, tupleElement(s.office, 'kind') AS office_kind,
    s.first_in AS first_in, s.repeat_of AS repeat_of, s.proposed AS proposed, s.copy_of AS copy_of,
    s.cross_level AS cross_level, s.replied_on AS replied_on,
    `partition`, `offset`, log_time
FROM matters_then
ARRAY JOIN submissions AS s
