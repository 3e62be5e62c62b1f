-- Findings that hold now, the latest first. The days are business days of the cause.
SELECT finding_id, kind, rule, article, status, cause, county, matter_id, submission_id, office_id AS office, event_time
FROM standing_findings
WHERE ({county:String} = '' OR county = {county:String})
  AND ({office:String} = '' OR office_id = {office:String})
  AND ({rule:String} = '' OR rule = {rule:String})
  AND ({kind:String} = '' OR kind = {kind:String})
  AND toDate32(event_time, 'Asia/Shanghai') BETWEEN {since:Date32} AND {until:Date32}
ORDER BY event_time DESC, finding_id
LIMIT {limit:UInt32}
