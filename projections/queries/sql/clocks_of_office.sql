-- The limits of an office, at most so many of each state, those that end first come first; how many there are of each is beside.
SELECT rule, state, due_strict, due_rolled, started, ended, office_id AS office, office_level, submission_id, matter_id, county, calendar_unknown,
       office_kind, count() OVER (PARTITION BY state) AS of_state
FROM clocks
WHERE office_id = {office:String}
ORDER BY due_strict ASC NULLS LAST, rule, submission_id, started, office_id, state, ended, due_rolled, office_level, matter_id, county
LIMIT {limit:UInt32} BY state
