"""One row a column of the Hub's model list: what is asked for, what becomes of it, and what is published of it.

From these rows are made what the walk asks the Hub to expand, the rules by which a record is believed, the typed rows
of a landed run, the tables of work.duckdb (`migrate` adds a column that is new) and the published table `models` with
its comments. A new column is one row here; what the demo's Hub says of it stands in tracker/demo.

Not asked for: `author`, which is the first part of the name; `sha`, which says nothing of adoption and is a
quarter of a page as it travels; `cardData`, 13 KB of prose at times and written by strangers.

May import: words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tracker.words import ARCHITECTURES

Kind = Literal["moment", "word", "flag", "count", "number", "tag", "providers", "tags", "parents"]
# moment     a time as the Hub writes it, from 2016 to two days after the snapshot
# word       a text; flag: true or false
# count      a whole number from 0 to 2^53; number: any finite number
# tag        made of the field's list of tags: see Column.tags
# providers  how many inference providers of a list of mappings are live
# tags       a list of texts; parents: a relation and a list of models

Follows = Literal["once", "change", "night"]
# once       said once, so the last word on it stays
# change     seldom other than on the night before; a change is a new version of the model's description
# night      moves every night: tonight's value alone counts

SQL_TYPES: Mapping[Kind, str] = {
    "moment": "timestamptz",
    "word": "varchar",
    "flag": "boolean",
    "count": "bigint",
    "number": "double",
    "tag": "varchar",
    "providers": "bigint",
    "tags": "varchar[]",
    "parents": "struct(hub_id varchar, model_id varchar)[]",
}


@dataclass(frozen=True)
class Column:
    """A column: the Hub's field, our name, its kind, how it moves, and its comment in the published table `models`.

    Without `follows` it is landed for what the load makes of it, and is no column of `models`.
    """

    field: str  # `safetensors.total` is the member of an object
    name: str
    kind: Kind
    follows: Follows | None = None
    comment: str = ""
    # of kind tag: what stands behind this beginning, of several tags all; or the first tag that is one of these
    tags: str | frozenset[str] = ""

    @property
    def sql_type(self) -> str:
        """The type of its values in SQL."""
        return SQL_TYPES[self.kind]

    @property
    def is_counter(self) -> bool:
        """Whether it is a number of one night, of which nothing is known where that night lacks the model."""
        return self.follows == "night" and self.kind != "moment"


COLUMNS = (
    Column("createdAt", "created_at", "moment", "once", "when the repository was created"),
    Column("lastModified", "last_modified", "moment", "night", "last commit"),
    Column("pipeline_tag", "pipeline_tag", "word", "change", "task as the Hub names it"),
    Column("library_name", "library_name", "word", "change", "library as the Hub names it"),
    Column("tags", "license", "tag", "change",
           "from the tag license:...; of several all, with ', ' between them", tags="license:"),
    Column("tags", "architecture", "tag", "change", "model type, from the tags", tags=ARCHITECTURES),
    Column("safetensors.total", "parameters", "count", "change", "number of weights in the safetensors header"),
    Column("gated", "gated", "word", "change", "'false', 'auto' or 'manual'"),
    Column("disabled", "disabled", "flag", "change", "switched off by the Hub"),
    Column("private", "private", "flag", "change",
           "false: private repositories are left out, also those that a token can see"),
    Column("downloads", "downloads_30d", "count", "night",
           "downloads of the 30 days before the latest snapshot: a window, never summed over nights"),
    Column("downloadsAllTime", "downloads_all_time", "count", "night",
           "downloads since upload as of the latest snapshot; can fall"),
    Column("likes", "likes", "count", "night", "likes as of the latest snapshot"),
    Column("trendingScore", "trending_score", "number", "night",
           "the Hub's own score of recent attention as of the latest snapshot; 0 for most"),
    Column("inferenceProviderMapping", "live_providers", "providers", "night",
           "inference providers that served it live at the latest snapshot; null where the Hub names none"),
    Column("tags", "tags", "tags"),
    Column("baseModels", "base_models", "parents"),
)  # fmt: skip

# what the walk asks for; the Hub gives _id and id unasked
EXPAND = tuple(sorted({column.field.partition(".")[0] for column in COLUMNS}))
LANDED = tuple(column for column in COLUMNS if column.kind != "tag")
STORED = tuple(column for column in COLUMNS if column.follows)
