-- Every record about one finding: itself, and its withdrawal 撤销 where there is one.
SELECT finding_id, kind, rule, article, rule_set, status, cause, county, matter_id, submission_id, office_id AS office, evidence, event_time,
       retracts, causation_id, raw, `partition`, `offset`, log_time
FROM findings
WHERE finding_id = {id:String} OR retracts = {id:String}
ORDER BY `partition`, `offset`
LIMIT 1 BY `partition`, `offset`
