-- 0101, with the day since when.
-- The state of each matter as it was known: `current_matters` of the past. Counts read the parts of the arrays that they count, not
-- the arrays (which are nine tenths of the table), so it asks the table itself: through a view it would read them whole.
CREATE OR REPLACE VIEW current_matters_then AS
SELECT
    matter_id, county, opened_on, purpose, category, stage, competent_level, competent_office,
    answerable_id, answerable_level, answerable_kind, answerable_since, last_event, last_time,
    length(submissions.id) AS submission_count,
    countEqual(clocks.state, 'missed') AS missed_count,
    countEqual(clocks.state, 'running') AS running_count,
    submissions, clocks, raw, `partition`, `offset`, log_time
FROM matter_history
WHERE (`partition`, matter_id, `offset`) IN (SELECT `partition`, matter_id, max(matter_history.`offset`) FROM matter_history GROUP BY `partition`, matter_id)
  AND NOT gone
