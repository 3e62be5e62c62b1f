-- One office 机关 as its actions have it. No row where it never acted.
SELECT a.office_level AS level, a.office_kind AS kind, a.last_seen AS last_seen
FROM acting_offices AS a
WHERE a.office_id = {office:String}
