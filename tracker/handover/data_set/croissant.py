"""Croissant 1.0: the data set as machine-learning tools and search engines read it, JSON-LD with a hash a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polars as pl

from tracker.handover.data_set import citation
from tracker.handover.data_set.configs import OURS, Config
from tracker.handover.data_set.subject import Subject, licence_url
from tracker.pages.citing import AUTHOR

Digest = Callable[[str], tuple[str, int]]  # sha256 and bytes of a file, by its path relative to the folder

_TERMS = (
    "citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty", "fileObject", "fileSet", "format",
    "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex",
    "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform",
)  # fmt: skip
_CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{term: f"cr:{term}" for term in _TERMS},
}
_PARQUET = "application/x-parquet"
_TYPES: Mapping[type[pl.DataType], str] = {
    pl.Boolean: "sc:Boolean",
    pl.Date: "sc:Date",
    pl.Datetime: "sc:DateTime",
    pl.String: "sc:Text",
    pl.Float64: "sc:Float",
    pl.Decimal: "sc:Float",
}


def text(subject: Subject, digest: Digest) -> str:
    """Return croissant.json."""
    licences = [OURS, *(each.licence for each in subject.configs)]
    told: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": subject.name,
        "description": subject.summary,
        "license": list(dict.fromkeys(filter(None, map(licence_url, licences)))),
        "creator": {"@type": "sc:Organization", "name": AUTHOR},  # schema.org's word
        "datePublished": subject.day.isoformat(),
        "version": citation.version(subject),
        "citeAs": citation.bibtex(subject),
        "isLiveDataset": True,
        "url": subject.address,
        "distribution": [file for each in subject.configs for file in _files(each, digest)],
        "recordSet": [_records(each) for each in subject.configs],
    }
    return json.dumps({key: value for key, value in told.items() if value}, indent=1, ensure_ascii=False) + "\n"


def _files(config: Config, digest: Digest) -> Iterator[dict[str, Any]]:
    """Yield the file of a config, or what its nights have in common: their hashes are in SHA256SUMS."""
    if config.is_nightly:
        yield {
            "@type": "cr:FileSet",
            "@id": config.pattern,
            "name": config.pattern,
            "description": f"{len(config.paths):,} files, one a night",
            "encodingFormat": _PARQUET,
            "includes": config.pattern,
        }
        return
    sha256, size = digest(config.pattern)
    yield {
        "@type": "cr:FileObject",
        "@id": config.pattern,
        "name": config.pattern,
        "contentUrl": config.pattern,
        "contentSize": f"{size} B",
        "encodingFormat": _PARQUET,
        "sha256": sha256,
    }


def _records(config: Config) -> dict[str, Any]:
    kind = "fileSet" if config.is_nightly else "fileObject"
    return {
        "@type": "cr:RecordSet",
        "@id": config.name,
        "name": config.name,
        "description": f"{config.grain} ({config.rows:,} rows; {config.licence})",
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{config.name}/{column.name}",
                "name": column.name,
                "description": column.comment,
                "dataType": _type(column.type),
                "source": {kind: {"@id": config.pattern}, "extract": {"column": column.name}},
            }
            for column in config.columns
            if not column.type.is_nested()  # readers of Croissant stumble over lists
        ],
    }


def _type(kind: pl.DataType) -> str:
    return "sc:Integer" if kind.is_integer() else _TYPES[type(kind)]
