-- Submissions as they were known: `submissions` of the past, one column of the array for each of its own (see 0101).
CREATE OR REPLACE VIEW submissions_then AS
SELECT
    submission_id, matter_id, county, registered_on, received_on, parseDateTime64BestEffortOrNull(ifNull(entered, ''), 3, 'UTC') AS entered_at,
    channel, purpose, category, office_id, office_level, office_kind, first_in, repeat_of, proposed, copy_of, cross_level, replied_on,
    `partition`, `offset`, log_time
FROM
(
    SELECT submission_id, matter_id, county, registered_on, received_on, entered, channel, s_purpose AS purpose, s_category AS category,
           office_id, office_level, office_kind, first_in, repeat_of, proposed, copy_of, cross_level, replied_on, `partition`, `offset`, log_time
    FROM matter_history
    ARRAY JOIN
        submissions.id AS submission_id, submissions.registered_on AS registered_on, submissions.received_on AS received_on,
        submissions.entered_at AS entered, submissions.channel AS channel, submissions.purpose AS s_purpose,
        submissions.category AS s_category, submissions.office.id AS office_id, submissions.office.level AS office_level,
        submissions.office.kind AS office_kind, submissions.first_in AS first_in, submissions.repeat_of AS repeat_of,
        submissions.proposed AS proposed, submissions.copy_of AS copy_of, submissions.cross_level AS cross_level,
        submissions.replied_on AS replied_on
    WHERE (`partition`, matter_id, `offset`) IN (SELECT `partition`, matter_id, max(matter_history.`offset`) FROM matter_history GROUP BY `partition`, matter_id)
      AND NOT gone
)
