"""What the tracker says of each recorded sample of the real Hub: the tables of docs/world.md, made from the recordings.

    python -m tests.real.findings      writes them anew, where the recordings are

Only aggregates and a few chains are written down, each with source, day and licence of the recording.
"""

from __future__ import annotations

import gzip
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import tracker
from tests.real import recorded
from tracker import pipeline
from tracker.demo import hub_process
from tracker.scope import Scope
from tracker.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "world.md"
BLOCK = re.compile(r"(<!-- real: (?P<name>[^\n]+) -->\n).*?(<!-- end -->)", re.DOTALL)
LARGEST = 8

# each has a first column that names a group, and then numbers
TABLES = {
    "how far lineage reaches": """
        with told as (
          select model_key, case when bool_or(status = 'root') then 'no parent told'
            when bool_or(status in ('derived', 'cycle')) then 'parent within the sample'
            else 'parents outside the sample' end as models
          from lineage group by model_key
        )
        select models as "models", count(*) as "number", count(*) / sum(count(*)) over () as "part"
        from told group by models order by 2 desc, 1
    """,
    "what derivatives are built on": """
        select family as "family", sum(credit) / 1e9 as "derivatives", sum(credit) / sum(sum(credit)) over () as "part"
        from lineage where status <> 'root' group by all order by 2 desc, 1
    """,
    "where their roots come from": """
        select coalesce(c.name, l.origin_country) as "origin country", sum(credit) / 1e9 as "derivatives",
          sum(credit) / sum(sum(credit)) over () as "part"
        from lineage as l left join countries as c on c.country = l.origin_country
        where status <> 'root' group by all order by 2 desc, 1
    """,
    "how they are made": """
        select coalesce(relation, 'not told') as "relation", sum(credit) / 1e9 as "derivatives",
          sum(credit) / sum(sum(credit)) over () as "part"
        from lineage where status <> 'root' group by all order by 2 desc, 1
    """,
    "downloads of 30 days, by origin of the weights": """
        select coalesce(c.name, l.origin_country) as "origin country",
          sum(m.downloads_30d * l.credit) / 1e9 as "downloads",
          sum(m.downloads_30d * l.credit) / sum(sum(m.downloads_30d * l.credit)) over () as "part"
        from lineage as l join models as m using (model_key) left join countries as c on c.country = l.origin_country
        group by all order by 2 desc nulls last, 1
    """,
    "downloads of 30 days, by family": """
        select l.family as "family", sum(m.downloads_30d * l.credit) / 1e9 as "downloads",
          sum(m.downloads_30d * l.credit) / sum(sum(m.downloads_30d * l.credit)) over () as "part"
        from lineage as l join models as m using (model_key) group by all order by 2 desc nulls last, 1
    """,
}  # fmt: skip
CHAINS = """
    select l.model_id, any_value(m.downloads_30d) as downloads, max(l.depth) as steps
    from lineage as l join models as m using (model_key)
    group by l.model_id having count(*) = 1 and max(l.depth) >= 2
    order by steps desc, downloads desc, l.model_id limit 3
"""


@dataclass(frozen=True)
class Sample:
    """A recording: what it is, whose, of which day and under which licence, and its models as the Hub listed them."""

    title: str
    source: str
    day: date
    licence: str
    file: str
    items: Callable[[], Iterable[recorded.Item]]


def _radar() -> Iterator[recorded.Item]:
    with gzip.open(recorded.FOLDER / "radar_half" / "models.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            made = recorded.hub_id(item["id"], item.get("createdAt"))
            yield recorded.present({**item, "_id": made, "author": item["id"].partition("/")[0], "private": False})


SAMPLES = {
    "2022": Sample(
        "The whole Hub, 15 February 2022",
        "https://github.com/saranscript/huggingface-models",
        date(2022, 2, 15),
        "none stated",
        "saranscript2022/infos_2022-02.parquet",
        recorded.saranscript,
    ),
    "2024": Sample(
        "The most downloaded models, 20 September 2024",
        "https://github.com/enochlev/CS573_Documentation_Quality",
        date(2024, 9, 20),
        "none stated",
        "enochlev/hf_models_top10k_2024-09.csv",
        recorded.enochlev,
    ),
    "spring 2026": Sample(
        "A thousand trending models, 4 May 2026",
        "https://github.com/0motionguy/starscreener",
        date(2026, 5, 4),
        "MIT",
        "starscreener/hf_trending_1000_series.parquet",
        lambda: list(recorded.starscreener().values())[-1],
    ),
    "summer 2026": Sample(
        "Models that were new or changed, days before 23 August 2026",
        "https://github.com/686f6c61/radar-huggingface-dataset",
        date(2026, 8, 23),
        "CC BY 4.0",
        "radar_half/models.jsonl.gz",
        _radar,
    ),
}


def is_there(name: str) -> bool:
    """Return whether a sample's recording is on this machine."""
    return (recorded.FOLDER / SAMPLES[name].file).is_file()


def block(name: str) -> str:
    """Return what the tracker says of a sample, as Markdown."""
    sample = SAMPLES[name]
    items = list(sample.items())
    with tempfile.TemporaryDirectory(prefix="tracker-real-") as place:
        _collect(Path(place), sample.day, items)
        with tracker.open(Path(place) / "data") as copy:
            parts = [_table(copy, title, sql) for title, sql in TABLES.items()]
            parts.append(_chains(copy))
    head = f"{len(items):,} models. Recording: <{sample.source}>, of {sample.day}, licence: {sample.licence}."
    return "\n".join([head, "", *filter(None, parts)])


def _collect(place: Path, day: date, items: list[recorded.Item]) -> None:
    from tests.conftest import write_nights

    with hub_process(replay=write_nights(place / "hub", {day: items})) as hub:
        hub.set_night(day)
        settings = Settings(data_dir=place / "data", endpoint=hub.endpoint)
        pipeline.update(settings, scope=Scope("full"), snapshot_date=day, force=True)  # a sample is no whole Hub


def _table(copy: tracker.Copy, title: str, sql: str) -> str:
    """Return the largest groups and a row for all others; nothing where there is nothing to tell."""
    frame = copy.sql(sql).frame
    rows = [row for row in frame.rows() if row[1]]
    if not rows:
        return ""
    others = rows[LARGEST:]
    rows = rows[:LARGEST]
    if others:
        rows.append((f"{len(others):,} others", sum(row[1] for row in others), sum(row[2] for row in others)))
    lines = [f"| {frame.columns[0]} | {frame.columns[1]} | part |", "|---|---:|---:|"]
    lines += [f"| {group} | {amount:,.0f} | {part:.1%} |" for group, amount, part in rows]
    return f"**{title[0].upper()}{title[1:]}**\n\n" + "\n".join(lines) + "\n"


def _chains(copy: tracker.Copy) -> str:
    found = [_chain(copy, row["model_id"]) for row in copy.sql(CHAINS).frame.to_dicts()]
    return "**The longest chains**\n\n" + "\n".join(f"* {each}" for each in found) + "\n" if found else ""


def _chain(copy: tracker.Copy, model: str) -> str:
    (root,) = copy.lineage(model).as_json()["roots"]
    steps: list[dict[str, Any]] = root["path"]
    names = " → ".join(f"`{step['model_id']}`" for step in [{"model_id": model}, *steps])
    return f"{names} ({root['family']}, {root['origin_country']})"


def main() -> None:
    """Write the page anew, as far as recordings are on this machine."""
    text = PAGE.read_text(encoding="utf-8")
    new = BLOCK.sub(
        lambda found: f"{found[1]}{block(found['name'])}{found[3]}" if is_there(found["name"]) else found[0], text
    )
    if new != text:
        PAGE.write_text(new, encoding="utf-8")
        print(PAGE.name)


if __name__ == "__main__":
    main()
