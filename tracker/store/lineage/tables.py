"""Where lineage and the registry's rulings are kept, as numbers; names are added when the copy is published."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tracker import METHOD_VERSION
from tracker.errors import StoreError
from tracker.files import scratch
from tracker.graph.shapes import ROOT
from tracker.registry import UNKNOWN, UNREVIEWED
from tracker.registry.definitions import Definition
from tracker.registry.terms import NO_TERMS
from tracker.sql.connect import Connection, frame, parquet
from tracker.store.base import data_folder, kept_registry, runs, touched
from tracker.store.lineage import changes, differing, engine_rows
from tracker.store.restated import registries, restating
from tracker.store.restated.causes import Cause
from tracker.words import VARIANTS

if TYPE_CHECKING:
    from tracker.graph.shapes import Resolved
    from tracker.registry import Registry

DEFAULT = "default"
_RESOLVED_UP_TO = "resolved_up_to"  # fact of the folder: the place of the last load that lineage was saved after
ALWAYS, NEVER = "0001-01-01", "9999-12-31"  # for a row that holds on all days

Saved = dict[str, list[pl.DataFrame]]  # by table the rows of which it is to consist


def save(connection: Connection, data_dir: Path, registry: Registry, resolved: Mapping[str, Resolved]) -> None:
    """Replace lineage, nearest and rulings by what was resolved, and the registry's tables by those of this registry.

    Roots are kept as keys alone: their lineage and their nearest line are themselves. Those on other weights than
    their own line's have rows as derivatives do. Of the other variants only the models are kept whose answer differs
    from the default one.
    """
    _note_cause(connection, data_dir, registry)
    keys = frame(connection, "select model_key from model_facts order by model_key")["model_key"].to_numpy()
    default = resolved[DEFAULT]
    if default.models != len(keys):
        raise StoreError(f"lineage was resolved for {default.models} models, the store has {len(keys)}; resolve again")
    with scratch(data_dir) as place:
        _save_registry(connection, place, registry)
        saved = {**_rulings(registry, default, keys), **_resolved(registry, resolved, keys)}
        for table, lines in saved.items():
            about = "name" if table == "stub_verdicts" else "model_key"
            changes.settle(connection, place, table, about, lines)
            if about == "model_key":
                touched.note(connection, f"select coalesce(of, {touched.NO_MODEL}) from others")
    kept_registry.keep(data_dir, registry.version, registry.content)
    data_folder.put(connection, "registry_version", registry.version)
    data_folder.put(connection, "method_version", str(METHOD_VERSION))
    data_folder.put(connection, "variants_saved", " ".join(resolved))
    data_folder.put(connection, _RESOLVED_UP_TO, str(runs.newest_place(connection)))


def _note_cause(connection: Connection, data_dir: Path, registry: Registry) -> None:
    """Record changes of lineage that no night causes: another method, or another registry."""
    known, method = (data_folder.get(connection, fact) for fact in ("registry_version", "method_version"))
    if known is None:
        return
    if method != str(METHOD_VERSION):
        told = f"lineage is resolved by method {METHOD_VERSION}, before by {method}"
        restating.begin(connection, Cause("method", "method", told=told), is_resolved=is_up_to_date(connection))
    if known != registry.version:
        cause = registries.cause(registries.kept(kept_registry.place(data_dir, known)), registry.content)
        if cause:
            restating.begin(connection, cause, is_resolved=is_up_to_date(connection))


def is_up_to_date(connection: Connection) -> bool:
    """Return whether lineage was saved since the last night was loaded."""
    return data_folder.get(connection, _RESOLVED_UP_TO) == str(runs.newest_place(connection))


def owes_variants(connection: Connection) -> bool:
    """Return whether lineage was last saved without some of the variants that a copy shows."""
    saved = data_folder.get(connection, "variants_saved")  # folders from before it was noted have them all
    return saved is not None and not set(VARIANTS) <= set(saved.split())


def _resolved(registry: Registry, resolved: Mapping[str, Resolved], keys: NDArray[Any]) -> Saved:
    """Return the saved lineage; of the other variants only where they differ from the default."""
    default = resolved[DEFAULT]
    roots = _roots(default) & (registry.whose_weights(default.line) == default.line)[: default.models]
    rows_of_roots = {"model_key": keys[roots], "self_reference": default.self_reference[roots]}
    saved: Saved = {"roots": [pl.DataFrame(rows_of_roots)], "lineage": [], "counted_edges": [], "nearest": []}
    for each in resolved.values():
        if each is default:
            kept = linked = near = ~roots
        else:
            kept = differing.lineage(default, each)
            linked = kept | differing.edges(default, each)
            near = differing.nearest(default, each)
        saved["lineage"].append(engine_rows.lineage_rows(each, keys, registry.whose_weights(each.line), kept))
        saved["counted_edges"].append(engine_rows.edge_rows(each, keys, linked))
        saved["nearest"].append(engine_rows.nearest_rows(each, keys, near))
    return saved


def _roots(resolved: Resolved) -> NDArray[np.bool_]:
    """Return for each model whether it is a root."""
    found = np.zeros(resolved.models, dtype=np.bool_)
    found[resolved.model[resolved.status == ROOT]] = True
    return found


def _rulings(registry: Registry, default: Resolved, keys: NDArray[Any]) -> Saved:
    """Return the registry's rulings on names, where it has one."""
    line = default.line
    is_mirror = registry.mirror_matches(default.names) >= 0
    terms = registry.licensing.numbers(default.names, line)
    spoken = np.flatnonzero((line != -1) | is_mirror | (terms != NO_TERMS))
    models, stubs = spoken[spoken < len(keys)], spoken[spoken >= len(keys)]
    of_models = {
        "model_key": keys[models],
        "line": line[models],
        "is_mirror": is_mirror[models],
        "license_terms": terms[models],
    }
    of_stubs = {"name": default.names.gather(stubs), "line": line[stubs], "license_terms": terms[stubs]}
    return {"verdicts": [pl.DataFrame(of_models)], "stub_verdicts": [pl.DataFrame(of_stubs)]}


def _save_registry(connection: Connection, place: Path, registry: Registry) -> None:
    """Save the registry's rows in the tables of that name, unless they are there."""
    digest = _registry_digest(registry)
    stands = data_folder.get(connection, "registry_version") == registry.version
    if stands and data_folder.get(connection, "registry_rows") == digest:
        return  # from night to night they are the same
    touched.note_all(connection)
    for table, (columns, listed) in _registry_rows(registry).items():
        _replace(
            connection,
            place,
            table,
            pl.DataFrame(listed, schema=columns.split(), orient="row", infer_schema_length=None),
        )
    data_folder.put(connection, "registry_rows", digest)


@lru_cache(maxsize=2)  # the one of tonight, and the one of before
def _registry_digest(registry: Registry) -> str:
    return hashlib.sha256(repr((registry.version, _registry_rows(registry))).encode()).hexdigest()


def _registry_rows(registry: Registry) -> dict[str, tuple[str, list[tuple[Any, ...]]]]:
    """Return by table the columns, in one text, and the rows."""
    lines = [(code, *answer) for code, answer in registry.answers().items()]
    return {
        "lineage_lines": ("number family line developer country", lines),
        "families": (
            "line parent family developer country modality first_release weights_line weights_family from_scratch",
            _families(registry),
        ),
        "organizations": (
            "namespace organization kind country valid_from",
            [(o.namespace, o.organization, o.kind, o.country, o.valid_from or None) for o in registry.organizations],
        ),
        "publishers": (
            "namespace organization kind country until",
            [
                (p.namespace.lower(), p.organization, p.kind, p.country, registry.freed.get(p.namespace.lower()))
                for p in registry.publishers()
            ],
        ),
        "countries": ("country name region eu", [(c.country, c.name, c.region, c.eu) for c in registry.countries]),
        "licenses": (
            "number terms pattern family line license license_class user_threshold field_of_use territory naming "
            "output_training valid_from valid_to holds_from holds_until exception source_url verified reviewed_on "
            "notes",
            list(_licenses(registry)),
        ),
        "license_tags": (
            "tag spdx license_class osi_approved source_url verified reviewed_on notes",
            [
                (
                    t.tag.lower(),
                    t.spdx or None,
                    t.license_class,
                    t.osi_approved,
                    t.source_url,
                    t.verified,
                    t.reviewed_on,
                    t.notes or None,
                )
                for t in registry.license_tags
            ],
        ),
        "counting_rules": (
            "number changed_on library kind files change source_url verified reviewed_on notes",
            [
                (number, *(cell or None for cell in vars(rule).values()))
                for number, rule in enumerate(registry.counting_rules)
            ],
        ),
        "definitions": (
            " ".join(each.name for each in fields(Definition)),
            [tuple(cell or None for cell in each.cells().values()) for each in registry.definitions],
        ),
    }


def _families(registry: Registry) -> list[tuple[Any, ...]]:
    """Return the lines of the registry, and the two answers that are no name."""
    ends = [(registry.lines[number], scratch) for number, scratch in registry.weights]
    lines = [
        (each.line, each.parent or None, each.family, each.developer, each.country, each.modality,
         each.first_release or None, end.line, end.family, scratch)
        for each, (end, scratch) in zip(registry.lines, ends, strict=True)
    ]  # fmt: skip
    return [*lines, *((word, None, word, word, word, None, None, word, word, None) for word in (UNREVIEWED, UNKNOWN))]


def _licenses(registry: Registry) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of licenses.csv, each with the days on which it holds: of a pattern one holds on every day."""
    numbers = {row: number for number, row in enumerate(registry.licenses)}
    for terms, rows in enumerate(registry.licensing.terms):
        for place, row in enumerate(rows):
            first, until = _first_day(row.valid_from), _first_day(row.valid_to)
            says = (row.user_threshold, row.field_of_use, row.territory, row.naming, row.output_training)
            yield (
                numbers[row], terms, row.pattern, *registry.licensing.family_and_line(row), row.license,
                row.license_class, *(text or None for text in says), first, until,
                first if place else ALWAYS, until or NEVER, row.exception,
                row.source_url, row.verified, row.reviewed_on, row.notes or None,
            )  # fmt: skip


def _first_day(text: str) -> str | None:
    """Return the day that a cell names, of a month its first."""
    return (f"{text}-01" if len(text) == len("2025-01") else text) or None


def _replace(connection: Connection, place: Path, table: str, lines: pl.DataFrame) -> None:
    """Replace the rows of a table, by way of a Parquet file."""
    connection.execute(f"delete from {table}")
    if not lines.is_empty():
        path = place / f"{table}.parquet"
        lines.write_parquet(path, compression="uncompressed")
        connection.execute(f"insert into {table} by name from {parquet(path)}")
