-- Alerts as they stand, those that wait for an answer first, then the latest. Days are those on which they were raised.
SELECT alert_id, state, urgency, stream, county, category, watched, overdue, matters, observed, expected, since, opened_at, until,
       acknowledged_by, silenced_until, delivered, escalation, undelivered
FROM current_alerts
WHERE ({county:String} = '' OR county = {county:String})
  AND ({kind:String} = '' OR state = {kind:String})
  AND toDate32(opened_at, 'Asia/Shanghai') BETWEEN {since:Date32} AND {until:Date32}
ORDER BY indexOf(['open', 'acknowledged', 'resolved'], state), opened_at DESC, alert_id
LIMIT {limit:UInt32}
