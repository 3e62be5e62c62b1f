-- current_matters, over the history.
-- Asked with an as-of: `projections.queries.then` keeps the tables below to what was known by then.
CREATE VIEW IF NOT EXISTS current_matters_then AS
SELECT
    matter_id, county, opened_on, purpose, category, stage, competent_level, competent_office,
    answerable_id, answerable_level, answerable_kind, last_event, last_time,
    length(submissions) AS submission_count,
    countEqual(arrayMap(c -> tupleElement(c, 'state'), clocks), 'missed') AS missed_count,
    countEqual(arrayMap(c -> tupleElement(c, 'state'), clocks), 'running') AS running_count,
    submissions, clocks, raw, `partition`, `offset`, log_time
FROM matters_then
