-- standing_findings, over the history.
-- Asked with an as-of: `projections.queries.then` keeps the tables below to what was known by then.
CREATE VIEW IF NOT EXISTS standing_findings_then AS
SELECT
    f.finding_id AS finding_id, f.kind AS kind, f.rule AS rule, f.article AS article, f.rule_set AS rule_set, f.status AS status,
    f.cause AS cause, f.county AS county, f.matter_id AS matter_id, f.submission_id AS submission_id, f.office_id AS office_id,
    f.evidence AS evidence, f.event_time AS event_time, f.causation_id AS causation_id,
    f.`partition` AS `partition`, f.`offset` AS `offset`, f.log_time AS log_time
FROM finding_history AS f
LEFT JOIN
(
    SELECT `partition`, retracts AS id, max(finding_history.`offset`) + 1 AS standing_from
    FROM finding_history WHERE retracts != '' GROUP BY `partition`, id
) AS withdrawn ON withdrawn.`partition` = f.`partition` AND withdrawn.id = f.finding_id
-- none withdrawn: standing_from is 0
WHERE f.kind NOT IN ('retracted', '') AND f.`offset` >= withdrawn.standing_from
-- a record that was inserted twice is one finding
LIMIT 1 BY `partition`, finding_id
