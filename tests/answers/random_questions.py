"""Questions as they may be asked: any command, definition and switch, drawn from a seed."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import tracker
from tracker.answers import Answer
from tracker.errors import SettingsError
from tracker.words import CHOICES, COUNTERS, COUNTRIES, GROUPS, LISTS, STEPS, VARIANTS

# each as often as it stands here: a comparison asks a share under every definition and costs as much as four
KINDS = (
    *("share",) * 14, *("trend",) * 8, *("top",) * 8, *("lineage",) * 6, *("measure",) * 6, *("publisher",) * 3,
    *("diff",) * 2, "compare",
)  # fmt: skip
SWITCHES = ("edge", "credit", "mirrors", "two_origin", "own_organization", "removed", "counter", "time_axis")
WHERE = ("publisher_country=US", "relation=finetune", "family=Qwen", "task=text-generation", "region=Asia")
MEASURES = ("attention", "concentration", "licenses", "sizes", "largest_release")


class Draw:
    """One question; asking it again asks the same."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._names: dict[str, str] = {}

    def ask(self, copy: tracker.Copy) -> Answer | None:
        """Answer the question; None where its choices do not go together."""
        chance = random.Random(self.seed)
        try:
            answer: Answer = getattr(self, f"_{chance.choice(KINDS)}")(copy, chance)
        except SettingsError:
            return None
        return answer

    @staticmethod
    def _rule(copy: tracker.Copy, chance: random.Random, measure: str = "share") -> dict[str, Any]:
        names = sorted(name for name, each in copy.definitions().items() if each.measure == measure)
        switches = {name: chance.choice(CHOICES[name]) for name in chance.sample(SWITCHES, chance.randint(0, 3))}
        return {"definition": chance.choice(["default", *names]), **switches}

    def _share(self, copy: tracker.Copy, chance: random.Random) -> Answer:
        year = copy.facts.snapshot_date.year
        first = chance.choice([None, date(year - 1, 1, 1), date(year, 6, 1)])
        if chance.random() < 0.2:
            return copy.share(by=chance.choice(GROUPS), crossings=True, where=self._where(chance))
        by = chance.sample(GROUPS, chance.choice((1, 1, 2))) if chance.random() < 0.9 else None
        rows = chance.choice((None, None, 3))
        return copy.share(by=by, first=first, rows=rows, where=self._where(chance), **self._rule(copy, chance))

    def _where(self, chance: random.Random) -> list[str]:
        return chance.sample(WHERE, chance.choice((0, 0, 1, 2)))

    def _axes(self, chance: random.Random) -> dict[str, Any]:
        of = chance.sample(list(LISTS), chance.choice((1, 1, 2)))
        drawn = {"of": of, "by": chance.choice(list(COUNTERS)), "where": self._where(chance)}
        return drawn | {"country": chance.choice(COUNTRIES)}

    def _trend(self, copy: tracker.Copy, chance: random.Random) -> Answer:
        axes = self._axes(chance)
        flow = chance.random() < 0.3 and axes["by"] == "downloads"
        rule = self._rule(copy, chance) if chance.random() < 0.6 else {}
        rows, more = chance.choice([1, 3, 10]), chance.choice(("", "", "crossings", "since_release"))
        told = {more: True} if more and not flow else {}
        return copy.trend(**axes, flow=flow, every=chance.choice(STEPS), rows=rows, **told, **rule)

    def _top(self, copy: tracker.Copy, chance: random.Random) -> Answer:
        rule = self._rule(copy, chance) if chance.random() < 0.6 else {}
        return copy.top(**self._axes(chance), rows=chance.choice([1, 5, 20]), **rule)

    def _compare(self, copy: tracker.Copy, chance: random.Random) -> Answer:
        return copy.compare(by=chance.choice(["family", "line", "developer", "origin_country"]))

    def _diff(self, copy: tracker.Copy, chance: random.Random) -> Answer:
        nights = copy.published.query("select snapshot_date from nights order by 1")["snapshot_date"].to_list()
        return copy.diff(*chance.sample(nights, 2), rows=chance.choice([1, 3, 10]))

    def _measure(self, copy: tracker.Copy, chance: random.Random) -> Answer:
        return copy.measure(chance.choice(MEASURES))

    def _lineage(self, copy: tracker.Copy, chance: random.Random) -> Answer:
        down = chance.random() < 0.5
        name = self._one_of(copy, "parent_id" if down else "model_id")
        return copy.lineage(name, down=down, variant=chance.choice(VARIANTS))

    def _publisher(self, copy: tracker.Copy, chance: random.Random) -> Answer:
        return copy.publisher(self._one_of(copy, "parent_publisher"), limit=chance.choice([1, 20]))

    def _one_of(self, copy: tracker.Copy, column: str) -> str:
        """Return a name that stands in this column of `parents`, the more often the likelier; it is drawn once."""
        if column not in self._names:
            names = f"select {column} as name, model_id from parents where parent_is_hub_id and parent_publisher <> ''"
            names += " and parent_key is not null" * (column == "parent_publisher")  # who has a model of his own
            order = f"md5(name || model_id || {self.seed}), name"
            found = copy.published.query(f"select name from ({names}) order by {order} limit 1")["name"]
            self._names[column] = str(found[0])
        return self._names[column]
