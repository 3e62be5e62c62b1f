-- Alerts as they stand: one row for each alert that was raised. All records of an alert are in one partition, so the highest
-- offset is the latest. A silence is on the stream: it holds for all its alerts. A record that stands twice changes nothing.
CREATE VIEW IF NOT EXISTS current_alerts AS
SELECT
    life.alert_id AS alert_id,
    multiIf(life.resolved, 'resolved', life.acknowledged, 'acknowledged', 'open') AS state,
    life.county AS county, life.category AS category, life.watched AS watched, life.stream AS stream, life.grain AS grain,
    life.urgency AS urgency, life.since AS since, life.opened_at AS opened_at, life.until AS until, life.matters AS matters,
    life.observed AS observed, life.expected AS expected, life.overdue AS overdue,
    life.acknowledged_by AS acknowledged_by,
    silence.until AS silenced_until,
    life.delivered AS delivered, life.escalation AS escalation, undelivered.channels AS undelivered,
    life.last_time AS last_time, life.raw AS raw, life.`partition` AS `partition`, life.last_offset AS `offset`
FROM
(
    SELECT
        alerts.`partition` AS `partition`, alerts.alert_id AS alert_id,
        max(alerts.kind = 'resolved') AS resolved, max(alerts.kind = 'acknowledged') AS acknowledged,
        any(alerts.county) AS county,
        argMaxIf(alerts.category, alerts.`offset`, alerts.kind IN ('opened', 'updated')) AS category,
        argMaxIf(alerts.watched, alerts.`offset`, alerts.kind IN ('opened', 'updated')) AS watched,
        argMaxIf(alerts.stream, alerts.`offset`, alerts.kind IN ('opened', 'updated')) AS stream,
        argMaxIf(alerts.grain, alerts.`offset`, alerts.kind IN ('opened', 'updated')) AS grain,
        argMaxIf(alerts.urgency, alerts.`offset`, alerts.kind IN ('opened', 'updated')) AS urgency,
        argMaxIf(alerts.since, alerts.`offset`, alerts.kind IN ('opened', 'updated')) AS since,
        argMaxIf(alerts.until, alerts.`offset`, alerts.kind IN ('opened', 'updated', 'resolved')) AS until,
        argMaxIf(alerts.matters, alerts.`offset`, alerts.kind IN ('opened', 'updated')) AS matters,
        argMaxIf(alerts.observed, alerts.`offset`, alerts.kind IN ('opened', 'updated')) AS observed,
        argMaxIf(alerts.expected, alerts.`offset`, alerts.kind IN ('opened', 'updated')) AS expected,
        argMaxIf(alerts.overdue, alerts.`offset`, alerts.kind IN ('opened', 'updated')) AS overdue,
        argMaxIf(alerts.raw, alerts.`offset`, alerts.kind IN ('opened', 'updated')) AS raw,
        minIf(alerts.event_time, alerts.kind = 'opened') AS opened_at,
        argMaxIf(alerts.post, alerts.`offset`, alerts.kind = 'acknowledged') AS acknowledged_by,
        uniqExactIf(alerts.notification, alerts.kind = 'delivered') AS delivered,
        maxIf(alerts.escalation, alerts.kind = 'delivered') AS escalation,
        max(alerts.event_time) AS last_time, max(alerts.`offset`) AS last_offset
    FROM alerts
    GROUP BY alerts.`partition`, alerts.alert_id
    HAVING max(alerts.kind = 'opened')
) AS life
LEFT JOIN
(
    SELECT alerts.stream AS stream, argMax(alerts.until, (alerts.event_time, alerts.`offset`)) AS until
    FROM alerts WHERE alerts.kind = 'silenced' GROUP BY alerts.stream
) AS silence ON silence.stream = life.stream
LEFT JOIN
(
    -- notifications whose last word is that they were not delivered
    SELECT alert_id, arraySort(groupUniqArray(channel)) AS channels
    FROM
    (
        SELECT alerts.alert_id AS alert_id, alerts.notification AS notification, any(alerts.channel) AS channel,
               argMax(alerts.kind, alerts.`offset`) AS last
        FROM alerts WHERE alerts.kind IN ('delivered', 'not_delivered') GROUP BY alert_id, notification
    )
    WHERE last = 'not_delivered' GROUP BY alert_id
) AS undelivered ON undelivered.alert_id = life.alert_id
