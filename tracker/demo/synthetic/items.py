"""Items of the Hub's model list as JSON lines, with every field of the recommended expand set.

Lines are put together column by column in chunks; only models with other than one present parent take the slow way.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tracker.demo.synthetic import words
from tracker.demo.synthetic.counters import Shown
from tracker.demo.synthetic.population.names import (
    Naming,
    hashes,
    hub_ids,
    publisher_of,
    replaced,
    replaced_numbers,
    times,
    woven,
)
from tracker.demo.synthetic.population.population import Ints, Population
from tracker.demo.synthetic.population.traits import Traits
from tracker.words import HUB_RELATIONS

CHUNK = 50_000

LINE = (
    '{"_id":"{}","id":"{}","author":"{}"{},"createdAt":"{}","disabled":{},"gated":{}{},"lastModified":"{}"{},'
    '"private":false{},"sha":"{}","tags":[{}{}{}{}"region:us"],"downloads":{},"downloadsAllTime":{},"likes":{},'
    '"trendingScore":{}}'
)


@dataclass(frozen=True)
class Declared:
    """What models say about their parents on a night, by derivative and in their order, -2 - number for stubs."""

    derivative: NDArray[np.int32]
    parent: NDArray[np.int32]
    starts: Ints  # one longer than the models
    stubs: list[str]
    public: NDArray[np.bool_]  # a parent that is not has a tag but no entry in baseModels

    def parents(self, row: int) -> list[int]:
        """Return what a row names, in order."""
        found: list[int] = self.parent[self.starts[row] : self.starts[row + 1]].tolist()
        return found


@dataclass(frozen=True)
class Scene:
    """One night, ready to be written."""

    population: Population
    traits: Traits
    naming: Naming
    declared: Declared
    shown: Shown
    renamed: Mapping[int, str]
    last_commits: Mapping[int, int]  # row -> epoch seconds, of those changed on the nights

    def model_ids(self, rows: Ints) -> pl.Series:
        """Return what rows are called on this night."""
        return self.naming.model_ids(rows, self.renamed)


def lines(scene: Scene, rows: Ints) -> Iterator[bytes]:
    """Yield one line a row."""
    for start in range(0, len(rows), CHUNK):
        yield from _chunk(scene, rows[start : start + CHUNK]).cast(pl.Binary).to_list()


def _chunk(scene: Scene, rows: Ints) -> pl.Series:
    traits, shown = scene.traits, scene.shown
    names = _escaped(scene.model_ids(rows), scene, rows)
    base_models, base_tags = _parents(scene, rows)
    moments = replaced_numbers(traits.last_commit[rows], rows, scene.last_commits)
    hostile = {row: _tags([tag]) for row, tag in traits.hostile_tags.items()}
    columns: list[pl.Series] = [
        hub_ids(scene.population, rows),
        names,
        publisher_of(names),
        base_models,
        times(scene.population.created[rows]),
        _FLAGS.gather(traits.disabled[rows].astype(np.int8)),
        _GATES.gather(traits.gated[rows]),
        _MAPPINGS.gather(live_providers(shown.downloads_30d[rows])),
        times(moments),
        _KEYS.gather(traits.profile[rows]),
        _WEIGHTS.gather(traits.size[rows].astype(np.int64) + 1),
        hashes(scene.population, rows, (moments - scene.population.created[rows]) % 97),
        _HEADS.gather(traits.profile[rows]),
        replaced(_EXTRAS.gather(traits.extra[rows]), rows, hostile),
        base_tags,
        _LICENSES.gather(traits.license[rows]),
        _text(shown.downloads_30d, rows),
        _text(shown.downloads_all_time, rows),
        _text(shown.likes, rows),
        _text(shown.trending_score, rows),
    ]
    return woven(LINE, columns)


def live_providers(downloads_30d: Ints) -> Ints:
    """Return how many inference providers serve models so much downloaded: none up to a thousand, then one a digit."""
    return np.clip(np.log10(np.maximum(downloads_30d, 1)).astype(np.int64) - 2, 0, len(words.PROVIDERS))


def _parents(scene: Scene, rows: Ints) -> tuple[pl.Series, pl.Series]:
    """Return the baseModels member and the base_model tags of rows, as JSON with their commas."""
    declared = scene.declared
    counts = declared.starts[rows + 1] - declared.starts[rows]
    first = np.append(declared.parent, np.int32(-1))[declared.starts[rows]]
    parent = np.where(counts == 1, first, -1)
    plain = (parent >= 0) & declared.public[np.maximum(parent, 0)]
    at = np.flatnonzero(plain)
    parent_rows = parent[at].astype(np.int64)
    name = _escaped(scene.model_ids(parent_rows), scene, parent_rows)
    relation = _RELATIONS.gather(np.maximum(scene.population.relation[rows[at]], 0))
    models = woven(_BASE_MODELS, [relation, hub_ids(scene.population, parent_rows), name])
    tags = woven(_BASE_TAGS, [name, relation, name])
    irregular = rows[(counts > 0) & ~plain]
    by_row = _irregular(scene, irregular)
    return (
        replaced(_spread(models, at, len(rows)), rows, {row: models for row, (models, _) in by_row.items()}),
        replaced(_spread(tags, at, len(rows)), rows, {row: tags for row, (_, tags) in by_row.items()}),
    )


def _irregular(scene: Scene, rows: Ints) -> dict[int, tuple[str, str]]:
    """Return baseModels and tags of rows with several parents or with some that are not on the Hub."""
    declared = scene.declared
    on_hub = sorted({parent for row in rows.tolist() for parent in declared.parents(row) if parent >= 0})
    known = np.array(on_hub, dtype=np.int64)
    names = dict(zip(on_hub, scene.model_ids(known).to_list(), strict=True))
    ids = dict(zip(on_hub, hub_ids(scene.population, known).to_list(), strict=True))
    found: dict[int, tuple[str, str]] = {}
    for row in rows.tolist():
        parents = declared.parents(row)
        relation = HUB_RELATIONS[max(int(scene.population.relation[row]), 0)]
        called = [names[parent] if parent >= 0 else declared.stubs[-2 - parent] for parent in parents]
        present = [
            {"_id": ids[parent], "id": name}
            for parent, name in zip(parents, called, strict=True)
            if parent >= 0 and declared.public[parent]
        ]
        models = f',"baseModels":{_json({"relation": relation, "models": present})}' if present else ""
        tags = [f"base_model:{name}" for name in called] + [f"base_model:{relation}:{name}" for name in called]
        found[row] = models, _tags(tags)
    return found


def _spread(values: pl.Series, at: Ints, length: int) -> pl.Series:
    """Return `length` values: empty, but for the given ones at their places."""
    place = np.zeros(length, dtype=np.int64)
    place[at] = np.arange(1, len(at) + 1)
    return pl.concat([_EMPTY, values]).gather(place)


def _escaped(names: pl.Series, scene: Scene, rows: Ints) -> pl.Series:
    """Return names as they stand between JSON quotes. Only those given by name can hold what must be escaped."""
    by_row = {**scene.naming.special, **scene.renamed}
    return replaced(
        names, rows, {row: escaped for row, name in by_row.items() if (escaped := _json(name)[1:-1]) != name}
    )


def _text(values: Ints, rows: Ints) -> pl.Series:
    return pl.Series(values[rows]).cast(pl.String)


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _tags(tags: list[str] | tuple[str, ...]) -> str:
    """Return tags as the inside of a JSON list, each with its comma."""
    return "".join(f"{_json(tag)}," for tag in tags)


def _keys(profile: words.Profile) -> str:
    library = "" if profile.library is None else f',"library_name":"{profile.library}"'
    return library + ("" if profile.pipeline is None else f',"pipeline_tag":"{profile.pipeline}"')


def _mappings() -> Iterator[str]:
    """Yield what is said of no provider, of one, of two: each of them live, and the next one not yet."""
    yield ""
    for live in range(1, len(words.PROVIDERS) + 1):
        listed = [
            {
                "provider": name,
                "providerId": f"{name}/{number}",
                "status": "live" if number < live else "staging",
                "task": "conversational",
            }
            for number, name in enumerate(words.PROVIDERS[: live + 1])
        ]
        yield f',"inferenceProviderMapping":{_json(listed)}'


def _weights() -> Iterator[str]:
    yield ""
    for size in words.SIZES:
        yield f',"safetensors":{{"parameters":{{"BF16":{size}}},"total":{size}}}'


_BASE_MODELS = ',"baseModels":{"relation":"{}","models":[{"_id":"{}","id":"{}"}]}'
_BASE_TAGS = '"base_model:{}","base_model:{}:{}",'
_PROFILES = words.profiles()
_EMPTY = pl.Series([""], dtype=pl.String)
_FLAGS = pl.Series(["false", "true"])
_GATES = pl.Series(words.GATES)
_KEYS = pl.Series([_keys(profile) for profile in _PROFILES])
_HEADS = pl.Series([_tags(profile.tags) for profile in _PROFILES])
_EXTRAS = pl.Series([_tags(extra) for extra in words.EXTRAS])
_LICENSES = pl.Series(["" if not each else f'"license:{each}",' for each in words.LICENSES])
_WEIGHTS = pl.Series(list(_weights()))
_MAPPINGS = pl.Series(list(_mappings()))
_RELATIONS = pl.Series(HUB_RELATIONS)
