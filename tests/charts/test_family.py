"""One family's line: the leader or the one that is named, its peak and its passing."""

from __future__ import annotations

import pytest

from tests import planted as copies
from tests.charts import made
from tests.charts.legible import assert_legible
from tests.charts.made import planted
from tracker import charts
from tracker.errors import SettingsError, UnknownName
from tracker.pages.drawing import Studio
from tracker.registry.definitions import find


@pytest.mark.parametrize("months", [1, 3, 6, 40])
@pytest.mark.parametrize("families", [1, 3, 300])
def test_the_line_is_legible(months: int, families: int) -> None:
    names = [*made.FAMILIES, *(f"Family {at}" for at in range(300))][:families]
    for log in (False, True):
        assert_legible(made.draw("family", made.shares(months, names), about=made.facts(log=log)))


@pytest.mark.parametrize("name", made.STRANGE)
def test_a_strange_name_is_legible(name: str) -> None:
    about = made.facts(chosen=name, origin_of={name: "CN"})
    assert_legible(made.draw("family", made.shares(9, made.STRANGE), about=about))


def months(*shares: float) -> dict[str, dict[str, float]]:
    """Return months up to October 2026 with these shares of Qwen, the rest Llama's."""
    last = len(shares)
    return {made.month(last - at): {"Qwen": share, "Llama": 1 - share} for at, share in enumerate(shares)}


def test_the_leader_is_drawn_unless_another_is_named() -> None:
    frame = planted(months(0.6, 0.6, 0.6, 0.6, 0.6), 900)
    assert made.draw("family", frame).question == "What share of new derivatives is built on Qwen?"
    other = made.draw("family", frame, about=made.facts(chosen="Llama"))
    assert other.question == "What share of new derivatives is built on Llama?" and other.data["family"][0] == "Llama"


@pytest.mark.parametrize(
    ("shares", "title"),
    [
        ((0.5, 0.7, 0.7, 0.6, 0.55), "Qwen peaked at 70% in July 2026 and stands at 55%"),
        ((0.5, 0.5, 0.7, 0.6, 0.69), "Qwen gains 19 points since June 2026"),
        ((0.3, 0.4, 0.6, 0.6, 0.65), "Qwen passed Llama in August 2026 and leads with 65%"),
        ((0.6, 0.6, 0.6, 0.6, 0.6), "Share of new derivatives built on Qwen"),
    ],
    ids=["peak", "gain", "passed", "quiet"],
)
def test_titles_are_earned(shares: tuple[float, ...], title: str) -> None:
    assert made.draw("family", planted(months(*shares), 2_000)).title == title


def test_a_peak_of_one_month_is_none() -> None:
    """One month may be large by chance, so a month beside it must be as well."""
    frame = planted(months(0.55, 0.55, 0.7, 0.55, 0.55), 2_000)
    figure = made.draw("family", frame)
    assert "peaked" not in figure.title
    assert not [text for text in figure.plot(840.0).texts() if "peak" in text.text]


def test_peak_and_passing_are_marked_apart() -> None:
    frame = planted(months(0.3, 0.4, 0.6, 0.8, 0.8, 0.7, 0.65, 0.62), 5_000)
    figure = made.draw("family", frame)
    texts = [text.text for text in figure.plot(840.0).texts()]
    assert "peak 80.0%, Jun 2026" in texts and "passes Llama," in texts
    assert_legible(figure)


def test_only_names_the_family_of_a_copy() -> None:
    with copies.published() as published:
        studio = Studio(published, find(published.definitions(), "default"))
        chosen = studio.draw(charts.find("family"), {"only": ("llama",)})
        assert "built on Llama" in chosen.figure.question
        assert "only" not in chosen.answer.parameters, "the others are drawn as well"
        with pytest.raises(UnknownName, match="Llama"):
            studio.draw(charts.find("family"), {"only": ("Lama",)})
        with pytest.raises(SettingsError, match="give --only once"):
            studio.draw(charts.find("family"), {"only": ("Llama", "Qwen")})
