"""Models that come and go, their true downloads by day, and the counters that nights show of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FIRST = date(2026, 1, 5)
FLOOR = datetime(2022, 3, 2, 23, 29, 4, tzinfo=UTC)  # the Hub's oldest creation date
PAST = 40  # days before the first night, for 30-day counters
WINDOW = 30
WINDOW_SHARE = 0.95  # 30-day counters of the Hub show less than what all-time counters gain
WEEK = np.array([0.87, 1.0, 1.05, 1.05, 1.05, 1.0, 0.87])  # Monday first
MODELS = 1_000  # on the first night
BORN, DIED = 1.5, 0.8  # a day
ROOTS = (
    ("someone/first", "unreviewed", FLOOR),
    ("meta-llama/Llama-3.1-8B", "Llama", datetime(2024, 7, 23, 9, tzinfo=UTC)),
    ("Qwen/Qwen3-8B", "Qwen", datetime(2025, 4, 28, 9, tzinfo=UTC)),
)
MOST_LOST = 1_000  # downloads a day of a model that goes: a night without a tenth of the Hub waits for somebody's look
LIBRARIES = {7: "timm", 9: "diffusers"}  # of every fifteenth model
OLDEST = 2 * len(ROOTS)  # so many models are never touched: the list reaches its end, roots stay

Arrivals = Mapping[int, Sequence[tuple[int, str | None]]]  # day -> so many models of a publisher, None: of any


class World:
    """Night n is the day FIRST + n and counts up to the day before it. Arrays are by night, or day, and model.

    `true` has the downloads of each day, from PAST days before the first night on, and `gone` the night on which each
    model is gone. `show` makes what the Hub shows of them: `ever`, `month` and `listed`, which incidents then spoil.
    """

    def __init__(self, seed: int, nights: int, arrivals: Arrivals) -> None:
        self.nights = nights
        self.chance = np.random.default_rng(seed)
        self.created: list[datetime] = []
        self.names: list[str] = []
        self.roots: list[int] = []  # number of the root of each model; its own where it is one
        self.renamed: dict[int, tuple[int, str]] = {}  # model -> night, name from then on
        self.leaps: list[tuple[int, Bools, int]] = []  # night, models, how many times as much was counted till then
        self._populate(arrivals)
        self.models = len(self.created)
        self.born = np.array([(each.date() - FIRST).days + 1 for each in self.created])  # first night that it is on
        self.gone = self._deaths()
        self.cohorts = np.array([_cohort(each) for each in self.created])
        self.families = np.array([ROOTS[root][1] if root < len(ROOTS) else ROOTS[0][1] for root in self.roots])
        self.libraries = [LIBRARIES.get(model % 15, "transformers") for model in range(self.models)]
        self.rate = self._rates()
        self.true = self._downloads()

    def day(self, night: int) -> date:
        """Return the date of a night."""
        return FIRST + timedelta(days=night)

    def name(self, model: int, night: int) -> str:
        """Return what a model is called on a night."""
        since, name = self.renamed.get(model, (self.nights, ""))
        return name if night >= since else self.names[model]

    def hub_id(self, model: int) -> str:
        """Return the `_id` of a model."""
        return f"{int(self.created[model].timestamp()):08x}{model + 1:016x}"

    def some(self, night: int, count: int, *, least: float = 0, most: float = np.inf) -> Ints:
        """Return models of such a usual day that have long been there on a night, and still are soon after.

        None of a farm: one model less, and it is none any more.
        """
        free = (self.born < night - 60) & (self.gone > night + 15) & (self.rate >= least) & (self.rate <= most)
        free[:OLDEST] = False
        free &= [not name.startswith("farm-") for name in self.names]
        found: Ints = self.chance.choice(np.flatnonzero(free), count, replace=False)
        return found

    def show(self) -> None:
        """Let the Hub show the truth."""
        past = np.cumsum(self.true, axis=0)
        nights = np.arange(self.nights)
        until = PAST + nights - 1
        self.ever = past[until] + self.before
        month = past[until] - past[until - WINDOW]
        for night, which, times in self.leaps:
            self.ever[night:, which] += (times - 1) * self.ever[night, which]
            left = np.maximum(past[PAST + night - 1] - past[until - WINDOW], 0)[night:]  # in the window, of before
            month[night:, which] += (times - 1) * left[:, which]
        self.month = (month * WINDOW_SHARE).astype(np.int64)
        self.listed = (self.born <= nights[:, None]) & (nights[:, None] < self.gone)

    def _populate(self, arrivals: Arrivals) -> None:
        for number, (name, _, moment) in enumerate(ROOTS):
            self._add(name, moment, number)
        begin = datetime.combine(FIRST, datetime.min.time(), UTC)
        span = (begin - timedelta(days=PAST) - FLOOR).total_seconds()
        ages = np.sort(self.chance.beta(1.0, 1.7, MODELS - len(ROOTS)))[::-1] * span  # most are of the last two years
        came: list[tuple[datetime, str | None]] = []
        came += [(begin - timedelta(days=PAST, seconds=float(age)), None) for age in ages]
        for day in range(-PAST, self.nights - 1):
            for count, publisher in [(int(self.chance.poisson(BORN)), None), *arrivals.get(day, ())]:
                seconds = self.chance.integers(86_000, size=count)
                came += [(begin + timedelta(days=day, seconds=int(each)), publisher) for each in seconds]
        for moment, publisher in came:
            number = len(self.created)
            wanted = int(self.chance.choice(len(ROOTS), p=(0.4, 0.25, 0.35)))
            has_root = wanted > 0 and moment > ROOTS[wanted][2]
            owner = publisher or f"maker-{self.chance.integers(400)}"
            self._add(f"{owner}/model-{number}", moment, wanted if has_root else number)

    def _add(self, name: str, moment: datetime, root: int) -> None:
        self.names.append(name)
        self.created.append(moment)
        self.roots.append(root)

    def _deaths(self) -> Ints:
        gone = np.full(self.models, self.nights + WINDOW)
        for night in range(2, self.nights):
            there = np.flatnonzero((self.born < night) & (gone > night))[OLDEST:]
            gone[self.chance.choice(there, self.chance.poisson(DIED), replace=False)] = night
        return gone

    def _rates(self) -> NDArray[np.float64]:
        """Return a usual day of each model: lognormal, as on the Hub."""
        rate = np.exp(self.chance.normal(2.5, 2.2, self.models))
        rate[: len(ROOTS)] = (300, 8_000, 12_000)
        rate[self.gone < self.nights] = np.minimum(rate[self.gone < self.nights], MOST_LOST)
        return rate

    def _downloads(self) -> Ints:
        """Return the days of each model: launches, a weekly cycle, growth, and chance."""
        days = np.arange(-PAST, self.nights)
        age = days[:, None] - (self.born - 1)
        launched = 1 + 3 * np.exp(-np.maximum(age, 0) / 10)
        week = WEEK[[(FIRST + timedelta(days=int(day))).weekday() for day in days]]
        drift = np.cumsum(self.chance.normal(0.001, 0.02, age.shape), axis=0)
        noise = self.chance.normal(0, 0.2, age.shape) + self.chance.normal(0, 0.03, (len(days), 1))
        true = self.chance.poisson(self.rate * launched * week[:, None] * np.exp(drift + noise))
        true[age < 0] = 0
        self.before = (self.rate * np.clip(-PAST - self.born, 0, 500) * 0.6).astype(np.int64)
        return true.astype(np.int64)


def _cohort(created: datetime) -> str:
    """Return the half-year of a creation by its last month; years, in the beginning."""
    if (created.year, created.month) < (2022, 4):
        return "2022-03"
    return f"{created.year}-12" if created.year < 2024 or created.month > 6 else f"{created.year}-06"
