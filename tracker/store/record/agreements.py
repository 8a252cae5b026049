"""Agreement of sources: two nights of one day, from different sources, compared model by model.

A difference is relative to the larger of both counters. Models without downloads in both nights are left out.
"""

from __future__ import annotations

from pathlib import Path

from tracker.sql.connect import Connection, literal, parquet, rows

_OWED = """
select a.snapshot_date, a.run_id, b.run_id, a.file, b.file
from nights as a
join nights as b on b.snapshot_date = a.snapshot_date and b.scope = a.scope and b.source > a.source
where not exists (select 1 from agreements as o where o.run_id = a.run_id and o.other_run_id = b.run_id)
order by a.snapshot_date desc, a.run_id, b.run_id
limit $most
"""

_GONE = """
delete from agreements
where run_id not in (select run_id from nights) or other_run_id not in (select run_id from nights)
"""

_MEASURED = """
insert into agreements
select {day}, {run_id}, {other_run_id}, count(one), count(other),
  count(*) filter (one is not null and other is not null), median(difference), quantile_cont(difference, 0.95)
from (
  select a.model_key as one, b.model_key as other,
    abs(a.downloads_30d - b.downloads_30d) / nullif(greatest(a.downloads_30d, b.downloads_30d), 0) as difference
  from {night} as a full join {beside} as b on b.model_key = a.model_key
)
"""


def measure(connection: Connection, data_dir: Path, most: int) -> int:
    """Compare at most `most` pairs of nights that are not compared yet, newest first; return the number compared.

    Must run inside a transaction of the caller's.
    """
    connection.execute(_GONE)
    owed = rows(connection, _OWED, {"most": most})
    for day, run_id, other_run_id, file, other in owed:
        texts = {"day": day, "run_id": run_id, "other_run_id": other_run_id}
        nights = {"night": parquet(data_dir / file), "beside": parquet(data_dir / other)}
        connection.execute(_MEASURED.format(**{name: literal(each) for name, each in texts.items()}, **nights))
    return len(owed)
