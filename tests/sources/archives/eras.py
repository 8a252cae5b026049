"""Files of an archive as each era wrote them, made of a few models: what columns there are, and of which types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl

FIRST = datetime.fromisoformat("2024-07-31 23:30")  # UTC, as the rows have it; of a month that must not move
PAYLOAD = "PAYLOAD-" * 400  # what stands in columns that nobody needs


@dataclass(frozen=True)
class Model:
    """One model on one day."""

    name: str
    created: datetime = FIRST
    downloads: int | None = 10
    all_time: int | None = 100
    likes: int | None = 1


# era -> select items over the columns of Model; the counters' types and names as they were written
ERAS: Mapping[str, str] = {
    "2024": 'name as id, created::timestamp as "createdAt", downloads::integer as downloads, likes::integer as likes',
    "nulls": (
        'name as id, created::timestamp as "createdAt", downloads::bigint as downloads, likes::smallint as likes, '
        'null::integer as "downloadsAllTime", false as gated'
    ),
    "zoned": (
        'name as id, created::timestamptz as "createdAt", downloads::bigint as downloads, likes::bigint as likes, '
        "coalesce(all_time::double, 'nan'::double) as \"downloadsAllTime\", 'auto' as gated"
    ),
    "text": (
        "likes::ubigint as likes, strftime(created, '%Y-%m-%dT%H:%M:%S.000Z') as \"createdAt\", "
        'all_time::double as "downloadsAllTime", downloads::integer as downloads, name as id, null as gated'
    ),
}
REST = """
    split_part(name, '/', 1) as author,
    $payload || sha256(name) || sha256(name || '1') || sha256(name || '2') as "cardData",
    ['region:us', 'license:mit', 'base_model:org/root'] as tags, 'text-generation' as pipeline_tag,
    {'parameters': {'BF16': 7, 'F32': 1}, 'total': 8} as safetensors,
    {'models': [{'_id': '64b0000000000000000000aa', 'id': 'org/root'}], 'relation': 'finetune'} as "baseModels",
    [{'rfilename': $payload || 'config.json'}] as siblings, $payload as "a ""quoted"" name"
"""


def frame(models: Sequence[Model]) -> pl.DataFrame:
    schema = {"name": pl.String, "created": pl.Datetime, "downloads": pl.Int64, "all_time": pl.Int64, "likes": pl.Int64}
    return pl.DataFrame([tuple(vars(each).values()) for each in models], schema, orient="row")


def write(path: Path, models: Sequence[Model], era: str = "zoned", *, group: int = 2048, columns: str = "") -> Path:
    """Write a file of these models; `columns` in the place of the era's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        plain = path.with_suffix(".plain")
        frame(models).write_parquet(plain)
        connection.execute(f"create table model as from read_parquet('{plain}')")
        plain.unlink()
        rest = REST.replace("$payload", f"'{PAYLOAD}'")
        connection.execute(
            f"copy (select {columns or ERAS[era]}, {rest} from model) to '{path}' "
            f"(format parquet, row_group_size {group}, compression zstd)"
        )
    return path


def tree(folder: Path, days: Mapping[date, Sequence[Model]], eras: Sequence[str] = ("zoned",)) -> Path:
    """Write a data set that the loopback Hub can serve: a file a day, the eras one after the other."""
    for at, (day, models) in enumerate(days.items()):
        write(folder / str(day) / "models.parquet", models, eras[at * len(eras) // len(days)])
    return folder
