"""The card: README.md, whose front matter the Hub reads, and whose text people do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tracker.handover.data_set import citation, yaml
from tracker.handover.data_set.configs import NIGHTS, OURS
from tracker.handover.data_set.subject import Subject, licence_url
from tracker.pages.report.markdown import literal
from tracker.words import several

# licence as sources write it -> what the Hub calls it
_ON_THE_HUB = {
    "cc by 4.0": "cc-by-4.0", "odbl-1.0": "odbl", "apache-2.0": "apache-2.0", "mit": "mit", "cc0-1.0": "cc0-1.0",
    "cc by-sa 4.0": "cc-by-sa-4.0", "cc-by-sa-4.0": "cc-by-sa-4.0", "cc-by-4.0": "cc-by-4.0",
}  # fmt: skip
_SIZES = (("n<1K", 1e3), ("1K<n<10K", 1e4), ("10K<n<100K", 1e5), ("100K<n<1M", 1e6), ("1M<n<10M", 1e7),
          ("10M<n<100M", 1e8), ("100M<n<1B", 1e9), ("1B<n<10B", 1e10), ("10B<n<100B", 1e11))  # fmt: skip
_PLACE = "OWNER/NAME"  # where nobody said where it will stand

_NIGHTS = """
select
  n.source, n.scope, count(*) as nights, min(n.snapshot_date) as first_night, max(n.snapshot_date) as last_night,
  date_diff('day', min(n.snapshot_date), max(n.snapshot_date)) + 1 - count(*) as days_without
from nights as n
group by n.source, n.scope
order by n.source, n.scope
"""
_REMARKS = "select gate, count(*) as nights from night_remarks group by gate order by gate"
_RESTATED = """
select class, count(*) as figures, min(restated_on) as first_day, max(restated_on) as last_day
from restatements
group by class
order by class
"""
_NEWEST_RESTATED = """
select restated_on, figure, period, key, before, after, class, reason
from restatements
order by restated_on desc, generation desc, figure, period desc, key, reason
limit 5
"""
_DEFINITIONS = "select name, version, title, source_url from definitions order by name <> 'default', name"
_SOURCES = "select name, title, url, licence, attribution, use_rights from source_facts order by name"

_LEAVES = {
    "rows": "rows",
    "share-alike": "rows in configs of their own, under this licence; elsewhere sums alone",
    "aggregates": "sums over families, developers, countries or classes alone",
    "none": "no rows",
}

_LIMITS = (
    "Lineage is what uploaders declare, corrected by a public registry: a derivative that names no base is a root. "
    "What could not be traced is `unreviewed`, what was reviewed without a defensible answer `unknown`; both stay in "
    "every denominator.",
    "`downloads_30d` is a rolling window of 30 days, never summed over nights. `downloads_all_time` can fall where the "
    "Hub counts anew. Neither counts people.",
    "A missing night is a gap. Nothing is filled in; nights of several sources are never mixed within a day.",
    "Country of origin is that of the developer whose weights a root has; `publisher_country` is the uploader's. A "
    "country is an ISO 3166-1 code, so `NA` is Namibia and no missing value.",
    "Private repositories are left out, also where they were public once. Gated ones are public metadata and stay. No "
    "model card and no file of a repository is in here.",
)


def text(subject: Subject) -> str:
    """Return the whole file."""
    return f"---\n{yaml.document(front_matter(subject))}---\n\n" + "\n".join(_body(subject)) + "\n"


def front_matter(subject: Subject) -> dict[str, Any]:
    """Return what the Hub reads: licences, name, size and the configs, the first one that a viewer shows."""
    licences = [OURS, *(each.licence for each in subject.configs), *_night_licences(subject)]
    known = [_ON_THE_HUB.get(each.lower(), "other") for each in licences if not each.startswith("none stated")]
    configs = [
        {"config_name": each.name, "data_files": [{"split": "train", "path": each.pattern}]}
        for each in subject.configs
        if each.rows  # `datasets` cannot load what has none: 'Instruction "train" corresponds to no data!'
    ]
    return {
        "pretty_name": subject.name,
        "license": list(dict.fromkeys(known)),
        "size_categories": [next((name for name, most in _SIZES if subject.rows < most), "n>1T")],
        "tags": [
            "hugging-face-hub",
            "model-lineage",
            "downloads",
            "open-models",
            *["synthetic"] * subject.facts.synthetic,
        ],
        "configs": [{**configs[0], "default": True}, *configs[1:]],
    }


def _night_licences(subject: Subject) -> list[str]:
    """Return the licences of archives whose nights are among ours."""
    alike = {each.source for each in subject.configs if each.is_alike}
    return [
        each.licence for each in subject.facts.sources if each.of_nights and each.licence and each.name not in alike
    ]


def _body(subject: Subject) -> Iterator[str]:
    facts = subject.facts
    yield f"# {literal(subject.name)}, {subject.day}"
    yield ""
    yield literal(subject.summary)
    yield ""
    yield (
        f"Generation {facts.generation} · copy `{facts.copy_id}` · registry `{facts.registry_version}` · every figure "
        "below is an answer of `tracker` to this data set, and its id says to which."
    )
    for chart in subject.charts:
        yield from ("", f"![{literal(chart.figure.alt)}]({chart.path})")
    for title, lines in (
        ("Shares of the last whole month", _shares(subject)),
        ("Tables", _tables(subject)),
        ("Load it", _load(subject)),
        ("Definitions", _definitions(subject)),
        ("Coverage", _coverage(subject)),
        ("Licences and attribution", _licences(subject)),
        ("Limitations", _limitations(subject)),
        ("Restatements", _restatements(subject)),
        ("Check it", _check()),
        ("Cite it", _cite(subject)),
    ):
        yield from ("", f"## {title}", "", *lines)


def _shares(subject: Subject) -> Iterator[str]:
    yield (
        subject.shares.as_markdown().strip()
        if subject.shares
        else "No month is whole yet, or no definition says what counts."
    )


def _tables(subject: Subject) -> Iterator[str]:
    yield (
        "Each table with rows is a config; the columns of all are in `dictionary.csv`, `croissant.json` and "
        "`datapackage.json`."
    )
    yield ""
    yield from _table(
        ("table", "grain", "rows", "licence"),
        ((f"`{each.name}`", literal(each.grain), f"{each.rows:,}", literal(each.licence)) for each in subject.configs),
    )
    if empty := [f"`{each.name}`" for each in subject.configs if not each.rows]:
        yield from ("", f"Without rows so far, and so without a config: {', '.join(empty)}.")


def _load(subject: Subject) -> Iterator[str]:
    place = subject.repository or _PLACE
    first, names = subject.configs[0].name, [each.name for each in subject.configs]
    nights = NIGHTS if NIGHTS in names else first
    yield from (
        "```python",
        "from datasets import load_dataset",
        "",
        f'load_dataset("{place}", "{first}", split="train")',
        f'load_dataset("{place}", "{nights}", split="train", streaming=True)',
        f'load_dataset("{place}", "{first}", split="train", revision="{subject.day}")  # as it was said that night',
        "```",
        "",
        "```python",
        "import polars as pl",
        "",
        f'pl.scan_parquet("hf://datasets/{place}/{first}.parquet")  # or the path of a downloaded folder',
        "```",
        "",
        "```sql",
        f"from 'hf://datasets/{place}/{first}.parquet';  -- in duckdb",
        "```",
        "",
        "```console",
        f"$ tracker --data-dir hf://datasets/{place} share  # the same rows and ids as the copy that it came from",
        f"$ tracker --data-dir ./{place.rpartition('/')[2]} share  # of a downloaded folder",
        "```",
        "",
        "Join tables on `model_key`: names change, keys do not. In Parquet a missing value is null, and a country `NA` "
        "is a text. `dictionary.csv` writes what is missing as nothing; with pandas read it so: "
        '`pd.read_csv("dictionary.csv", keep_default_na=False, na_values=[""])`.',
    )


def _definitions(subject: Subject) -> Iterator[str]:
    yield "Shares are told under a named, versioned definition; all choices of each are in `definitions`."
    yield ""
    rows = subject.published.table(_DEFINITIONS).rows
    yield from _table(
        ("definition", "version", "counts", "source"),
        ((f"`{name}`", literal(version), literal(title), _link(url)) for name, version, title, url in rows),
    )


def _coverage(subject: Subject) -> Iterator[str]:
    if shares := subject.shares:
        parts = [f"{part:.1%} are {name}" for name, part in shares.coverage.items() if part is not None]
        bounds = "; `low` and `high` of a share are the bounds that the rest allows" if not subject.part else ""
        yield f"Of {literal(shares.denominator)}, {' and '.join(parts)}{bounds}."
        yield ""
    yield from _table(
        ("source", "scope", "nights", "first", "last", "days without"),
        ([f"`{row[0]}`", f"`{row[1]}`", *map(str, row[2:])] for row in subject.published.table(_NIGHTS).rows),
    )
    if remarks := subject.published.table(_REMARKS).rows:
        counted = ", ".join(f"`{gate}` ({several(nights, 'night')})" for gate, nights in remarks)
        yield from ("", f"Nights that passed with a remark: {counted}; see `night_remarks`.")


def _licences(subject: Subject) -> Iterator[str]:
    yield (
        f"Rows and sums of ours are under [{OURS}]({licence_url(OURS)}). What other sources gave keeps its "
        "licence, with their line. The code that made this is under the Apache License 2.0."
    )
    alike = [each for each in subject.configs if each.is_alike]
    for each in alike:
        yield from (
            "",
            f"**`{each.name}`** is under {_named(each.licence)}, and whoever passes it on does so under the same "
            f"licence. {literal(each.attribution)}.",
        )
    yield ""
    held = {each.name for each in subject.facts.sources if each.of_nights or each.tables}
    rows = [row for row in subject.published.table(_SOURCES).rows if row[0] in held]
    yield from _table(
        ("source", "licence", "attribution", "in here"),
        (
            (f"[{literal(title)}]({url})", _named(licence), literal(attribution), literal(_LEAVES[rights]))
            for _, title, url, licence, attribution, rights in rows
        ),
    )


def _limitations(subject: Subject) -> Iterator[str]:
    if subject.part:
        yield f"* It knows the models {literal(subject.part)} alone, and says nothing of others."
    yield from (f"* {limit}" for limit in _LIMITS)
    if subject.facts.left_out:
        yield f"* In all tables but those under a licence of their own: {literal(subject.facts.left_out)}."


def _restatements(subject: Subject) -> Iterator[str]:
    rows = subject.published.table(_RESTATED).rows
    if not rows:
        yield "No published figure has changed so far; `restatements` will say which did, and why."
        return
    yield "Published figures that changed later, in full in `restatements`:"
    yield ""
    yield from _table(("class", "figures", "first", "last"), (map(str, row) for row in rows))
    yield from ("", "The newest:", "")
    yield from _table(
        ("on", "figure", "period", "of", "before", "after", "class", "why"),
        (map(_cell, row) for row in subject.published.table(_NEWEST_RESTATED).rows),
    )


def _check() -> Iterator[str]:
    yield (
        "`sha256sum -c SHA256SUMS` checks every file. `manifests/` holds the manifest of each generation that was ever "
        "published, oldest first: each names the files of its tables with their hashes, and under `before` the hash of "
        "the manifest before it, so that nothing in the past can change unseen."
    )


def _cite(subject: Subject) -> Iterator[str]:
    yield from ("Name the night, or the tag of the revision: figures of the past are restated.", "")
    yield from ("```bibtex", citation.bibtex(subject), "```")


def _named(licence: str) -> str:
    url = licence_url(licence)
    return f"[{literal(licence)}]({url})" if url else literal(licence)


def _cell(value: object) -> str:
    """Return a cell of a table: texts of others literally, days and numbers as they are."""
    return "" if value is None else literal(value) if isinstance(value, str) else str(value)


def _link(url: str | None) -> str:
    return f"<{url}>" if url else ""


def _table(head: Sequence[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
