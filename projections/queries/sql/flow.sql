-- Daily flow 每日流量: distinct events a day by kind. By day and by county code, never by number.
SELECT day, county, feed, kind, uniqExactMerge(events) AS events
FROM daily_flow
WHERE ({county:String} = '' OR county = {county:String})
  AND ({kind:String} = '' OR kind = {kind:String})
  AND day BETWEEN {since:Date32} AND {until:Date32}
GROUP BY day, county, feed, kind
ORDER BY day DESC, county, feed, kind
LIMIT {limit:UInt32}
