"""Answers, checks and the claims ledger on the Hub's top models of September 2024, as recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests.real import recorded
from tracker import answers, checks, claims, pipeline, registry, store
from tracker.registry import definitions
from tracker.scope import Scope
from tracker.settings import Settings

NIGHT = date(2024, 9, 20)
DEFINITIONS = definitions.load(registry.default_directory())


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[store.Published]:
    from tests.conftest import write_nights
    from tracker.demo import hub_process

    folder = tmp_path_factory.mktemp("top")
    with hub_process(replay=write_nights(folder / "hub", {NIGHT: recorded.enochlev()})) as hub:
        settings = Settings(data_dir=folder / "data", endpoint=hub.endpoint)
        pipeline.update(settings, scope=Scope("full"), snapshot_date=NIGHT, force=True)
    with store.open_published(folder / "data") as handle:
        yield handle


def test_every_claim_is_judged_and_says_what_it_needs(published: store.Published) -> None:
    known = claims.load(registry.default_directory())
    answer = claims.evaluate(published, known, DEFINITIONS)
    assert answer.frame["id"].to_list() == [claim.id for claim in known]
    assert set(answer.frame["verdict"]) <= set(claims.VERDICTS)
    # a list of the most downloaded is no whole Hub, so nothing may be called reproduced by it
    assert set(answer.frame["verdict"]) == {"cannot"}
    assert answer.frame["why"].str.starts_with("needs ").all()
    assert answer.about["synthetic"] is False


def test_the_same_claims_are_computed_where_the_copy_is_taken_for_the_whole_hub(published: store.Published) -> None:
    known = claims.load(registry.default_directory())
    answer = claims.evaluate(published, known, DEFINITIONS, whole_hub=0, few=1)
    assert set(answer.frame["verdict"]) <= set(claims.VERDICTS)
    assert answer.frame.filter(answer.frame["verdict"] == "cannot")["why"].str.starts_with("needs ").all()


def test_the_published_copy_passes_every_check(published: store.Published) -> None:
    assert [str(finding) for finding in checks.run(published)] == []


@pytest.mark.parametrize("name", sorted(name for name, rule in DEFINITIONS.items() if rule.measure == "share"))
def test_shares_of_real_derivatives(published: store.Published, name: str) -> None:
    """The recording has no days of creation, so what is there is counted as a stock."""
    definition = DEFINITIONS[name].override(time_axis="stock")
    answer = answers.share(published, definition)
    assert answer.frame["derivatives"].sum() > 0
    assert published.query(answer.sql).equals(answer.frame)
    if definition.credit == "fractional":
        assert answer.frame["share"].sum() == pytest.approx(1)
