"""The facts of the registry, one small type each, and the ruling on a name that follows from them."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.registry.files import UNREVIEWED


@dataclass(frozen=True)
class Organization:
    """Who stands behind a namespace, from `valid_from` (empty: always) until the next row of that namespace."""

    namespace: str
    organization: str
    kind: str
    country: str
    valid_from: str
    source_url: str
    verified: str
    reviewed_on: str
    notes: str


@dataclass(frozen=True)
class Alias:
    """A namespace that the Hub now calls by another name."""

    old_namespace: str
    namespace: str
    renamed_on: str
    source_url: str
    verified: str
    reviewed_on: str
    notes: str


@dataclass(frozen=True)
class Line:
    """A curated group of roots: a family, or a part of one. `parent` is the line it is a part of, empty for a family.

    `weights` says whose weights it continues: `scratch` (none), another line or a model; empty where the line that it
    is a part of says it, or nobody has looked. `family` is the end of the parents, `country` its developer's when the
    line was first released.
    """

    line: str
    parent: str
    developer: str
    modality: str
    first_release: str
    weights: str
    weights_source: str
    source_url: str
    verified: str
    reviewed_on: str
    notes: str
    family: str
    country: str


@dataclass(frozen=True)
class Root:
    """Which line a repository of this name belongs to; `pattern` is a model id or a glob.

    `line` may be `unknown` (of no family), or `own` (trained by who uploads it, no line is named yet).
    """

    pattern: str
    line: str
    released_on: str
    source_url: str
    verified: str
    reviewed_on: str
    notes: str


@dataclass(frozen=True)
class Mirror:
    """Whose weights the repositories of this name carry."""

    pattern: str
    rule: str
    target: str
    relation: str
    source_url: str
    verified: str
    reviewed_on: str
    notes: str


@dataclass(frozen=True)
class Override:
    """A curated edge (weights_parent, teacher), or one the Hub has wrong (not_parent)."""

    model_id: str
    parent_id: str
    role: str
    relation: str
    source_url: str
    verified: str
    reviewed_on: str
    notes: str


@dataclass(frozen=True)
class Country:
    """An ISO 3166-1 alpha-2 code with its name, its region and whether it is in the European Union."""

    country: str
    name: str
    region: str
    eu: bool
    source_url: str
    verified: str
    reviewed_on: str
    notes: str


@dataclass(frozen=True)
class CountingRule:
    """Since a day downloads of a library's models (of `all`) are counted otherwise: what kind of change, and what.

    `files` are those that count since, as globs separated by blanks; empty where the change names none.
    """

    changed_on: str
    library: str
    kind: str
    files: str
    change: str
    source_url: str
    verified: str
    reviewed_on: str
    notes: str


@dataclass(frozen=True)
class Ruling:
    """What the registry says of one repository by its own name, and the row of roots.csv that says so.

    family, line, developer and origin_country are values, `unknown` (reviewed, no answer) or `unreviewed` (no row; of
    what is its uploader's own, family and line alone).
    """

    family: str = UNREVIEWED
    line: str = UNREVIEWED
    developer: str = UNREVIEWED
    origin_country: str = UNREVIEWED
    rule: Root | None = None

    @property
    def source_url(self) -> str | None:
        """Where the deciding row got it from."""
        return self.rule.source_url if self.rule else None


@dataclass(frozen=True)
class Publisher:
    """Who uploads under a namespace; `unreviewed` where no row names it."""

    namespace: str
    organization: str = UNREVIEWED
    kind: str = UNREVIEWED
    country: str = UNREVIEWED
    row: Organization | None = None


@dataclass(frozen=True)
class MirrorMatch:
    """A mirror rule that names a repository.

    An exact rule gives `model_id`. A same_name rule gives the `name` to look for in `namespaces`
    (empty: in those of any developer).
    """

    rule: Mirror
    model_id: str | None
    name: str
    namespaces: tuple[str, ...]
