"""The closed word lists that several rooms share: what a command offers, an answer knows and the registry accepts.

May import: nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

# lineage: codes of the engine are positions in these tuples
HUB_RELATIONS = ("finetune", "adapter", "quantized", "merge")  # what a model may declare on the Hub
RELATIONS = (*HUB_RELATIONS, "copy", "other")
EVIDENCES = ("override", "hub", "tag", "mirror", "inferred")  # best first
STATUSES = ("root", "derived", "dangling", "outside", "cycle")
VARIANTS = ("default", "as_uploaded", "teacher", "inferred")  # the readings of lineage that are kept

# answers: what the rows of a share may be grouped by
GROUPS = (
    "family", "line", "developer", "origin_country", "region", "base_publisher", "publisher", "publisher_country",
    "publisher_organization", "library_name", "pipeline_tag", "relation",
)  # fmt: skip
# what a trend or a ranking lists -> the column that names it
LISTS: Mapping[str, str] = {
    "families": "family",
    "lines": "line",
    "developers": "developer",
    "models": "model_id",
    "publishers": "publisher",
    "countries": "origin_country",
}
# what a trend or a ranking counts -> the column that is summed
COUNTERS: Mapping[str, str] = {"downloads": "downloads_30d", "likes": "likes", "derivatives": "derivatives"}
COUNTRIES = ("origin", "publisher")  # of the base's developer, or of the uploader
STEPS = ("night", "month")

# definitions: what each closed choice may be
CHOICES: Mapping[str, tuple[str, ...]] = {
    "edge": ("root", "nearest", "direct", "itself", "name"),
    "counts": ("derivatives", "models"),
    "credit": ("fractional", "full", "first"),
    "mirrors": ("rolled_up", "as_uploaded"),
    "two_origin": ("weights", "teacher"),
    "inferred": ("out", "in"),
    "own_organization": ("in", "out"),
    "removed": ("in", "out"),
    "counter": ("downloads_30d", "downloads_all_time"),
    "denominator": ("derivatives", "traced", "listed", "models"),
    "time_axis": ("created", "first_seen", "stock"),
}

RunStatus = Literal["running", "landed", "loaded", "published", "refused", "failed", "interrupted"]
RUN_STATUSES: tuple[str, ...] = get_args(RunStatus)
UseRights = Literal["rows", "share-alike", "aggregates", "none"]  # what of a source may leave the machine
USE_RIGHTS: tuple[str, ...] = get_args(UseRights)
THEMES = ("light", "dark")
