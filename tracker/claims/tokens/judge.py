"""Compute a claim about tokens out of every denominator, or say what it would need."""

from __future__ import annotations

from dataclasses import replace

from tracker.claims.desk import CannotCompute, Desk
from tracker.claims.figure import Figure
from tracker.claims.tokens import weeks
from tracker.claims.tokens.told import Judged, Told, Undecided
from tracker.claims.tokens.weeks import ASKS, DENOMINATORS, FILES, HISTORY, PEAK, SUM, WEEK
from tracker.registry.claims import Claim
from tracker.registry.points import NOISE, Point


def judge(desk: Desk, claim: Claim) -> Judged:
    """Return a claim about tokens, computed out of every denominator."""
    of = _of_one_week if claim.asks == WEEK else _of_each_point
    told = [each for name in DENOMINATORS for each in of(desk, claim, name)]
    return Judged(claim, told, desk.facts.synthetic)


def _of_each_point(desk: Desk, claim: Claim, name: str) -> list[Told]:
    told = []
    for point in claim.points:
        try:
            told.append(Told(point, name, _figure(desk, claim, point, name)))
        except CannotCompute as reason:
            told.append(_nothing(point, name, reason))
    return told


def _nothing(point: Point, name: str, reason: CannotCompute) -> Told:
    return Told(point, name, None, str(reason), reason.near if isinstance(reason, Undecided) else "")


def _figure(desk: Desk, claim: Claim, point: Point, name: str) -> Figure:
    first, until = weeks.of(point)
    if first < HISTORY <= point.until and claim.asks == SUM:
        return _since_the_history_begins(desk, claim, point, name)
    if first < HISTORY:
        raise CannotCompute(f"needs tokens of {first}, and {FILES} begins on {HISTORY}")
    found = weeks.whole(desk, point, name, first, until)
    if found.rows.height < (1 if claim.asks == PEAK else found.wanted):
        raise CannotCompute(found.lacking)
    figure = weeks.figure(desk, claim.asks, name, found)
    if found.rows.height < found.wanted and point.distance(figure.value) > claim.tolerance + NOISE:
        raise Undecided(found.lacking, f"{ASKS[claim.asks].unit.say(figure.value)} of {name}")
    return figure


def _since_the_history_begins(desk: Desk, claim: Claim, point: Point, name: str) -> Figure:
    """Return what there is of a sum that began before: it decides where it is too much already."""
    first, until = weeks.of(replace(point, first=HISTORY))
    found = weeks.whole(desk, point, name, first, until)
    if not found.rows.height:
        raise CannotCompute(found.lacking)
    figure = weeks.figure(desk, claim.asks, name, found)
    if figure.value > point.upto and point.distance(figure.value) > claim.tolerance + NOISE:
        return figure
    said = ASKS[claim.asks].unit.say(figure.value)
    raise Undecided(
        f"needs tokens of {point.first}, and {FILES} begins on {HISTORY}",
        f"{said} of {point.group or 'all'} in {found.rows.height} of {found.wanted} weeks, among {name}",
    )


def _of_one_week(desk: Desk, claim: Claim, name: str) -> list[Told]:
    """Return the figures of the week that comes closest to all points at once."""
    try:
        return _closest_week(desk, claim, name)
    except CannotCompute as reason:
        return [_nothing(point, name, reason) for point in claim.points]


def _closest_week(desk: Desk, claim: Claim, name: str) -> list[Told]:
    counted, *_ = DENOMINATORS[name]
    found = [weeks.whole(desk, point, name, *weeks.of(point)) for point in claim.points]
    values = [dict(each.rows.select("week", counted).iter_rows()) for each in found]
    distances = {
        week: max(point.distance(float(of[week])) for point, of in zip(claim.points, values, strict=True))
        for week in sorted(set.intersection(*(set(of) for of in values)))
    }
    if not distances:
        raise CannotCompute(found[0].lacking)
    best = min(distances, key=lambda week: distances[week])
    if found[0].rows.height < found[0].wanted and distances[best] > claim.tolerance + NOISE:
        say = ASKS[claim.asks].unit.say
        said = ", ".join(
            f"{point.group or 'all'} {say(float(of[best]))}" for point, of in zip(claim.points, values, strict=True)
        )
        raise Undecided(found[0].lacking, f"{said} of {name} in that of {best}")
    return [
        Told(point, name, weeks.figure(desk, claim.asks, name, each, best), week=best)
        for point, each in zip(claim.points, found, strict=True)
    ]
