"""The files that say what no rule can: who a name of a maker is, which weights are shut, what a model is called here.

`makers.csv` is about names of makers, `openness.csv` and `other_names.csv` about names of models, `license_words.csv`
about words for licences, `modelscope_namespaces.csv` about namespaces of the second hub.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tracker.registry.cells import NAME, any_text, country, day, filled, https, model_id, namespace, one_of, optional
from tracker.registry.read import FileRule, Row
from tracker.words import LICENSE_CLASSES, OPENNESS_WORDS, SIGNAL_SOURCES

MAKERS = "makers.csv"
OPENNESS = "openness.csv"
OTHER_NAMES = "other_names.csv"
LICENSE_WORDS = "license_words.csv"
MODELSCOPE = "modelscope_namespaces.csv"

OPEN, CLOSED = OPENNESS_WORDS
HIDDEN = "hidden"  # a name that hides who made the model
PROPRIETARY = "proprietary"  # beside the classes of licences: the weights are not given out
YES = "yes"

_GLOB = re.compile(rf"^({NAME}/)?[A-Za-z0-9_.*+-]{{1,96}}$")


@dataclass(frozen=True)
class Maker:
    """Who a source means by a name: an organization of organizations.csv, or one without a namespace of the Hub.

    `source` is empty where every source means the same. `country` stands where organizations.csv has no row for it.
    `weights`: what holds of a model of this maker where nothing says more (`open`, `closed`), or `hidden`.
    """

    name: str
    source: str
    organization: str
    country: str
    weights: str
    source_url: str
    verified: str
    reviewed_on: str
    notes: str


@dataclass(frozen=True)
class Openness:
    """Whether weights of models of a name are given out; `pattern` is a namespace of the Hub or a name, and a glob."""

    pattern: str
    weights: str
    source_url: str
    verified: str
    reviewed_on: str
    notes: str


@dataclass(frozen=True)
class OtherName:
    """What a model is on the Hub that a source calls by a name that no rule leads there; `pattern` may be a glob."""

    pattern: str
    source: str
    model_id: str
    source_url: str
    verified: str
    reviewed_on: str
    notes: str


@dataclass(frozen=True)
class LicenseWord:
    """What a source's free word for a licence stands for; upper and lower case and punctuation do not matter."""

    word: str
    license_class: str
    source_url: str
    verified: str
    reviewed_on: str
    notes: str


@dataclass(frozen=True)
class ModelScopeNamespace:
    """Who uploads under a namespace of ModelScope: the Hub's name for it, or a mirror of what others made."""

    namespace: str
    hub_namespace: str
    mirror: bool
    source_url: str
    verified: str
    reviewed_on: str
    notes: str


def namespace_of_row(cells: Mapping[str, str]) -> ModelScopeNamespace:
    """Return the namespace that a row is about."""
    return ModelScopeNamespace(**{**cells, "mirror": cells["mirror"] == YES})  # type: ignore[arg-type]


def rules(verified: tuple[str, ...]) -> Mapping[str, FileRule]:
    """Return the contracts of the files; folders of before they were written have none of them."""
    source = {"source_url": https, "verified": one_of(*verified), "reviewed_on": day, "notes": any_text}
    of_source = optional(one_of(*SIGNAL_SOURCES))
    return {
        MAKERS: FileRule(
            {
                "name": filled,
                "source": of_source,
                "organization": any_text,
                "country": optional(country),
                "weights": optional(one_of(OPEN, CLOSED, HIDDEN)),
                **source,
            },
            key=("name", "source"),
            row_checks=(_somebody_or_hidden,),
            required=False,
        ),
        OPENNESS: FileRule(
            {"pattern": _glob, "weights": one_of(OPEN, CLOSED), **source},
            key=("pattern",),
            required=False,
        ),
        OTHER_NAMES: FileRule(
            {"pattern": _glob, "source": of_source, "model_id": model_id, **source},
            key=("pattern", "source"),
            required=False,
        ),
        LICENSE_WORDS: FileRule(
            {"word": filled, "license_class": one_of(*LICENSE_CLASSES, PROPRIETARY, "unknown"), **source},
            key=("word",),
            row_checks=(_unknown_has_reason,),
            required=False,
        ),
        MODELSCOPE: FileRule(
            {"namespace": namespace, "hub_namespace": optional(namespace), "mirror": optional(one_of(YES)), **source},
            key=("namespace",),
            row_checks=(_one_or_a_mirror,),
            required=False,
        ),
    }


def _glob(text: str) -> str | None:
    if _GLOB.match(text):
        return None
    return f"is {text!r}; write a name, or namespace/name, with '*' only after the '/', such as Qwen/Qwen3-Max*"


def _somebody_or_hidden(row: Row) -> Iterator[str]:
    if row["weights"] == HIDDEN and (row["organization"] or row["country"]):
        yield f"weights is {HIDDEN}, so nobody knows who it is; leave organization and country empty"
    if row["weights"] != HIDDEN and not row["organization"]:
        yield f"organization is empty; name who is meant, or write weights {HIDDEN} where the source does not tell"


def _unknown_has_reason(row: Row) -> Iterator[str]:
    if row["license_class"] == "unknown" and not row["notes"]:
        yield "license_class is unknown, so notes must say why the word tells nothing"


def _one_or_a_mirror(row: Row) -> Iterator[str]:
    if bool(row["hub_namespace"]) == bool(row["mirror"]):
        yield f"name the Hub's namespace of this publisher, or write mirror {YES} where it re-uploads what others made"
