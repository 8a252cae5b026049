-- title: The named rules that a share can be counted by, choice by choice
-- grain: one row per definition that is about shares
-- unit: texts, as the registry has them; min_downloads in downloads
select name, version, title, universe, counts, edge, relations, credit, min_downloads, denominator, source_url
from definitions
where measure = 'share'
order by name
