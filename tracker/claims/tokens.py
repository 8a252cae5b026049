"""Claims about tokens: nobody says what his share is of, so each is computed of all that it may be, and each is named.

A point is of weeks, Monday to Sunday, that lie in its period; its group is a country, `open` or `closed`, or both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from tracker.claims.desk import CannotCompute, Desk
from tracker.claims.figure import Figure
from tracker.claims.units import SHARE, TOKENS, Unit
from tracker.registry.claims import Claim
from tracker.registry.points import NOISE, Point
from tracker.words import CANNOT, IMPOSSIBLE, OPENNESS_WORDS, POSSIBLE

HISTORY = date(2025, 1, 1)  # the source tells of no day before
ALL = None  # in the place of a number of models: what is left beside them must be told as well
# what a share may be of -> its columns, and how many slugs must be named
DENOMINATORS: Mapping[str, tuple[str, str, int | None]] = {
    "all tokens": ("of_all", "all_tokens", ALL),
    "tokens whose maker is known": ("of_attributed", "attributed", ALL),
    "the 10 largest models": ("of_largest_10", "largest_10", 10),
    "the 9 largest models": ("of_largest_9", "largest_9", 9),
}
_FILES = "OpenRouter's rankings-daily (`tracker collect openrouter`; days before its export need OPENROUTER_API_KEY)"


PEAK = "peak_token_share"  # some week has it, so that weeks that are missing matter only where none does


class Kind(NamedTuple):
    """What a claim asks of weeks: an expression over `counted` and `whole`, columns of them, and its unit."""

    value: Callable[[str, str], str]
    unit: Unit


ASKS: Mapping[str, Kind] = {
    "token_share": Kind(lambda counted, whole: f"sum({counted}) / nullif(sum({whole}), 0)::double", SHARE),
    PEAK: Kind(lambda counted, whole: f"max({counted} / nullif({whole}, 0)::double)", SHARE),
    "tokens": Kind(lambda counted, whole: f"sum({counted})::double", TOKENS),
}


@dataclass(frozen=True)
class Told:
    """Our figure for a point out of one denominator; why there is none otherwise."""

    point: Point
    denominator: str
    figure: Figure | None
    missing: str = ""

    def fits(self, claim: Claim) -> bool:
        """Whether it falls within the tolerance of what is claimed."""
        return self.figure is not None and self.point.distance(self.figure.value) <= claim.tolerance + NOISE


@dataclass(frozen=True)
class Judged:
    """A claim about tokens with its figures, by denominator and point."""

    claim: Claim
    told: Sequence[Told]
    is_synthetic: bool

    @property
    def true_of(self) -> list[str]:
        """The denominators that make every point true."""
        return [name for name in DENOMINATORS if all(each.fits(self.claim) for each in self._of(name))]

    @property
    def known_of(self) -> list[str]:
        """The denominators of which every point can be computed."""
        return [name for name in DENOMINATORS if all(each.figure for each in self._of(name))]

    @property
    def verdict(self) -> str:
        """`possible` where a denominator makes it true, `impossible` where all are known and none does."""
        if self.is_synthetic or not self.known_of:
            return CANNOT
        if self.true_of:
            return POSSIBLE
        return IMPOSSIBLE if len(self.known_of) == len(DENOMINATORS) else CANNOT

    @property
    def why(self) -> str:
        """Which denominators make it true, which do not, and of which it cannot be computed."""
        if self.is_synthetic:
            return "needs the real OpenRouter; this copy is synthetic demo data"
        if not self.known_of:
            return self.told[0].missing
        others = [name for name in self.known_of if name not in self.true_of]
        said = [f"true of {self._figures(name)}" for name in self.true_of]
        said += [f"not of {self._figures(name)}" for name in others]
        missing = next((each.missing for each in self.told if each.missing), "")
        return "; ".join([*said, *([missing] if missing else [])])

    @property
    def ours(self) -> str | None:
        """Each point with its lowest and highest figure."""
        unit = ASKS[self.claim.asks].unit
        runs = []
        for point in self.claim.points:
            known = sorted(each.figure.value for each in self.told if each.point == point and each.figure)
            if known:
                low, high = unit.say(known[0]), unit.say(known[-1])
                runs.append(f"{point.label} {low if low == high else f'{low} to {high}'}")
        return "; ".join(runs) or None

    def of_point(self, point: Point) -> list[Told]:
        """Return the figures of a point, those closest to what is claimed first."""
        known = [each for each in self.told if each.point == point and each.figure]
        return sorted(known, key=lambda each: point.distance(each.figure.value) if each.figure else 0)

    def _of(self, name: str) -> list[Told]:
        return [each for each in self.told if each.denominator == name]

    def _figures(self, name: str) -> str:
        unit = ASKS[self.claim.asks].unit
        said = [f"{each.point.label} {unit.say(each.figure.value)}" for each in self._of(name) if each.figure]
        return f"{name} ({'; '.join(said)})"


def judge(desk: Desk, claim: Claim) -> Judged:
    """Return a claim about tokens, computed out of every denominator."""
    told = [_told(desk, claim, point, name) for name in DENOMINATORS for point in claim.points]
    return Judged(claim, told, desk.facts.synthetic)


def _told(desk: Desk, claim: Claim, point: Point, name: str) -> Told:
    try:
        return Told(point, name, _figure(desk, claim, point, name))
    except CannotCompute as reason:
        return Told(point, name, None, str(reason))


def _figure(desk: Desk, claim: Claim, point: Point, name: str) -> Figure:
    counted, whole, named = DENOMINATORS[name]
    first, until = _weeks(point)
    if first < HISTORY:
        raise CannotCompute(f"needs tokens of {first}, and {_FILES} begins on {HISTORY}")
    country, openness = _group(point.group)
    values = {"first": first, "until": until, "country": country, "openness": openness}
    if not desk.published.has("token_days_current") or not desk.published.has("signal_names"):
        raise CannotCompute(f"needs {_FILES}; this copy holds no tokens")
    asked = desk.measure("tokens_of_weeks", values)
    weeks, whole_weeks = (until - first).days // 7 + 1, asked.rows.filter(asked.rows["days"] == 7)
    lacking = f"needs {_FILES} of {first} to {until}: {whole_weeks.height} of {weeks} weeks are whole here"
    if whole_weeks.height < (1 if claim.asks == PEAK else weeks):
        raise CannotCompute(lacking)
    if not (whole_weeks["has_all"].all() if named is ALL else (whole_weeks["named"] >= named).all()):
        raise CannotCompute(f"needs more than the largest models of a chart, for {name}")
    text = f"select {ASKS[claim.asks].value(counted, whole)} as value\nfrom (\n{asked.sql}) as weeks\nwhere days = 7"
    value = float(desk.ask(f"{text}\norder by value", asked.values).rows["value"][0] or 0)
    if whole_weeks.height < weeks and point.distance(value) > claim.tolerance + NOISE:
        said = ASKS[claim.asks].unit.say(value)
        raise CannotCompute(f"{lacking}, the highest of which gives {said} of {name}")
    return Figure(value, desk.published.render(text, dict(asked.values)))


def _weeks(point: Point) -> tuple[date, date]:
    """Return the first Monday and the last Sunday of the whole weeks in a period, of a shorter one those around it."""
    first = point.first + timedelta(days=-point.first.weekday() % 7)
    until = point.until - timedelta(days=(point.until.weekday() + 1) % 7)
    if first > until:
        first = point.first - timedelta(days=point.first.weekday())
        until = first + timedelta(days=6)
    return first, until


def _group(text: str) -> tuple[str | None, str | None]:
    """Read `CN open`: a country, or whether weights are given out, or both."""
    words = text.split()
    openness = next((word for word in words if word in OPENNESS_WORDS), None)
    country = next((word for word in words if word not in OPENNESS_WORDS), None)
    return country, openness
