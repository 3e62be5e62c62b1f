-- Matters 信访事项, the latest first. Kind is the stage; the days are those of the first registration.
SELECT matter_id, county, stage, purpose, category, opened_on, answerable_id AS office, competent_level, submission_count AS submissions,
       missed_count AS missed, running_count AS running, last_time
FROM current_matters
WHERE ({county:String} = '' OR county = {county:String})
  AND ({office:String} = '' OR answerable_id = {office:String} OR competent_office = {office:String})
  AND ({kind:String} = '' OR stage = {kind:String})
  AND opened_on BETWEEN {since:Date32} AND {until:Date32}
ORDER BY last_time DESC, matter_id
LIMIT {limit:UInt32}
