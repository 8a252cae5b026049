"""A Frictionless data package: datapackage.json, with a schema a table, and a resource a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from tracker.handover.data_set import citation
from tracker.handover.data_set.configs import OURS, Config
from tracker.handover.data_set.croissant import Digest
from tracker.handover.data_set.subject import Subject, licence_url
from tracker.pages.citing import AUTHOR

SCHEMAS = "schemas"  # of tables that have a file a night
DICTIONARY = "dictionary.csv"
_TYPES: Mapping[type[pl.DataType], str] = {
    pl.Boolean: "boolean", pl.Date: "date", pl.Datetime: "datetime", pl.String: "string", pl.Float64: "number",
    pl.Decimal: "number",
}  # fmt: skip


def text(subject: Subject, digest: Digest) -> str:
    """Return datapackage.json."""
    told = {
        "profile": "data-package",
        "name": "open-model-adoption",
        "title": subject.name,
        "description": subject.summary,
        "version": citation.version(subject),
        "created": f"{subject.day}T00:00:00Z",
        "homepage": subject.address,
        "contributors": [{"title": AUTHOR, "role": "author"}],
        "licenses": [_licence(each) for each in dict.fromkeys([OURS, *(each.licence for each in subject.configs)])],
        "sources": [
            {"title": each.attribution or each.name} for each in subject.facts.sources if each.of_nights or each.tables
        ],
        "resources": [
            *(resource for each in subject.configs for resource in _resources(each, digest)),
            _dictionary(digest),
        ],
    }
    return _json({key: value for key, value in told.items() if value})


def schemas(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield path and text of the schemas that several resources share."""
    for each in subject.configs:
        if each.is_nightly:
            yield _place(each), _json(_schema(each))


def _resources(config: Config, digest: Digest) -> Iterator[dict[str, Any]]:
    for path in config.paths:
        night = f"-{path.rsplit('/', 1)[1].removesuffix('.parquet').lower()}" if config.is_nightly else ""
        yield {
            "name": f"{config.name}{night}",
            "title": config.grain,
            **_file(path, digest),
            "format": "parquet",
            "mediatype": "application/vnd.apache.parquet",
            "licenses": [_licence(config.licence)],
            "schema": _place(config) if config.is_nightly else _schema(config),
        }


def _dictionary(digest: Digest) -> dict[str, Any]:
    fields = [{"name": name, "type": "string"} for name in ("table", "column", "type", "comment")]
    return {
        "name": "dictionary",
        "title": "every column of every table and view, its type and meaning",
        **_file(DICTIONARY, digest),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": fields, "missingValues": [""]},
    }


def _file(path: str, digest: Digest) -> dict[str, Any]:
    """Return place and hash; not `bytes`, of which validators know none where a file is no text, and so refuse it."""
    return {"path": path, "hash": f"sha256:{digest(path)[0]}"}


def _schema(config: Config) -> dict[str, Any]:
    """Return the schema of a table; what is missing is null in Parquet, and no text stands for it."""
    fields = [{"name": column.name, **_type(column.type), "description": column.comment} for column in config.columns]
    return {"fields": fields, "missingValues": [""]}


def _type(kind: pl.DataType) -> dict[str, str]:
    """Return the type of a field.

    A whole number is a `number`: validators read with pandas, which has no other where one is missing. Of lists they
    see arrays of another kind, so these are of any type.
    """
    if kind.is_integer():
        return {"type": "number", "rdfType": "http://www.w3.org/2001/XMLSchema#integer"}
    return {"type": _TYPES.get(type(kind), "any")}


def _licence(licence: str) -> dict[str, str]:
    return {"title": licence} | ({"path": licence_url(licence)} if licence_url(licence) else {"name": "other"})


def _place(config: Config) -> str:
    return f"{SCHEMAS}/{config.name}.json"


def _json(told: Mapping[str, Any]) -> str:
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"
