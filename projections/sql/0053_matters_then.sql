-- The last state that was known of each matter.
-- Asked with an as-of: `projections.queries.then` keeps the tables below to what was known by then.
CREATE VIEW IF NOT EXISTS matters_then AS
SELECT *
FROM matter_history
-- places first, which are narrow; then the states there
WHERE (`partition`, matter_id, `offset`) IN (SELECT `partition`, matter_id, max(matter_history.`offset`) FROM matter_history GROUP BY `partition`, matter_id)
  -- the builder leaves no row twice, so nothing stands between a condition of whoever asks and the table
  AND NOT gone
