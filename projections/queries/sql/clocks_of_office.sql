-- What an office has missed 逾期 and what still runs 在办, at most so many of each, those that end first come first.
SELECT rule, state, due_strict, due_rolled, started, ended, office_id AS office, office_level, submission_id, matter_id, county, calendar_unknown
FROM clocks
WHERE office_id = {office:String} AND state IN ('missed', 'running')
ORDER BY due_strict ASC NULLS LAST, rule, submission_id, started, office_id, state, ended, due_rolled, office_level, matter_id, county
LIMIT {limit:UInt32} BY state
