"""Roots of all models by pointer jumping in Spark SQL, from the edges that the tracker exports.

    python docs/lineage_on_spark.py FOLDER ROWS [--master URL] [--reading NAME]

For those who must: our own engine traces ten million models in seconds, and its lineage stands beside the edges. FOLDER
is a data folder or an export, ROWS a new folder for Parquet. A reading is default, as_uploaded, teacher or inferred.

Every model points at its parents. Each round lets it point at what these point at, so that after n rounds it points 2^n
steps up: the longest chain of 45 takes six. Circles were cut before: a model at which one was cut has no edge, and is
its own root, as is every model without one.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ROUNDS = 40  # 2^40 steps: who is not done by then runs in a circle

# a name that is no model on the Hub has no key, and is a root or points on as any other
EDGES = """
select
  coalesce(cast(model_key as string), concat('name ', model_id)) as child,
  coalesce(cast(parent_key as string), concat('name ', parent_id)) as parent,
  1 / count(*) over (partition by model_key, model_id) as weight,
  1 as depth
from edges_of(:reading)
"""

JUMP = """
select
  a.child, coalesce(b.parent, a.parent) as parent,
  sum(a.weight * coalesce(b.weight, 1)) as weight,
  max(a.depth + coalesce(b.depth, 0)) as depth
from {pointers} as a
left join {pointers} as b on b.child = a.parent
group by a.child, coalesce(b.parent, a.parent)
"""

OPEN = "select count(*) as pointers from {pointers} as p left semi join {pointers} as e on e.child = p.parent"

# credit in whole units, 10^9 a model: cut, and what is left over goes, a unit each, by name to those that did not come
# out even. A part of less than a unit has one, taken from the largest.
ROOTS = """
with pairs as (
  select c.model_key, c.model_id, r.model_key as root_key, coalesce(r.model_id, substr(p.parent, 6)) as root_id,
    p.weight, p.depth
  from {pointers} as p
  join models as c on cast(c.model_key as string) = p.child
  left join models as r on cast(r.model_key as string) = p.parent
),
rounded as (
  select *, cast(floor(weight * 1e12 + 0.5) as bigint) as thousandths from pairs
),
cut as (
  select *, thousandths % 1000 = 0 as is_even, greatest(thousandths div 1000, 1) as units from rounded
),
placed as (
  select *,
    1000000000 - sum(units) over (partition by model_key) as left_over,
    row_number() over (partition by model_key order by is_even, root_id) as place,
    coalesce(sum(units - 1) over (
      partition by model_key order by units desc, root_id rows between unbounded preceding and 1 preceding
    ), 0) as spare_before
  from cut
),
shared as (
  select model_key, model_id, root_key, root_id, depth,
    units + case when place <= left_over then 1 else 0 end
      - greatest(0, least(units - 1, -left_over - spare_before)) as credit
  from placed
)
select model_key, model_id, root_key, root_id, cast(credit as int) as credit, credit / 1e9 as weight, depth from shared
union all
select m.model_key, m.model_id, m.model_key, m.model_id, 1000000000, 1.0, 0
from models as m
left anti join {pointers} as p on p.child = cast(m.model_key as string)
"""


def roots(spark: SparkSession, reading: str = "default") -> DataFrame:
    """Return one row per model and root, as the columns of lineage say it: a copy is mounted on the session."""
    pointers = spark.sql(EDGES, args={"reading": reading})
    for _ in range(ROUNDS):
        pointers = pointers.localCheckpoint()  # where workers may be lost: checkpoint(), in a folder that they share
        if not spark.sql(OPEN, pointers=pointers).first()["pointers"]:
            return spark.sql(ROOTS, pointers=pointers)
        pointers = spark.sql(JUMP, pointers=pointers)
    raise ValueError("these edges run in a circle; take those of a published copy, where circles are cut")


def main() -> None:
    """Write the roots of all models as Parquet."""
    import tracker
    from tracker.handover.spark import mount, session

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--reading", default="default")
    given = parser.parse_args()
    with session(given.master) as spark, tracker.open(given.folder) as copy, mount(spark, copy.published) as mounted:
        mounted.everything()
        roots(spark, given.reading).write.parquet(str(given.rows))


if __name__ == "__main__":
    main()
