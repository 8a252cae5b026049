"""Who counts where: the two written rules on laboratories and collectives, as the registry that ships applies them."""

from __future__ import annotations

from datetime import date

import pytest

from tracker import registry

LABORATORIES = {
    "naver": "KR",
    "megagonlabs": "JP",
    "TRI-ML": "JP",
    "jasperai": "US",
    "docling-project": "US",
    "intfloat": "US",
    "google": "US",
    "microsoft": "US",
    "facebook": "US",
    "DAMO-NLP-SG": "CN",
    "SeaLLMs": "CN",
    "huawei-noah": "CN",
    "MBZUAI-Paris": "AE",
    "CohereLabs": "CA",
}
BOUGHT = {
    "argilla": ("2024-06-12", "ES", "2024-06-13", "US"),
    "ggml-org": ("2026-02-19", "BG", "2026-02-20", "US"),
    "jinaai": ("2025-10-08", "DE", "2025-10-09", "US"),
    "InstaDeepAI": ("2020-01-01", "GB", "2026-01-01", "GB"),
    "Graphcore": ("2020-01-01", "GB", "2026-01-01", "GB"),
}
INTERNATIONAL = ("EleutherAI", "bigscience", "bigcode", "masakhane", "SEACrowd", "mlx-community")
LED = {"laion": "DE", "espnet": "US", "speechbrain": "CA", "EuroBERT": "FR", "lmsys": "US"}


@pytest.fixture(scope="module")
def ships():
    return registry.load()


def country(ships, namespace, day="2026-11-29"):
    return ships.publisher(namespace, date.fromisoformat(day)).country


@pytest.mark.parametrize(("namespace", "parent"), LABORATORIES.items())
def test_a_laboratory_counts_with_its_parent_wherever_it_sits(ships, namespace, parent):
    assert country(ships, namespace) == parent


@pytest.mark.parametrize(("namespace", "history"), BOUGHT.items())
def test_a_company_counts_with_its_buyer_once_it_is_a_part_of_it(ships, namespace, history):
    before, own, after, then = history
    assert (country(ships, namespace, before), country(ships, namespace, after)) == (own, then)


@pytest.mark.parametrize("namespace", INTERNATIONAL)
def test_a_collective_of_several_countries_has_none_even_where_it_is_registered(ships, namespace):
    assert country(ships, namespace) == registry.UNKNOWN


@pytest.mark.parametrize(("namespace", "seat"), LED.items())
def test_a_collective_that_one_institution_leads_counts_with_that(ships, namespace, seat):
    assert country(ships, namespace) == seat
