"""What the weights allow along the way of a model: its class, its terms, its bases', and where it is freer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from tracker import measures
from tracker.terminal import clean
from tracker.words import LICENSE_CLASSES

if TYPE_CHECKING:
    from tracker.answers.ancestry.above import Edge
    from tracker.answers.ancestry.asked import Asked
    from tracker.store import Published

MOST = 60  # characters of a licence that nobody knows: strangers write it
_PLACES: Mapping[str | None, int] = {name: place for place, name in enumerate(LICENSE_CLASSES)}


@dataclass(frozen=True)
class License:
    """What is known of the licence of one model: the Hub's tag, the class, what says so, and the terms that hold.

    `license_class` is None where the copy is of before classes were told, `terms` where no row of that class speaks.
    """

    model_id: str
    license: str | None
    license_class: str | None
    license_from: str | None
    terms: str | None
    user_threshold: str | None
    field_of_use: str | None
    territory: str | None
    naming: str | None
    output_training: str | None
    valid_from: date | None
    source_url: str | None

    @property
    def is_classed(self) -> bool:
        """Whether it has a class that can be compared."""
        return self.license_class in _PLACES

    def is_freer_than(self, other: License) -> bool:
        """Return whether both have a class and this one leaves more to whoever takes the weights."""
        return self.is_classed and other.is_classed and _PLACES[self.license_class] < _PLACES[other.license_class]

    @property
    def short(self) -> str:
        """The class and the name of the licence: `restricted (llama3.1)`."""
        if self.license_class == "unreviewed":
            return f"licence {clean(self.license)[:MOST]!r} unreviewed" if self.license else "licence not told"
        return f"{self.license_class} ({clean(self.name)})"

    @property
    def name(self) -> str:
        """The licence by what decides: the tag, or the row's terms."""
        return (self.license if self.license_from == "tag" else self.terms) or ""

    @property
    def limits(self) -> Sequence[str]:
        """What its terms say, in few words."""
        where = f"not in {self.territory}" if self.territory else None
        outputs = f"outputs: {self.output_training}" if self.output_training else None
        said = (self.user_threshold, self.field_of_use, where, self.naming, outputs)
        return [clean(each) for each in said if each]


@dataclass(frozen=True)
class Licenses:
    """The licences of a model, its direct bases and all that lies above, by name."""

    model_id: str
    of: Mapping[str, License]
    bases: Sequence[str]

    @property
    def own(self) -> License:
        """That of the model itself."""
        return self.of[self.model_id]

    @property
    def is_told(self) -> bool:
        """Whether the copy says anything of classes."""
        return self.own.license_class is not None

    @property
    def base(self) -> License | None:
        """The strictest of the direct bases that have a class, then the first by name."""
        return self._strictest(self.bases)

    @property
    def strictest(self) -> License | None:
        """The strictest of all that lies above."""
        return self._strictest(name for name in self.of if name != self.model_id)

    def _strictest(self, names: Sequence[str] | Iterator[str]) -> License | None:
        classed = [self.of[name] for name in names if name in self.of and self.of[name].is_classed]
        return min(classed, key=lambda each: (-_PLACES[each.license_class], each.model_id), default=None)

    def _steps(self, edges: Iterable[Edge]) -> Iterator[dict[str, Any]]:
        """Yield each step of the ways, from a model to its base, with both classes and whether the model is freer."""
        for edge in edges:
            model, base = self.of.get(edge.model_id), self.of.get(edge.parent_id)
            if model and base:
                yield {
                    "model_id": edge.model_id,
                    "license_class": model.license_class,
                    "base_id": edge.parent_id,
                    "base_license": base.license,
                    "base_class": base.license_class,
                    "is_freer": model.is_freer_than(base),
                }

    def as_json(self, edges: Iterable[Edge]) -> dict[str, Any]:
        """Return the model's own licence, its terms, how it stands to its base, and every step of its ways."""
        own = self.own
        fields = ("license", "license_class", "license_from", "terms", "user_threshold", "field_of_use", "territory",
                  "naming", "output_training", "source_url")  # fmt: skip
        return {
            **{name: getattr(own, name) for name in fields},
            "valid_from": own.valid_from and own.valid_from.isoformat(),
            "base_class": self.base.license_class if self.base else None,
            "freer_than_base": bool(self.base and own.is_freer_than(self.base)),
            "strictest_above": self.strictest
            and {name: getattr(self.strictest, name) for name in ("model_id", *fields)},
            "steps": list(self._steps(edges)),
        }

    def mark(self, model_id: str, bases: Sequence[str]) -> str:
        """Return what a tree says of one model: its class and licence, and whether it is freer than a base."""
        known = self.of.get(model_id)
        if known is None or known.license_class is None:
            return ""
        base = self._strictest(bases)
        if not known.is_classed:
            return f" · {known.short}" + (f", base: {base.license_class}" if base else "")
        return f" · {known.short}" + (", freer than its base" if base and known.is_freer_than(base) else "")

    def sentences(self) -> Iterator[str]:
        """Yield what a reader may do with the model: its own licence, then the strictest above it."""
        if not self.is_told:
            return
        yield f"licence of {clean(self.model_id)}: {_said(self.own)}"
        above = self.strictest
        if above and (not self.own.is_classed or self.own.is_freer_than(above)):
            inherits = "" if self.own.is_classed else "; a model without a licence of its own inherits nothing here"
            yield f"strictest above it, {clean(above.model_id)}: {_said(above)}{inherits}"


def of_ways(
    published: Published, model: Asked, holes: Mapping[str, str], variant: str, bases: Sequence[str]
) -> Licenses:
    """Return the licences of a model and of all that it comes from under a reading."""
    sql = measures.fill(measures.load("way_licenses").sql, holes)
    rows = published.table(sql, {**model.values, "variant": variant}).dicts()
    return Licenses(model.model_id, {row["model_id"]: License(**row) for row in rows}, bases)


def _said(license: License) -> str:
    whence = {"tag": ", by the Hub's tag", "table": ", by the registry"}.get(license.license_from or "", "")
    terms = f"; {license.terms}" if license.terms and license.license_from == "tag" and license.limits else ""
    source = f" ({license.source_url})" if license.source_url else ""
    return license.short + whence + terms + "".join(f"; {each}" for each in license.limits) + source
