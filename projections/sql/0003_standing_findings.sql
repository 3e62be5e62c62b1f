-- Findings that hold now: those that no later record of their partition withdraws. (A finding may be withdrawn 撤销 and, by a
-- clerk's later decision, concluded again under the same id: then its later record holds.)
CREATE VIEW IF NOT EXISTS standing_findings AS
SELECT
    f.finding_id AS finding_id, f.kind AS kind, f.rule AS rule, f.article AS article, f.rule_set AS rule_set, f.status AS status,
    f.cause AS cause, f.county AS county, f.matter_id AS matter_id, f.submission_id AS submission_id, f.office_id AS office_id,
    f.evidence AS evidence, f.event_time AS event_time, f.causation_id AS causation_id,
    f.`partition` AS `partition`, f.`offset` AS `offset`, f.log_time AS log_time
FROM findings AS f
LEFT JOIN
(
    SELECT `partition`, retracts AS id, max(findings.`offset`) + 1 AS standing_from
    FROM findings WHERE retracts != '' GROUP BY `partition`, id
) AS withdrawn ON withdrawn.`partition` = f.`partition` AND withdrawn.id = f.finding_id
-- none withdrawn: standing_from is 0
WHERE f.kind NOT IN ('retracted', '') AND f.`offset` >= withdrawn.standing_from
-- a record that was inserted twice is one finding
LIMIT 1 BY `partition`, finding_id
