-- Time limits 期限, those that end first come first. Kind is the state; the days are last days as the law has them.
SELECT rule, state, due_strict, due_rolled, started, ended, office_id AS office, office_level, submission_id, matter_id, county, calendar_unknown
FROM clocks
WHERE ({county:String} = '' OR county = {county:String})
  AND ({office:String} = '' OR office_id = {office:String})
  AND ({rule:String} = '' OR rule = {rule:String})
  AND ({kind:String} = '' OR state = {kind:String})
  -- external clocks have no last day of ours
  AND (due_strict IS NULL OR due_strict BETWEEN {since:Date32} AND {until:Date32})
-- every column that is shown takes part, so that the same tables give the same answer in the same order
ORDER BY due_strict ASC NULLS LAST, rule, submission_id, started, office_id, state, ended, due_rolled, office_level, matter_id, county
LIMIT {limit:UInt32}
