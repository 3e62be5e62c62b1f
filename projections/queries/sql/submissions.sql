-- Submissions 信访件, the latest first. Kind is the channel; the days are those of registration.
SELECT submission_id, matter_id, county, registered_on, channel, purpose, category, office_id AS office, first_in,
       repeat_of, proposed, copy_of, cross_level, replied_on
FROM submissions
WHERE ({county:String} = '' OR county = {county:String})
  AND ({office:String} = '' OR office_id = {office:String})
  AND ({kind:String} = '' OR channel = {kind:String})
  AND registered_on BETWEEN {since:Date32} AND {until:Date32}
ORDER BY registered_on DESC, submission_id, matter_id
LIMIT {limit:UInt32}
