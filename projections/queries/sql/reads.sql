-- Looks at sealed words, and erasures 启封查阅与删除, the latest first: which post, for which matter, why. Each once, by its event.
SELECT event_time, replaceRegexpOne(replaceRegexpOne(type, '[.]v[0-9]+$', ''), '^[a-z]+[.]', '') AS kind, subject AS submission_id,
       JSONExtractString(raw, 'data', 'matter') AS matter_id, county, office_id AS office, JSONExtractString(raw, 'data', 'post') AS post,
       JSONExtractString(raw, 'data', 'reason') AS reason, JSONExtractString(raw, 'data', 'reference') AS reference,
       event_id, log_time, `partition`, `offset`
FROM actions
WHERE readable AND type IN ('text.unsealed.v1', 'submission.erased.v1')
  AND ({county:String} = '' OR county = {county:String})
  AND ({office:String} = '' OR office_id = {office:String})
  AND ({kind:String} = '' OR kind = {kind:String})
  AND toDate32(event_time, 'Asia/Shanghai') BETWEEN {since:Date32} AND {until:Date32}
ORDER BY event_time DESC, event_id
LIMIT 1 BY event_id
LIMIT {limit:UInt32}
