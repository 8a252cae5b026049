-- title: The newest night, whose scope is that of all nights that are compared
select max(snapshot_date) as snapshot_date, arg_max(scope, snapshot_date) as scope
from nights
