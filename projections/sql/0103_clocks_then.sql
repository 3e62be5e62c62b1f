-- Time limits as they were known: `clocks` of the past, one column of the array for each of its own (see 0101).
CREATE OR REPLACE VIEW clocks_then AS
SELECT
    rule, submission_id, matter_id, county, office_id, office_level, office_kind, started, due_strict, due_rolled, ended, state,
    started_by, ended_by, calendar_unknown, `partition`, `offset`, log_time
FROM matter_history
ARRAY JOIN
    clocks.rule AS rule, clocks.submission AS submission_id, clocks.office.id AS office_id, clocks.office.level AS office_level,
    clocks.office.kind AS office_kind, clocks.started AS started, clocks.due_strict AS due_strict, clocks.due_rolled AS due_rolled,
    clocks.ended AS ended, clocks.state AS state, clocks.started_by AS started_by, clocks.ended_by AS ended_by,
    clocks.calendar_unknown AS calendar_unknown
WHERE (`partition`, matter_id, `offset`) IN (SELECT `partition`, matter_id, max(matter_history.`offset`) FROM matter_history GROUP BY `partition`, matter_id)
  AND NOT gone
