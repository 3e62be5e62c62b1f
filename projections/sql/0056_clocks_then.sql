-- clocks, over the history.
-- Asked with an as-of: `projections.queries.then` keeps the tables below to what was known by then.
CREATE VIEW IF NOT EXISTS clocks_then AS
SELECT
    c.rule AS rule, c.submission AS submission_id, matter_id, county,
    tupleElement(c.office, 'id') AS office_id, tupleElement(c.office, 'level') AS office_level, tupleElement(c.office, 'kind') AS office_kind,
    c.started AS started, c.due_strict AS due_strict, c.due_rolled AS due_rolled, c.ended AS ended, c.state AS state,
    c.started_by AS started_by, c.ended_by AS ended_by, c.calendar_unknown AS calendar_unknown,
    `partition`, `offset`, log_time
FROM matters_then
ARRAY JOIN clocks AS c
