-- What offices owe next 最近到期: time limits that run, those that end first come first. Rights to ask for review (R-35p, R-36p) and the
-- window to object (R-23o) are nobody's duty.
SELECT due_strict, rule, office_id AS office, submission_id, matter_id, county
FROM clocks
WHERE state = 'running' AND rule NOT IN ('R-35p', 'R-36p', 'R-23o') AND due_strict IS NOT NULL
ORDER BY due_strict, rule, office_id, submission_id, matter_id
LIMIT {limit:UInt32}
