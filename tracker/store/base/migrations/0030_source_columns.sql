-- Each column of a source's table is told with its type: a table without rows yet is a table all the same.

-- what is known of the types is told with the next run of any source, or the next night
create or replace table source_tables as
select source, table_name, grain, "key",
  [{'name': each.name, 'comment': each.comment, 'type': null::varchar} for each in columns] as columns
from source_tables;
