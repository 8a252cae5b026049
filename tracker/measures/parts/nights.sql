-- title: The nights that are asked for; scopes are never compared with one another
select snapshot_date, source, scope
from nights
where snapshot_date between $first and $until
  and scope = $scope
{last_of_month}
