"""Questions at random, some of which make no sense: what is asked in one way must be answered so in every other."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

Given = dict[str, Any]
Question = tuple[str, Given]

FAMILIES = ("Qwen", "Llama", "Gemma", "mistral", "DeepSeek", "Stable Diffusion", "Qwn", "通义", "no such family")
COUNTRIES = ("China", "US", "FR", "Germany", "Atlantis")
BY = ("family", "line", "developer", "origin_country", "publisher_country", "relation", "licence", "license_class")
MODELS = ("Qwen/Qwen2.5-7B", "qwen/qwen2.5-7b", "meta-llama/Llama-3.1-8B", "Qwen/Qwen2.5-7C", "nobody/nothing", "")
SETS = ("credit=full", "edge=nearest", "min_downloads=6", "mirrors=as_uploaded", "credit=half", "edgy=root")
DEFINITIONS = ("default", "hf-direct", "hf-tag", "atom-family", "hai-base-country", "defualt")
MONTHS = ("2026-10", "2026-09", "2025-03", "2019-01", "2026-13", "last")
DAYS = ("2026-11-14", "2026-11-21", "2026-11-01", "2020-01-01", "tomorrow")
STATEMENTS = (
    "from nights order by all",
    "select family, max(models) as n from daily_families group by all order by n desc, family limit 7",
    "select date '2026-11-21' as day, 0/0 as none, 1/0 as more, [1, null] as list, 'ü通' as text",
    "select namespace, organization from organizations order by all limit 300",
    "selec 1", "from no_such_table", "drop table models", "from models; from nights", " ",
)  # fmt: skip


def question(chance: random.Random) -> Question:
    """Return one question: its name, and what it is given."""
    name = chance.choice(list(_MAKERS))
    return name, {each: value for each, value in _MAKERS[name](chance).items() if value is not None}


def _now_and_then(chance: random.Random, make: Callable[[], Any], one_in: int = 3) -> Any:
    return make() if chance.randrange(one_in) == 0 else None


def _some(chance: random.Random, names: tuple[str, ...]) -> list[str]:
    return chance.sample(names, chance.randint(1, 3))


def _rule(chance: random.Random) -> Given:
    return {
        "definition": _now_and_then(chance, lambda: chance.choice(DEFINITIONS)),
        "set": _now_and_then(chance, lambda: [chance.choice(SETS)], 4),
        "of_all": _now_and_then(chance, lambda: True, 8),
        "as_of": _now_and_then(chance, lambda: chance.choice(DAYS), 8),
    }


def _share(chance: random.Random) -> Given:
    by = chance.choice(BY)
    names = COUNTRIES if "country" in by else FAMILIES
    return {
        "names": _now_and_then(chance, lambda: _some(chance, names)) if by in ("family", "origin_country") else None,
        "by": by,
        "month": chance.choice(MONTHS),
        "rows": _now_and_then(chance, lambda: chance.choice((1, 5, 0, "x"))),
        "where": _now_and_then(chance, lambda: [chance.choice(("publisher_country=US", "family=Qwen", "x=y"))], 5),
        "robust": _now_and_then(chance, lambda: True, 5),
        **_rule(chance),
    }


def _trend(chance: random.Random) -> Given:
    return {
        "names": _now_and_then(chance, lambda: _some(chance, FAMILIES)),
        "by": _now_and_then(chance, lambda: chance.choice(("downloads", "likes", "derivatives", "stars"))),
        "from": chance.choice(("2026-11-01", "2026-09", "2024-11-01", "soon")),
        "every": _now_and_then(chance, lambda: chance.choice(("month", "night", "year"))),
        "flow": _now_and_then(chance, lambda: True, 4),
        **_rule(chance),
    }


def _top(chance: random.Random) -> Given:
    return {
        "of": chance.choice(("families", "models", "publishers", "countries", "licenses", "modles")),
        "by": _now_and_then(chance, lambda: chance.choice(("downloads", "likes", "derivatives"))),
        "rows": chance.choice((3, 20, 400, None)),
        **_rule(chance),
    }


def _lineage(chance: random.Random) -> Given:
    given: Given = {"model": chance.choice(MODELS), "down": _now_and_then(chance, lambda: True)}
    return given if chance.randrange(4) else {"publisher": chance.choice(("Qwen", "nobody", "meta-llama"))}


_MAKERS: Mapping[str, Callable[[random.Random], Given]] = {
    "share": _share,
    "trend": _trend,
    "top": _top,
    "lineage": _lineage,
    "claims": lambda chance: {"names": [chance.choice(("F21", "F27", "F50", "F999"))]},
    "schema": lambda chance: {"table": chance.choice(("models", "nights", "modles"))},
    "sql": lambda chance: {"sql": chance.choice(STATEMENTS)},
}
