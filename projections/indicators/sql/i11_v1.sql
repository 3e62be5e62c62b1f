-- I11 三项建议采纳反馈率. One row a recommendation whose answer was due in the window; answered is a written answer of the office
-- addressed, early or late. A date set in it does not roll (ruling 12); the days that are practice end on a working day, so
-- their last days as counted are those from strict_since to strict_until.
WITH answers AS
(
    SELECT submission_id AS number, office_id AS office, groupArray((at, event_id)) AS moments
    FROM acts
    WHERE kind = 'recommendation.answered'
    GROUP BY number, office
)
SELECT '' AS series, i.county AS county, i.other_id AS office, '' AS excluded,
       arrayExists(m -> m > (i.at, i.event_id), a.moments) AS numerator, 1 AS denominator
FROM (SELECT submission_id, county, other_id, at, event_id, day, due_on FROM acts WHERE kind = 'recommendation.issued') AS i
LEFT JOIN answers AS a ON a.number = i.submission_id AND a.office = i.other_id
WHERE if(isNotNull(i.due_on), i.due_on BETWEEN {since:Date32} AND {until:Date32},
         addDays(i.day, {advice_days:UInt16}) BETWEEN {strict_since:Date32} AND {strict_until:Date32})
