-- 0005, with the day since when the one who is answerable has been.
CREATE OR REPLACE VIEW current_matters AS
SELECT
    matter_id, county, opened_on, purpose, category, stage, competent_level, competent_office,
    answerable_id, answerable_level, answerable_kind,
    toDate32OrNull(JSONExtractString(raw, 'answerable_since')) AS answerable_since, last_event, last_time,
    length(submissions) AS submission_count,
    countEqual(arrayMap(c -> tupleElement(c, 'state'), clocks), 'missed') AS missed_count,
    countEqual(arrayMap(c -> tupleElement(c, 'state'), clocks), 'running') AS running_count,
    submissions, clocks, raw, `partition`, `offset`, log_time
FROM matters FINAL
