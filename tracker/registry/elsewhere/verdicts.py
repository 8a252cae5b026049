"""What the registry says of a model that another source names: who made it, whose weights, are they given out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from tracker.registry.elsewhere.countries import code_of
from tracker.registry.elsewhere.makers import UNKNOWN, UNREVIEWED, Makers, Who
from tracker.registry.elsewhere.models import HUB_ID, NONE, ROW, Found, Models
from tracker.registry.elsewhere.names import Said, bare, model_of, slug, spellings
from tracker.registry.elsewhere.rows import CLOSED, HIDDEN, OPEN, PROPRIETARY, ModelScopeNamespace

if TYPE_CHECKING:
    from tracker.registry.book import Registry

OPENROUTER, ARENA, EPOCH, MODELSCOPE = "openrouter", "arena", "epoch_eci", "modelscope"


@dataclass(frozen=True)
class Verdict:
    """What is known of one name of a source. Names and countries: a value, `unknown` or `unreviewed`.

    `model` is the name without dates and variants, to which variants are summed; `rule` what answered (see `models`),
    or `hidden`. `maker` is who the source says made it, `developer` who made its weights; `family` and `line` are the
    brand's. `openness`: open, closed, `unknown` or `unreviewed`.
    """

    model: str
    rule: str
    model_id: str | None = None
    maker: str = UNREVIEWED
    maker_country: str = UNREVIEWED
    family: str = UNREVIEWED
    line: str = UNREVIEWED
    developer: str = UNREVIEWED
    origin_country: str = UNREVIEWED
    openness: str = UNREVIEWED
    license_class: str = UNREVIEWED
    is_mirror: bool = False


class Crosswalk:
    """Verdicts on names of other sources, by one registry."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._makers, self._models = Makers(registry), Models(registry)
        self._of: Mapping[str, Callable[[Said], Verdict]] = {
            OPENROUTER: self._of_slug,
            ARENA: self._of_rated,
            EPOCH: self._of_scored,
            MODELSCOPE: self._of_second_hub,
        }

    def of(self, said: Said) -> Verdict:
        """Return the verdict on what a source says of a model."""
        return self._of[said.source](said)

    def _of_slug(self, said: Said) -> Verdict:
        """What the catalogue or the registry knows weights of is open, unless a row says otherwise."""
        whole = slug(said.name)
        author, slash, name = whole.partition("/")
        who = self._makers.called(author, said.source)
        if not slash or (who and who.weights == HIDDEN):
            return Verdict(model_of(whole), HIDDEN, None, HIDDEN, UNKNOWN, *(UNKNOWN,) * 5)
        names = spellings(name)
        found = self._models.called(said, who, names)
        known = OPEN if found.has_weights else who.weights if who and who.weights else UNREVIEWED
        openness = OPEN if said.hub_id else self._models.opened(who, found, names) or known
        return self._verdict(model_of(whole), who, found, openness)

    def _of_rated(self, said: Said) -> Verdict:
        """The word for a licence is not openness: open is what it does not close and the registry knows weights of."""
        names = spellings(said.name, said.organization)
        who = self._makers.called(said.organization, said.source)
        found = self._models.called(said, who, names)
        terms = self._license_words.get(bare(said.license), UNREVIEWED) if said.license else UNREVIEWED
        told = CLOSED if terms == PROPRIETARY else self._models.opened(who, found, names)
        known = OPEN if found.has_weights and terms != UNREVIEWED else UNREVIEWED
        return replace(self._verdict(said.name, who, found, told or known), license_class=terms)

    def _of_scored(self, said: Said) -> Verdict:
        """The source says country and openness itself; of several countries that of the organization counts."""
        who = self._makers.called(said.organization, said.source)
        found = self._models.called(said, who, spellings(said.name, said.organization))
        verdict = self._verdict(said.name, who, found, UNKNOWN)
        word = said.accessibility.casefold()
        if word.startswith("open weights"):
            verdict = replace(verdict, openness=OPEN)
        elif word.startswith(("api", "hosted", "closed")):
            verdict = replace(verdict, openness=CLOSED)
        country = code_of(said.country, self._registry.countries)
        if country and verdict.maker_country in (UNKNOWN, UNREVIEWED):
            verdict = replace(verdict, maker_country=country)
        if country and verdict.origin_country in (UNKNOWN, UNREVIEWED):
            verdict = replace(verdict, origin_country=country)
        return verdict

    def _of_second_hub(self, said: Said) -> Verdict:
        """What lies on a hub of weights is open; under a namespace of re-uploads the brand alone says whose it is."""
        namespace, _, name = said.name.partition("/")
        names = spellings(name)
        row = self._modelscope.get(namespace.lower())
        if row and row.mirror:
            found = self._models.called(said, None, names)
            return replace(self._verdict(said.name, None, found, OPEN), is_mirror=True)
        hub = row.hub_namespace if row else namespace if self._makers.is_company(namespace) else ""
        who = self._makers.of_namespace(hub) if hub else None
        found = self._models.called(said, who, names) if who else Found(NONE)
        return replace(self._verdict(said.name, who, found, OPEN), model_id=f"{hub}/{name}" if hub else None)

    def _verdict(self, model: str, who: Who | None, found: Found, openness: str) -> Verdict:
        """Return what a maker and a line say together; where no line is known, the maker is taken for the developer."""
        known = found.model_id if found.rule in (HUB_ID, ROW) else None
        maker = (who.organization, who.country) if who else None
        if found.line is None:
            of_weights = self._developer(found) or maker or (UNREVIEWED, UNREVIEWED)
            return Verdict(model, found.rule, known, *(maker or of_weights), *(UNREVIEWED,) * 2, *of_weights, openness)
        number = self._registry.line_numbers[found.line]
        brand = self._registry.lines[number]
        weights = self._registry.lines[self._registry.weights[number][0]]
        named = maker or (brand.developer, brand.country)
        of_weights = (weights.developer, weights.country)
        return Verdict(model, found.rule, known, *named, brand.family, brand.line, *of_weights, openness)

    def _developer(self, found: Found) -> tuple[str, str] | None:
        """Return who trained a repository that is its uploader's own, without a line."""
        ruling = self._registry.ruling(found.model_id) if found.model_id else None
        if ruling is None or ruling.developer in (UNKNOWN, UNREVIEWED):
            return None
        return ruling.developer, ruling.origin_country

    @cached_property
    def _license_words(self) -> Mapping[str, str]:
        return {bare(row.word): row.license_class for row in self._registry.license_words}

    @cached_property
    def _modelscope(self) -> Mapping[str, ModelScopeNamespace]:
        return {row.namespace.lower(): row for row in self._registry.modelscope_namespaces}
