"""The contract of every file in data/registry: its columns, its key, and the checks of each cell and row.

A new file is one more entry of FILES. Checks that need a second file are in `cross`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tracker.registry import definitions
from tracker.registry.cells import (
    Check,
    any_text,
    country,
    day,
    day_or_month,
    filled,
    https,
    model_id,
    namespace,
    one_of,
    optional,
    pattern,
)
from tracker.registry.definitions import FILE as DEFINITIONS
from tracker.registry.elsewhere.rows import rules as elsewhere_rules
from tracker.registry.read import FileRule, Row, RowCheck
from tracker.registry.terms.rows import rules as license_rules
from tracker.words import HUB_RELATIONS

UNKNOWN = "unknown"  # reviewed, no defensible answer
UNREVIEWED = "unreviewed"  # no registry row yet

KINDS = ("company", "university", "institute", "nonprofit", "collective", "individual", "government")
MODALITIES = (
    "text",
    "code",
    "vision-language",
    "embedding",
    "reranking",
    "speech",
    "audio",
    "image",
    "video",
    "time-series",
    "robotics",
    "biology",
    "multimodal",
    "other",
)
ROLES = ("weights_parent", "teacher", "not_parent")
OWN = "own"  # trained by its publisher; no line is named yet
SCRATCH = "scratch"  # trained from nothing
KNOWLEDGE = "knowledge"  # the reviewer knows it and opened nothing
COUNTING = "counting_rules.csv"
ALL = "all"  # instead of a library name: the rule concerns models of every library
NEW, CHANGED, REMOVED = "new rule", "changed rule", "removed"  # of one library; without a rule the default holds
_DEFAULT, _POLICY = "default", "policy"
CHANGES = (_DEFAULT, NEW, CHANGED, REMOVED, "retroactive", _POLICY)  # why the Hub counts downloads differently
VERIFIED = ("page", "paper", "recorded data", KNOWLEDGE)  # how the reviewer knows it

_SEARCHED_SINCE = (
    "2026-11-29"  # rows reviewed before this day may leave a country unknown without saying what was searched
)

_NARROW_SINCE = "2026-11-29"  # rows reviewed before this day may have wider patterns; those are accepted
_CUT_SIZE = re.compile(r"\*(\d+(\.\d+)?[bm])(?![a-z])", re.IGNORECASE)

_CALLED_FAMILY = {"family": "line"}  # the column `line` was once called `family`, which now means only the whole family

SOURCE: Mapping[str, Check] = {
    "source_url": https,
    "verified": one_of(*VERIFIED),
    "reviewed_on": day,
    "notes": any_text,
}
_LATER = {"verified": KNOWLEDGE}  # columns that earlier versions lacked, with the value that an older row gets


def _reserved(text: str) -> str | None:
    if text in (UNKNOWN, UNREVIEWED, OWN, SCRATCH):
        return f"is {text!r}, which stands for an answer and cannot be a name; choose another name"
    return filled(text)


def _unknown_needs_notes(column: str) -> RowCheck:
    def check(row: Row) -> Iterator[str]:
        if row[column] == UNKNOWN and not row["notes"]:
            yield f"{column} is unknown, so notes must say what was looked at and why there is no answer"

    return check


def _unknown_country_was_searched(row: Row) -> Iterator[str]:
    """Unknown is a verdict after a search, so notes must name the search; a collective may have no country."""
    if row["country"] != UNKNOWN or row["kind"] == "collective" or row["reviewed_on"] < _SEARCHED_SINCE:
        return
    if row["notes"] and "searched" not in row["notes"].lower():
        yield (
            'country is unknown, so notes must say what was searched, as in "searched: profile, cards and papers of '
            'NAME; none states a place"; delete the row where nothing was, which leaves the namespace unreviewed'
        )


def _weights_form(row: Row) -> Iterator[str]:
    if bool(row["weights"]) != bool(row["weights_source"]):
        yield "weights and weights_source go together: whose weights these are, and the page or paper that says so"
    if row["weights"] == row["line"]:
        yield f"a line is not built on itself; write {SCRATCH} where it was trained from nothing"


def _size_is_whole(row: Row) -> Iterator[str]:
    """`*7B` matches 47B too, so a non-digit such as a hyphen must stand before the size."""
    cut = _CUT_SIZE.search(row["pattern"])
    if cut and row["reviewed_on"] >= _NARROW_SINCE:
        yield (
            f"pattern has '*' right before the size {cut[1]}, so it also matches a longer number, such as 4{cut[1]}; "
            f"write the character between them: *-{cut[1]}"
        )


def _whole_namespace(row: Row) -> Iterator[str]:
    """A rule for a whole namespace also covers future models that nobody has reviewed."""
    whole = row["pattern"].endswith("/*") and row["line"] != OWN
    if whole and not row["notes"] and row["reviewed_on"] >= _NARROW_SINCE:
        yield (
            f"a rule for a whole namespace that names {row['line']} must say in notes why all that it will ever hold "
            f"is that; else write {OWN}, or name repositories, such as {row['pattern'][:-1]}NAME-*"
        )


def _root_date(row: Row) -> Iterator[str]:
    if "*" in row["pattern"] and row["released_on"]:
        yield "released_on is the release of one repository; leave it empty for a pattern with '*'"


def _mirror_form(row: Row) -> Iterator[str]:
    stars, targets = row["pattern"].count("*"), row["target"].split()
    if row["rule"] == "exact" and (stars or len(targets) != 1 or model_id(row["target"])):
        yield "an exact mirror names one repository in pattern (no '*') and the model it copies in target"
    if row["rule"] == "same_name" and stars != 1:
        yield "a same_name mirror needs exactly one '*', which stands for the name of the model that it copies"
    if row["rule"] == "same_name" and any("/" in each for each in targets):
        yield "the target of a same_name mirror is namespaces separated by blanks, or empty for any developer"
    if row["pattern"] == row["target"]:
        yield "a repository cannot be a mirror of itself; target must be another model"


def _override_form(row: Row) -> Iterator[str]:
    if row["model_id"] == row["parent_id"]:
        yield "model_id and parent_id are the same; a model is never its own parent"
    if row["role"] != "not_parent" and not row["relation"]:
        yield f"a {row['role']} row needs a relation: {', '.join(HUB_RELATIONS)}"
    if not row["notes"]:
        yield "an override must say in notes what the Hub shows and why it is corrected"


def _country_code(row: Row) -> Iterator[str]:
    if row["country"] == UNKNOWN:
        yield "unknown is not a country and needs no row; delete it"


def _rules_are_of_one_library(row: Row) -> Iterator[str]:
    if row["kind"] in (NEW, CHANGED, REMOVED) and row["library"] == ALL:
        yield f"a {row['kind']} is one library's, so library cannot be {ALL}; name it, or write kind {_DEFAULT}"
    if row["kind"] == _DEFAULT and row["library"] != ALL:
        yield f"the default holds for every library without a rule; write library {ALL}, or kind {CHANGED}"


def _rules_name_files(row: Row) -> Iterator[str]:
    if row["kind"] in (NEW, CHANGED) and not row["files"]:
        yield "files are those that count from then on, such as *.nemo model_config.yaml; write them"
    if row["kind"] in (REMOVED, _POLICY) and row["files"]:
        yield f"after a change of kind {row['kind']} no files of its own count; leave files empty"


def _reviewed_after_it_changed(row: Row) -> Iterator[str]:
    if row["reviewed_on"] < row["changed_on"]:
        yield f"changed_on {row['changed_on']} is after reviewed_on {row['reviewed_on']}; only what was seen is written"


FILES: Mapping[str, FileRule] = {
    DEFINITIONS: definitions.rule(),
    "organizations.csv": FileRule(
        {
            "namespace": namespace,
            "organization": _reserved,
            "kind": one_of(*KINDS),
            "country": country,
            "valid_from": optional(day),
            **SOURCE,
        },
        key=("namespace", "valid_from"),
        row_checks=(_unknown_needs_notes("country"), _unknown_country_was_searched),
        later=_LATER,
    ),
    "aliases.csv": FileRule(
        {"old_namespace": namespace, "namespace": namespace, "renamed_on": optional(day_or_month), **SOURCE},
        key=("old_namespace",),
        later=_LATER,
    ),
    "families.csv": FileRule(
        {
            "line": _reserved,
            "parent": any_text,
            "developer": filled,
            "modality": one_of(*MODALITIES),
            "first_release": optional(day_or_month),
            "weights": any_text,
            "weights_source": optional(https),
            **SOURCE,
        },
        key=("line",),
        row_checks=(_unknown_needs_notes("developer"), _weights_form),
        former=_CALLED_FAMILY,
        later={**_LATER, "weights": "", "weights_source": ""},
    ),
    "roots.csv": FileRule(
        {"pattern": pattern, "line": filled, "released_on": optional(day), **SOURCE},
        key=("pattern",),
        row_checks=(_unknown_needs_notes("line"), _root_date, _size_is_whole, _whole_namespace),
        former=_CALLED_FAMILY,
        later=_LATER,
    ),
    "mirrors.csv": FileRule(
        {
            "pattern": pattern,
            "rule": one_of("exact", "same_name"),
            "target": any_text,
            "relation": one_of("quantized", "copy"),
            **SOURCE,
        },
        key=("pattern",),
        row_checks=(_mirror_form, _size_is_whole),
        later=_LATER,
    ),
    "overrides.csv": FileRule(
        {
            "model_id": model_id,
            "parent_id": model_id,
            "role": one_of(*ROLES),
            "relation": optional(one_of(*HUB_RELATIONS)),
            **SOURCE,
        },
        key=("model_id", "parent_id", "role"),
        row_checks=(_override_form,),
        later=_LATER,
    ),
    "countries.csv": FileRule(
        {"country": country, "name": filled, "region": filled, "eu": one_of("true", "false"), **SOURCE},
        key=("country",),
        row_checks=(_country_code,),
        later=_LATER,
    ),
    COUNTING: FileRule(
        {
            "changed_on": day,
            "library": filled,
            "kind": one_of(*CHANGES),
            "files": any_text,
            "change": filled,
            **SOURCE,
        },
        key=("changed_on", "library"),
        row_checks=(_rules_are_of_one_library, _rules_name_files, _reviewed_after_it_changed),
        required=False,
    ),
    **license_rules(VERIFIED),
    **elsewhere_rules(VERIFIED),
}
