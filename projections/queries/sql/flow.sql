-- Daily flow 每日流量: distinct events a day by kind, as the log took them in: those that the judgement refused are among them (sanfang
-- rejected list), corrected ones stand under what they first said. By day and by county code, never by number.
SELECT day, county, feed, kind, uniqExactMerge(events) AS events
FROM daily_flow
WHERE ({county:String} = '' OR county = {county:String})
  AND ({kind:String} = '' OR kind = {kind:String})
  AND day BETWEEN {since:Date32} AND {until:Date32}
GROUP BY day, county, feed, kind
ORDER BY day DESC, county, feed, kind
LIMIT {limit:UInt32}
