"""Names of other sources: rows about them lead to what other files know, and none says what another says."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tracker.registry.cross.told import Sheets, hint
from tracker.registry.elsewhere.names import bare
from tracker.registry.elsewhere.rows import LICENSE_WORDS, MAKERS, MODELSCOPE, OPENNESS, OTHER_NAMES
from tracker.registry.files import UNKNOWN
from tracker.registry.patterns import STAR, Patterns, split
from tracker.registry.read import Problem, Row


def makers_are_somewhere(sheets: Sheets) -> Iterator[Problem]:
    """A maker is an organization of organizations.csv, or has a country of countries.csv in its own row; never both."""
    organizations = {row["organization"] for row in sheets["organizations.csv"]}
    countries = {row["country"] for row in sheets["countries.csv"]} | {UNKNOWN}
    for row in sheets[MAKERS] if sheets["organizations.csv"] else ():  # a file that could not be read is said once
        is_known = row["organization"] in organizations
        if row["organization"] and not is_known and not row["country"]:
            yield row.says(
                f"organization {row['organization']!r} is none of organizations.csv"
                f"{hint(row['organization'], organizations)}; correct it, or write the country where it has no "
                "namespace on the Hub"
            )
        elif is_known and row["country"]:
            yield row.says(f"organizations.csv says where {row['organization']} is; leave country empty")
        elif row["country"] and row["country"] not in countries:
            yield row.says(f"country {row['country']} is not in countries.csv; correct it or add the country there")


def makers_are_named_once(sheets: Sheets) -> Iterator[Problem]:
    """Spellings that differ in case, blanks or punctuation alone are one name, which one row is about."""
    yield from _twice(sheets[MAKERS], lambda row: (bare(row["name"]), row["source"]))


def license_words_are_named_once(sheets: Sheets) -> Iterator[Problem]:
    """Spellings that differ in case, blanks or punctuation alone are one word."""
    yield from _twice(sheets[LICENSE_WORDS], lambda row: bare(row["word"]))


def openness_is_of_a_known_namespace(sheets: Sheets) -> Iterator[Problem]:
    """A pattern stands in a namespace that somebody has reviewed: names are looked up in those of their makers."""
    spaces = _namespaces(sheets)
    for row in sheets[OPENNESS] if spaces else ():
        namespace = split(row["pattern"])[0]
        if namespace.lower() not in spaces:
            yield row.says(
                f"namespace {namespace or '(none)'} has no row in organizations.csv{hint(namespace, spaces)}; "
                "write the Hub's namespace of its maker"
            )


def other_names_lead_to_a_root(sheets: Sheets) -> Iterator[Problem]:
    """The model that a name stands for is one that roots.csv speaks of."""
    present = {row["old_namespace"].lower(): row["namespace"] for row in sheets["aliases.csv"]}
    rules = Patterns([row["pattern"] for row in sheets["roots.csv"]], present)
    for row in sheets[OTHER_NAMES] if sheets["roots.csv"] else ():  # a file that could not be read is said once
        if rules.match(row["model_id"]) < 0:
            yield row.says(f"no row of roots.csv speaks of {row['model_id']}, so nothing follows; add one there")
        if STAR in row["pattern"].removesuffix(STAR):
            yield row.says("a '*' stands at the end of a name alone; write one row for each beginning")


def second_hub_is_of_a_known_namespace(sheets: Sheets) -> Iterator[Problem]:
    """The Hub's namespace of a publisher has a row of its own."""
    spaces = _namespaces(sheets)
    for row in sheets[MODELSCOPE] if spaces else ():
        if row["hub_namespace"] and row["hub_namespace"].lower() not in spaces:
            yield row.says(
                f"hub_namespace {row['hub_namespace']} has no row in organizations.csv"
                f"{hint(row['hub_namespace'], spaces)}; add one"
            )


def _namespaces(sheets: Sheets) -> set[str]:
    reviewed = {row["namespace"].lower() for row in sheets["organizations.csv"]}
    return reviewed | {row["old_namespace"].lower() for row in sheets["aliases.csv"]}


def _twice(rows: list[Row], key: Callable[[Row], object]) -> Iterator[Problem]:
    first: dict[object, Row] = {}
    for row in rows:
        other = first.setdefault(key(row), row)
        if other is not row:
            yield row.says(f"another spelling of what line {other.line} says; keep one row")
