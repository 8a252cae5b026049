"""A small published copy with planted lineage, small enough to count by hand.

Snapshot 2026-10-05. In September 2026 nine derivatives and one root were created:

    carol/tune     finetune of Qwen3-8B-Instruct       -> Qwen, two steps
    dave/lora      adapter of unsloth/Qwen3-8B         -> Qwen, through a mirror
    erin/merge     merge of Qwen3-8B and Llama-3.1-8B  -> half Qwen, half Llama
    frank/tune     finetune of Llama-3.1-8B            -> Llama
    bart/tune-GGUF quantized of carol/tune             -> Qwen, three steps
    gina/ghost     finetune of a parent not on the Hub -> unreviewed, dangling
    hugo/solo-ft   finetune of someone/solo            -> unreviewed
    mistralai/M-Q  quantized of Mistral-7B, by its own developer; removed on 2026-10-01
    ivan/old       finetune of Llama-2-gone            -> Llama by its name, dangling
    judy/new       a root
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import polars as pl

from tracker.store import connect, schema

SNAPSHOT = date(2026, 10, 5)
NIGHTS = (date(2026, 9, 4), date(2026, 9, 5), date(2026, 9, 8), SNAPSHOT)

FAMILIES = {  # family: top family, developer, country
    "Qwen": ("Qwen", "Alibaba Cloud", "CN"),
    "Qwen3": ("Qwen", "Alibaba Cloud", "CN"),
    "Llama": ("Llama", "Meta", "US"),
    "Llama 3": ("Llama", "Meta", "US"),
    "Mistral": ("Mistral", "Mistral AI", "FR"),
    "unreviewed": ("", "unreviewed", "unreviewed"),
}
ORGANIZATIONS = {
    "Qwen": ("Alibaba Cloud", "CN"),
    "meta-llama": ("Meta", "US"),
    "mistralai": ("Mistral AI", "FR"),
    "unsloth": ("Unsloth", "US"),
}

# key, name, created, family by its own name, relation, downloads 30d now, all time now, removed, pipeline, library
MODELS = [
    (1, "Qwen/Qwen3-8B", "2025-04-28", "Qwen3", None, 1000, 9000, None, "text-generation", "transformers"),
    (2, "meta-llama/Llama-3.1-8B", "2024-07-23", "Llama 3", None, 800, 20000, None, "text-generation", "transformers"),
    (3, "mistralai/Mistral-7B", "2023-09-27", "Mistral", None, 300, 30000, None, "text-generation", "transformers"),
    (4, "someone/solo", "2026-07-01", "unreviewed", None, 5, 40, None, None, None),
    (5, "unsloth/Qwen3-8B", "2025-04-29", "unreviewed", "other", 200, 2000, None, "text-generation", "transformers"),
    (6, "Qwen/Qwen3-8B-Instruct", "2026-08-02", "Qwen3", "finetune", 400, 900, None, "text-generation", "transformers"),
    (10, "carol/tune", "2026-09-02", "unreviewed", "finetune", 100, 120, None, "text-generation", "transformers"),
    (11, "dave/lora", "2026-09-03", "unreviewed", "adapter", 3, 40, None, None, "peft"),
    (12, "erin/merge", "2026-09-04", "unreviewed", "merge", 10, 10, None, "text-generation", "transformers"),
    (13, "frank/tune", "2026-09-10", "unreviewed", "finetune", 50, 60, None, "text-generation", "transformers"),
    (14, "bart/tune-GGUF", "2026-09-11", "unreviewed", "quantized", 7, 7, None, "text-generation", "gguf"),
    (15, "gina/ghost", "2026-09-12", "unreviewed", "finetune", 0, 0, None, None, None),
    (16, "hugo/solo-ft", "2026-09-13", "unreviewed", "finetune", 20, 20, None, "image-classification", None),
    (17, "mistralai/M-Q", "2026-09-14", "unreviewed", "quantized", None, None, "2026-10-01", None, "gguf"),
    (18, "ivan/old", "2026-09-30", "unreviewed", "finetune", 6, 6, None, "text-generation", "transformers"),
    (19, "judy/new", "2026-09-30", "unreviewed", None, 1, 1, None, None, None),
]

# model, root key, root, weight, depth, status, family
LINEAGE = [
    *((key, key, name, 1.0, 0, "root", family) for key, name, _, family, relation, *_ in MODELS if relation is None),
    (5, 1, "Qwen/Qwen3-8B", 1.0, 1, "derived", "Qwen3"),
    (6, 1, "Qwen/Qwen3-8B", 1.0, 1, "derived", "Qwen3"),
    (10, 1, "Qwen/Qwen3-8B", 1.0, 2, "derived", "Qwen3"),
    (11, 1, "Qwen/Qwen3-8B", 1.0, 2, "derived", "Qwen3"),
    (12, 1, "Qwen/Qwen3-8B", 0.5, 1, "derived", "Qwen3"),
    (12, 2, "meta-llama/Llama-3.1-8B", 0.5, 1, "derived", "Llama 3"),
    (13, 2, "meta-llama/Llama-3.1-8B", 1.0, 1, "derived", "Llama 3"),
    (14, 1, "Qwen/Qwen3-8B", 1.0, 3, "derived", "Qwen3"),
    (15, None, "ghost/gone", 1.0, 1, "dangling", "unreviewed"),
    (16, 4, "someone/solo", 1.0, 1, "derived", "unreviewed"),
    (17, 3, "mistralai/Mistral-7B", 1.0, 1, "derived", "Mistral"),
    (18, None, "meta-llama/Llama-2-gone", 1.0, 1, "dangling", "Llama"),
]

# with mirrors as uploaded, the mirror is a root of its own
AS_UPLOADED = [
    (5, 5, "unsloth/Qwen3-8B", 1.0, 0, "root", "unreviewed"),
    (11, 5, "unsloth/Qwen3-8B", 1.0, 1, "derived", "unreviewed"),
]

# model, parent key, parent, ordinal, parent's family by its own name
PARENTS = [
    (6, 1, "Qwen/Qwen3-8B", 0, "Qwen3"),
    (10, 6, "Qwen/Qwen3-8B-Instruct", 0, "Qwen3"),
    (11, 5, "unsloth/Qwen3-8B", 0, "unreviewed"),
    (12, 1, "Qwen/Qwen3-8B", 0, "Qwen3"),
    (12, 2, "meta-llama/Llama-3.1-8B", 1, "Llama 3"),
    (13, 2, "meta-llama/Llama-3.1-8B", 0, "Llama 3"),
    (14, 10, "carol/tune", 0, "unreviewed"),
    (15, None, "ghost/gone", 0, "unreviewed"),
    (16, 4, "someone/solo", 0, "unreviewed"),
    (17, 3, "mistralai/Mistral-7B", 0, "Mistral"),
    (18, None, "meta-llama/Llama-2-gone", 0, "Llama"),
]

REGIONS = {"CN": ("China", "Asia", False), "US": ("United States", "Americas", False), "FR": ("France", "Europe", True)}


@dataclass(frozen=True)
class PlantedFacts:
    snapshot_date: date = SNAPSHOT
    scope: str = "full"
    source: str = "hub_models"
    models: int = len(MODELS)
    registry_version: str = "planted"
    synthetic: bool = False


class Planted:
    """The published handle over a database in memory that has the store's own tables and views."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, facts: PlantedFacts) -> None:
        self.connection, self._facts = connection, facts

    def query(self, sql: str, parameters: dict[str, Any] | None = None) -> pl.DataFrame:
        return connect.frame(self.connection, sql, parameters)

    def render(self, sql: str, parameters: dict[str, Any] | None = None) -> str:
        for name in sorted(parameters or {}, key=len, reverse=True):
            sql = sql.replace(f"${name}", connect.literal((parameters or {})[name]))
        return sql

    def facts(self) -> PlantedFacts:
        return self._facts


def build(*, synthetic: bool = False, scope: str = "full") -> Planted:
    """Return a published handle over the planted models."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'America/New_York'")  # an answer must not depend on it
    for relation in schema.relations("published.sql"):
        connection.execute(relation.statement)
    connection.execute(
        "create table record as select snapshot_date, 0 as model_key, '' as source, '' as scope, "
        "0::bigint as downloads_30d, 0::bigint as downloads_all_time, 0::bigint as likes from nights"
    )
    for file_name in ("published_views.sql", "record_views.sql"):
        for relation in schema.relations(file_name):
            connection.execute(relation.statement.replace("$nightly", "record").replace("$history", "record"))
    _registry(connection)
    _models(connection)
    _lineage(connection)
    _nights(connection)
    return Planted(connection, PlantedFacts(synthetic=synthetic, scope=scope))


def _insert(connection: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    names = ", ".join(row)
    marks = ", ".join(f"${name}" for name in row)
    connection.execute(f"insert into {table} ({names}) values ({marks})", row)


def _registry(connection: duckdb.DuckDBPyConnection) -> None:
    for family, (top, developer, country) in FAMILIES.items():
        if top:
            parent = top if family != top else None
            row = {"family": family, "parent": parent, "top_family": top, "developer": developer, "country": country}
            _insert(connection, "families", row | {"modality": "text", "first_release": "2023-01"})
    for namespace, (organization, country) in ORGANIZATIONS.items():
        row = {"namespace": namespace, "organization": organization, "kind": "company", "country": country}
        _insert(connection, "organizations", row)
    for country, (name, region, eu) in REGIONS.items():
        _insert(connection, "countries", {"country": country, "name": name, "region": region, "eu": eu})


def _models(connection: duckdb.DuckDBPyConnection) -> None:
    for key, name, created, family, relation, downloads, all_time, removed, pipeline, library in MODELS:
        publisher = name.split("/")[0]
        organization, country = ORGANIZATIONS.get(publisher, ("unreviewed", "unreviewed"))
        row = {
            "model_key": key, "model_id": name, "hub_id": f"{key:024x}", "publisher": publisher,
            "publisher_organization": organization, "publisher_country": country, "publisher_kind": "company",
            # the last minute of the day in UTC, which is another day elsewhere
            "created_at": f"{created} 23:59:00+00", "created_month": f"{created[:7]}-01",
            "first_seen": max(date.fromisoformat(created), NIGHTS[0]), "last_seen": removed or SNAPSHOT,
            "removed_at": removed, "removal": "gone" if removed else None, "pipeline_tag": pipeline,
            "library_name": library, "downloads_30d": downloads, "downloads_all_time": all_time, "likes": None if removed else key,
            "relation": relation, "family": family, "developer": FAMILIES[family][1],
            "origin_country": FAMILIES[family][2], "is_mirror": name == "unsloth/Qwen3-8B", "parameters": 8_000_000_000,
        }  # fmt: skip
        _insert(connection, "models", row)


def _lineage(connection: duckdb.DuckDBPyConnection) -> None:
    about = {row[0]: (row[1], row[4], f"{row[2][:7]}-01") for row in MODELS}
    for table, variant, rows in (
        ("lineage_rows", {}, LINEAGE),
        ("lineage_variant_rows", {"variant": "as_uploaded"}, AS_UPLOADED),
    ):
        for key, root_key, root, weight, depth, status, family in rows:
            model_id, relation, month = about[key]
            row = {
                "model_key": key, "model_id": model_id, "root_key": root_key, "root_id": root, "weight": weight,
                "depth": depth, "status": status, "evidence": None if status == "root" else "hub", "family": family,
                "developer": FAMILIES[family][1], "origin_country": FAMILIES[family][2], "relation": relation,
                "created_month": month, "self_reference": False, "in_cycle": False,
            }  # fmt: skip
            _insert(connection, table, variant | row)
            near = {name: row[name] for name in ("model_key", "model_id", "family", "developer", "origin_country")}
            _insert(connection, "nearest_variants" if variant else "nearest", variant | near | {"weight": weight})
    for key, parent_key, parent, ordinal, family in PARENTS:
        row = {
            "model_key": key, "model_id": about[key][0], "parent_key": parent_key, "parent_id": parent,
            "relation": about[key][1], "evidence": "hub", "ordinal": ordinal, "parent_publisher": parent.split("/")[0],
            "parent_family": family, "parent_developer": FAMILIES[family][1], "parent_country": FAMILIES[family][2],
        }  # fmt: skip
        _insert(connection, "parents", row)


EVENTS = [  # night, model, kind, before, after
    (date(2026, 9, 5), 12, "created", None, None),
    (date(2026, 10, 5), 18, "created", None, None),
    (date(2026, 10, 5), 13, "created", None, None),
    (date(2026, 10, 5), 17, "removed", None, "gone"),
    (date(2026, 10, 5), 10, "renamed", "carol/draft", "carol/tune"),
    (date(2026, 10, 5), 16, "reparented", "someone/other", "someone/solo"),
]


def _nights(connection: duckdb.DuckDBPyConnection) -> None:
    """Plant four nights with gaps: all-time counters grow by 1 a day, carol's window shrinks by 2, Mistral's fell."""
    connection.execute("delete from record")
    for night in NIGHTS:
        age = (SNAPSHOT - night).days
        connection.execute(
            """
            insert into record
            select $night, model_key, 'hub_models', 'full', downloads_30d + if(model_key = 10, 2 * $age, 0),
              downloads_all_time - $age, likes
            from models where first_seen <= $night and (removed_at is null or removed_at > $night)
            """,
            {"night": night, "age": age},
        )
    connection.execute("update record set downloads_all_time = 50000 where model_key = 3 and snapshot_date < $night",
                       {"night": SNAPSHOT})  # fmt: skip
    for night, key, kind, before, after in EVENTS:
        name = next(row[1] for row in MODELS if row[0] == key)
        row = {"snapshot_date": night, "model_key": key, "model_id": name, "kind": kind}
        _insert(connection, "events", row | {"before": before, "after": after})
    connection.execute("""
        insert into nights select snapshot_date, 'run', source, scope, count(*), sum(downloads_30d),
          sum(downloads_all_time), sum(likes), 'file' from record group by all
    """)
    connection.execute("""
        insert into daily_rollup
        select snapshot_date, l.family, l.developer, l.origin_country, m.publisher_country,
          coalesce(m.relation, 'root'), coalesce(m.pipeline_tag, ''), sum(weight), 0,
          coalesce(sum(weight) filter (where status <> 'root'), 0), sum(weight * r.downloads_30d),
          sum(weight * r.downloads_all_time), sum(weight * r.likes), count(*)
        from record r join models m using (model_key) join lineage_rows l using (model_key) group by all
    """)
    connection.execute("""
        insert into daily_families
        select snapshot_date, family, developer, origin_country, sum(models), sum(new_models), sum(derivatives),
          sum(downloads_30d), sum(downloads_all_time), sum(likes), sum(models_n) from daily_rollup group by all
    """)
