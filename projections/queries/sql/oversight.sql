-- What is done about matters from above, what answers it, and the corrections of either, as bytes: what of it stands is for the
-- rules to say. Each event once; none that the worker did not take.
SELECT raw
FROM actions
WHERE readable AND type IN {read:Array(String)}
  AND subject IN (SELECT subject FROM actions WHERE readable AND type IN {types:Array(String)})
  AND (empty({numbers:Array(String)}) OR subject IN {numbers:Array(String)} OR subject IN
       -- filed under another number, and corrected to one of these
       (SELECT subject FROM actions WHERE readable AND type = 'petition.corrected.v1' AND told[1].subject IN {numbers:Array(String)}))
  AND ({county:String} = '' OR county = {county:String})
  AND (`partition`, `offset`) NOT IN (SELECT `partition`, `offset` FROM rejections)
ORDER BY `partition`, `offset`
LIMIT 1 BY event_id
