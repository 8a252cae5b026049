"""What measures of history must say, reckoned in plain Python, model by model, over counters and lineage as they are.

In come nights, counters, models and credit as dictionaries; out go the rows of a measure. Nothing here knows of SQL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from statistics import median
from typing import Any

NOBODY = ("unknown", "unreviewed")
FLOOR = datetime(2022, 3, 3, tzinfo=UTC)  # the Hub's first date
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Model:
    """One model, whenever it was seen."""

    name: str
    created: datetime | None
    relation: str | None = None
    library: str | None = None
    country: str = "unreviewed"
    is_removed: bool = False

    @property
    def publisher(self) -> str:
        return self.name.partition("/")[0] if "/" in self.name else ""


@dataclass(frozen=True)
class Credit:
    """What of a model goes to one of its roots; a root has one of its own, of relation root."""

    root: int | None
    family: str
    line: str
    origin: str
    part: Fraction
    relation: str
    status: str


@dataclass(frozen=True)
class World:
    """Nights of one scope, newest last, with (30 days, all-time) of each model, and who these are."""

    nights: Mapping[date, Mapping[int, tuple[int | None, int | None]]]
    sources: Mapping[date, str]
    models: Mapping[int, Model]
    credits: Mapping[int, Sequence[Credit]]
    released: Mapping[str, date] = field(default_factory=dict)  # family or line -> day
    is_whole: bool = True

    @property
    def newest(self) -> date:
        return max(self.nights)


def of_month(day: date | datetime) -> str:
    return f"{day:%Y-%m}"


def running(world: World) -> str:
    """Return the month that is not over on the newest night; on its last day it is."""
    return of_month(world.newest + timedelta(days=1))


def ends(world: World) -> Iterable[tuple[str, date, str]]:
    """Yield each month, its last night, and how that stands to it."""
    months: dict[str, date] = {}
    for night in sorted(world.nights):
        months[of_month(night)] = night
    for month, night in months.items():
        following = (night.replace(day=28) + timedelta(days=4)).replace(day=1)
        flag = "gap" if (following - night).days > 7 else "ok"
        yield month, night, "running" if month == running(world) else flag


def downloads_of_derivatives(world: World, *, family: str | None = None, thin: int = 100) -> Rows:
    rows = []
    for month, night, flag in ends(world):
        downloads: dict[str, Fraction] = defaultdict(Fraction)
        models: dict[str, Fraction] = defaultdict(Fraction)
        for key, (window, _) in world.nights[night].items():
            for each in world.credits[key]:
                if family in (None, each.family):
                    downloads[each.relation] += each.part * (window or 0)
                    models[each.relation] += each.part
        total, n = sum(downloads.values()), sum(models.values())
        built = [name for name in models if name != "root"]
        for name in [None, *sorted(models)]:
            held = sum(downloads[each] for each in built) if name is None else downloads[name]
            counted = sum(models[each] for each in built) if name is None else models[name]
            if not n:
                continue
            rows.append(
                {
                    "month": month,
                    "snapshot_date": night,
                    "source": world.sources[night],
                    "relation": name,
                    "downloads_30d": float(held),
                    "share": float(held / total) if n >= thin and total else None,
                    "models": float(counted),
                    "n": float(n),
                    "flag": flag if n >= thin else "thin",
                }
            )
    return rows


def concentration_by_month(world: World, *, thin: int = 100) -> Rows:
    rows = []
    for month, night, flag in ends(world):
        held = sorted((window for window, _ in world.nights[night].values() if window is not None), reverse=True)
        total, is_thin = sum(held), len(held) < thin
        parts = {
            f"top_{size}": sum(held[:size]) / total if len(held) > size and total and not is_thin else None
            for size in (10, 100, 1000)
        }
        squares = sum(each * each for each in held)
        rows.append(
            {
                "month": month,
                "snapshot_date": night,
                "source": world.sources[night],
                **parts,
                "herfindahl": squares / total**2 if total and not is_thin else None,
                "models": len(held),
                "downloads_30d": total,
                "flag": "thin" if is_thin else flag,
            }
        )
    return rows


def derivatives(world: World) -> Iterable[tuple[int, Model, str, Credit]]:
    """Yield each derivative that has a day of creation by the newest night, its month, and each of its credits."""
    for key, model in world.models.items():
        if model.created and model.created.date() <= world.newest:
            for each in world.credits[key]:
                if each.status != "root":
                    yield key, model, of_month(model.created), each


def countries_by_month(world: World, *, thin: int = 100) -> Rows:
    sums: dict[tuple[str, str], dict[str, list[Fraction]]] = defaultdict(dict)
    counted: dict[tuple[str, str], set[int]] = defaultdict(set)
    for key, model, month, each in derivatives(world):
        cell = sums[month, model.country].setdefault(each.origin, [Fraction(), Fraction()])
        cell[0] += each.part
        if each.origin not in NOBODY and each.status not in ("dangling", "outside"):
            cell[1] += each.part
        counted[month, model.country].add(key)
    rows = []
    for (month, country), origins in sorted(sums.items()):
        n, total = len(counted[month, country]), sum(held for held, _ in origins.values())
        loose = total - sum(firm for _, firm in origins.values())
        for origin, (held, firm) in sorted(origins.items(), key=lambda each: (-each[1][0], each[0])):
            is_bounded = n >= thin and world.is_whole and origin not in NOBODY
            flag = "running" if month == running(world) else "ok"
            rows.append(
                {
                    "month": month,
                    "publisher_country": country,
                    "origin_country": origin,
                    "derivatives": float(held),
                    "share": float(held / total) if n >= thin else None,
                    "low": float(firm / total) if is_bounded else None,
                    "high": float((firm + loose) / total) if is_bounded else None,
                    "n": n,
                    "flag": "thin" if n < thin else flag,
                }
            )
    return rows


def base_switches(world: World, *, least: float = 3, thin: int = 100) -> Rows:
    built: dict[str, dict[str, dict[str, Fraction]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(Fraction)))
    for _, model, month, each in derivatives(world):
        if not model.publisher:
            continue
        built[model.publisher][month][each.family] += each.part
    active: dict[str, int] = defaultdict(int)
    moved: dict[str, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for months in built.values():
        before: tuple[str, str] | None = None
        for month, families in sorted(months.items()):
            total = sum(families.values())
            if total < least:
                continue
            active[month] += 1
            base = [name for name, held in families.items() if 2 * held > total and name not in NOBODY]
            if not base:
                continue
            if before and (int(month[:4]) - int(before[0][:4])) * 12 + int(month[5:]) - int(before[0][5:]) <= 12:
                moved[month][before[1], base[0]] += 1
            before = month, base[0]
    rows = []
    for month, pairs in sorted(moved.items()):
        of: dict[str, int] = defaultdict(int)
        for (came_from, _), publishers in pairs.items():
            of[came_from] += publishers
        for (came_from, now), publishers in sorted(pairs.items(), key=lambda each: (each[0][0], -each[1], each[0][1])):
            n = of[came_from]
            flag = "running" if month == running(world) else "ok"
            rows.append(
                {
                    "month": month,
                    "family_before": came_from,
                    "family": now,
                    "publishers": publishers,
                    "share": publishers / n if n >= thin else None,
                    "n": n,
                    "compared": sum(pairs.values()),
                    "active": active[month],
                    "flag": "thin" if n < thin else flag,
                }
            )
    return rows


def launch(world: World, names: Sequence[str] = (), *, rows: int = 8, mark: float = 1e6) -> Rows:
    """Return curves; no class of models is taken to have stood still."""
    first = _first_counted(world)
    if names:
        keys = {model.name: key for key, model in world.models.items() if model.name in names}
    else:
        young = [
            (-(world.nights[world.newest][key][1] or 0), model.name, key)
            for key, model in world.models.items()
            if model.created and model.created.date() >= first and not model.is_removed
        ]
        keys = {name: key for _, name, key in sorted(young)[:rows]}
    curves: dict[str, tuple[date, list[tuple[date, float]]]] = {}
    for name, key in keys.items():
        created = world.models[key].created
        assert created
        held = [(night, world.nights[night][key][1]) for night in sorted(world.nights) if key in world.nights[night]]
        curves[name] = created.date(), [(night, float(value)) for night, value in held if value is not None]
    for name in set(names) & world.released.keys():
        levels = []
        for night, counters in sorted(world.nights.items()):
            parts = [
                each.part * (counters[key][1] or 0)
                for key in counters
                for each in world.credits[key]
                if name in (each.family, each.line)
            ]
            levels += [(night, float(sum(parts)))] if parts and night >= first else []
        curves[name] = world.released[name], levels
    return [row for name in sorted(curves) for row in _curve(world, name, *curves[name], mark)]


def _first_counted(world: World) -> date:
    """Return the first night that has all-time counters."""
    has = {night: any(ever is not None for _, ever in held.values()) for night, held in world.nights.items()}
    return min(night for night in world.nights if has[night])


def _curve(world: World, name: str, released: date, levels: Sequence[tuple[date, float]], mark: float) -> Rows:
    found = []
    highest: dict[str, float] = {}
    before, has_passed = None, False
    for night, value in levels:
        source = world.sources[night]
        flag = "gap" if before and (night - before).days > 1 else "ok"
        flag = "fall" if value < highest.get(source, 0) - 1e-9 else flag
        highest[source] = max(value, highest.get(source, 0))
        is_known = before is not None or released >= _first_counted(world)
        passes = value >= mark and not has_passed and is_known
        has_passed = has_passed or value >= mark
        before = night
        row = {"name": name, "days": (night - released).days, "snapshot_date": night, "source": source}
        found += [{**row, "downloads": value, "passed": passes, "flag": flag}] if night >= released else []
    return found


def days_to(world: World, *, mark: float, rows: int = 100) -> Rows:
    return sorted(_reached(world, mark), key=lambda row: (row["days"], row["model_id"]))[:rows]


def _reached(world: World, mark: float) -> Rows:
    rows = []
    nights = sorted(world.nights)
    for key, (_, now) in world.nights[world.newest].items():
        model = world.models[key]
        if now is None or now < mark or not model.created or model.created < FLOOR:
            continue
        created = model.created.date()
        held = [(night, world.nights[night][key][1]) for night in nights if key in world.nights[night]]
        passed = next(night for night, value in held if value is not None and value >= mark)
        below = [night for night, value in held if night < passed and value is not None]
        if below:
            least: int | None = (max(below) - created).days + 1
            flag = "gap" if (passed - max(below)).days > 1 else "ok"
        else:
            least, flag = (0, "gap") if created >= _first_counted(world) else (None, "before")
        rows.append(
            {
                "model_id": model.name,
                "relation": model.relation or "root",
                "passed_on": passed,
                "days": (passed - created).days,
                "days_least": least,
                "flag": flag,
            }
        )
    return rows


def days_to_by_relation(world: World, *, mark: float, thin: int = 20) -> Rows:
    reached, rows = _reached(world, mark), []
    for relation in [None, *sorted({row["relation"] for row in reached})] if reached else []:
        mine = [row for row in reached if relation in (None, row["relation"])]
        timed = [row for row in mine if row["flag"] != "before"]
        days, low, high = _middle([row["days"] for row in timed]) if len(timed) >= thin else (None, None, None)
        late = days - median(row["days_least"] for row in timed) if days is not None else None
        counts = {"models": len(timed), "before": len(mine) - len(timed)}
        rows.append({"relation": relation, "days": days, "low": low, "high": high, **counts, "late": late})
    return rows


def _middle(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the median and its 95 % interval: the values so far from the middle of the row as chance may lead."""
    held, n = sorted(values), len(values)
    low = next(value for at, value in enumerate(held, 1) if 2 * at >= n - 1.96 * sqrt(n))
    high = [value for at, value in enumerate(held, 1) if 2 * at <= n + 2 + 1.96 * sqrt(n)][-1]
    return median(held), low, high


def _ggufs(world: World, least: int) -> Rows:
    below: dict[int, list[tuple[int, Credit]]] = defaultdict(list)
    for key, _, _, each in derivatives(world):
        if each.status in ("derived", "dangling") and each.root is not None:
            below[each.root].append((key, each))
    rows = []
    for root, held in below.items():
        released = world.models[root].created
        if released is None or released < FLOOR or len(held) < least:
            continue
        found = []
        for key, each in held:
            model = world.models[key]
            says = "gguf" in (model.library or "").lower() or "gguf" in model.name.partition("/")[2].lower()
            if each.relation == "quantized" and says and model.created:
                found.append((max(0, (model.created - released) // timedelta(days=1)), model.created, model.name))
        first = min(found, default=None)
        midnight = datetime.combine(world.newest + timedelta(days=1), datetime.min.time(), UTC)
        rows.append(
            {
                "family": held[0][1].family,
                "root_id": world.models[root].name,
                "derivatives": len(held),
                "gguf": len(found),
                "first_gguf": first and first[2],
                "days": first and first[0],
                "age": (midnight - released) // timedelta(days=1),
            }
        )
    return rows


def first_gguf(world: World, *, least: int = 20, rows: int = 100) -> Rows:
    return sorted(_ggufs(world, least), key=lambda row: (-row["derivatives"], row["root_id"]))[:rows]


def gguf_uptake(world: World, *, least: int = 20, thin: int = 20) -> Rows:
    found, rows = _ggufs(world, least), []
    for family in [None, *sorted({row["family"] for row in found})] if found else []:
        mine = [row for row in found if family in (None, row["family"])]
        has = [row["days"] for row in mine if row["days"] is not None]
        days, low, high = _middle(has) if len(has) >= thin else (None, None, None)
        parts = {}
        for name, most in (("within_day", 1), ("within_week", 7), ("within_month", 30), ("within_quarter", 90)):
            old = [row for row in mine if row["age"] >= most]
            soon = sum(row["days"] is not None and row["days"] < most for row in old)
            parts[name] = soon / len(old) if len(old) >= thin and old else None
        counts = {"with_gguf": len(has), "roots": len(mine)}
        rows.append({"family": family, "days": days, "low": low, "high": high, **counts, **parts})
    return sorted(rows, key=lambda row: (row["family"] is not None, -row["roots"], row["family"]))


def half_life(world: World, *, least: int = 1000, thin: int = 20) -> Rows:
    courses: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for night, counters in sorted(world.nights.items()):
        for key, (window, _) in counters.items():
            if window is not None:
                courses[key].append((night, window))
    steps = {after: (after - before).days - 1 for before, after in pairwise(sorted(world.nights))}
    ages: dict[str | None, list[tuple[int, int | None, int]]] = defaultdict(list)
    left: dict[str | None, int] = defaultdict(int)
    for key, course in courses.items():
        top = max(value for _, value in course)
        if top < least:
            continue
        peak = next(night for night, value in course if value == top)
        half = next((night for night, value in course if night > peak and 2 * value <= top), None)
        for family in (None, *sorted({each.family for each in world.credits[key]})):
            left[family] += peak == course[0][0]
            if peak > course[0][0]:
                days = (half - peak).days if half else None
                ages[family].append(((world.newest - peak).days, days, steps[half] if half else 0))
    rows = []
    for family in left:
        mine = ages[family]
        halved = [days for _, days, _ in mine if days is not None]
        days, low, high = _middle(halved) if len(halved) >= thin and halved else (None, None, None)
        row: dict[str, Any] = {"family": family, "days": days, "low": low, "high": high, "halved": len(halved)}
        row |= {"models": len(mine), "before": left[family]}
        periods = (("within_month", 30), ("within_quarter", 90), ("within_half", 182), ("within_year", 365))
        for name, most in periods:
            old = [each for each in mine if each[0] >= most]
            soon = sum(each[1] is not None and each[1] <= most for each in old)
            row[name] = soon / len(old) if len(old) >= thin and old else None
        late = [each[2] for each in mine if each[1] is not None]
        rows.append({**row, "late": sum(late) / len(late) if len(late) >= thin and late else None})
    return sorted(rows, key=lambda row: (row["family"] is not None, -row["models"], row["family"]))
