"""A day on which downloads are counted otherwise is told wherever a series of downloads crosses it, and only there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.registry_folder import add_row
from tests.store.nights import land, model, night, small_registry, update
from tracker import registry, store
from tracker.answers import Answer, Axes, trend
from tracker.settings import Settings

BEFORE, AFTER = date(2026, 11, 2), date(2026, 11, 5)
RULE = {"kind": "changed rule", "files": "*.json", "change": "requests for *.json count too"}
RULES = [
    {**RULE, "changed_on": "2026-11-03", "library": "NeMo"},
    {**RULE, "changed_on": "2026-09-20", "library": "nemo", "kind": "new rule"},
    {**RULE, "changed_on": "2026-11-03", "library": "all", "kind": "policy", "files": "", "change": "a country is out"},
    {**RULE, "changed_on": "2026-11-04", "library": "seldom"},
    *({**RULE, "changed_on": "2026-11-04", "library": f"often-{number}"} for number in range(5)),
]
# of Qwen a half is of the library nemo; of Llama nothing is
MODELS = [
    model("Qwen/Qwen3-8B", 1, downloads_30d=1000, library_name="transformers"),
    model("tuner/qwen-nemo", 2, downloads_30d=1000, library_name="nemo", parents={(1, "Qwen/Qwen3-8B"): "finetune"}),
    model("meta-llama/Llama-3.1-8B", 3, downloads_30d=5000, library_name="transformers"),
    *(
        model(f"tuner/llama-{number}", 10 + number, downloads_30d=100, library_name=f"often-{number}",
              parents={(3, "meta-llama/Llama-3.1-8B"): "finetune"})
        for number in range(5)
    ),
    model("tuner/llama-seldom", 20, downloads_30d=1, library_name="seldom",
          parents={(3, "meta-llama/Llama-3.1-8B"): "finetune"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[store.Published]:
    place = tmp_path_factory.mktemp("counted")
    folder = small_registry(place / "registry").directory
    shutil.copy(registry.default_directory() / "definitions.csv", folder)
    (folder / "counting_rules.csv").write_text(",".join(registry.FILES["counting_rules.csv"].columns) + "\n")
    for row in RULES:
        add_row(folder, "counting_rules", **row)
    settings = Settings(data_dir=place / "data", memory_limit="1GB", threads=2)
    for number in range(5):
        grown = [{**each, "downloads_all_time": 1000 + 10 * number} for each in MODELS]
        update(settings, registry.load(folder), land(settings.data_dir, night(number), grown))
    with store.open_published(settings.data_dir) as published:
        yield published


def asked(
    published: store.Published, of: str = "families", by: str = "downloads", flow: bool = False, **named
) -> Answer:
    period = {"first": BEFORE, "until": AFTER} | named
    return trend(published, published.definitions()["default"], Axes(of, by, flow=flow), **period)


def told(answer: Answer) -> list[str]:
    return [note for note in answer.notes if "counted otherwise" in note or "changes of counting" in note]


POLICY = "since 2026-11-03 downloads are counted otherwise: a country is out (policy, https://example.org/page)"
NEMO = (
    "since 2026-11-03 downloads of NeMo ({}) are counted otherwise: requests for *.json count too "
    "(changed rule, https://example.org/page)"
)


def test_what_concerns_the_groups_shown_is_told_with_its_share(counted: store.Published) -> None:
    assert told(asked(counted, only=["Qwen"])) == [POLICY, NEMO.format("50.0% of those shown")]
    everything = told(asked(counted))
    assert NEMO.format("13.3% of those shown") in everything and POLICY in everything
    assert everything[-1] == "3 more changes of counting concern libraries of those shown: see counting_rules"
    assert len(everything) == 5 and not any("seldom" in note for note in everything)


def test_groups_that_have_none_of_a_library_are_told_nothing_of_it(counted: store.Published) -> None:
    found = told(asked(counted, only=["Llama"]))
    assert POLICY in found and not any("NeMo" in note for note in found)
    assert [note for note in told(asked(counted, "countries", only=["CN"])) if "NeMo" in note]
    assert not [note for note in told(asked(counted, "countries", only=["US"])) if "NeMo" in note]


def test_where_the_rows_tell_no_library_the_share_is_of_all(counted: store.Published) -> None:
    assert NEMO.format("13.3% of those shown") in told(asked(counted, "publishers"))


def test_a_period_without_the_day_and_another_counter_say_nothing(counted: store.Published) -> None:
    assert told(asked(counted, until=date(2026, 11, 2), only=["Qwen"])) == []
    assert NEMO.format("50.0% of those shown") in told(asked(counted, first=date(2026, 11, 4), only=["Qwen"]))
    later = told(asked(counted, first=date(2026, 11, 4), only=["Qwen"], flow=True))
    assert later == [], "a flow has no window that a change would show in for a month"
    assert told(asked(counted, by="likes")) == []
    assert told(asked(counted, by="derivatives")) == []


def test_a_flow_says_so_as_well(counted: store.Published) -> None:
    assert POLICY in asked(counted, flow=True, only=["Qwen"]).notes


def test_the_copy_has_each_change_with_what_it_concerns(counted: store.Published) -> None:
    rows = counted.table("select library, changed_on, models, downloads_30d from counting_rules order by number").rows
    assert [*rows[0]] == ["nemo", date(2026, 9, 20), 1, 1000]
    assert ("all", date(2026, 11, 3), len(MODELS), 7501) in rows
    credited = counted.table("select library, family, downloads_30d_credit / 1e9 from counted_libraries order by 1, 2")
    assert ("nemo", "Qwen", 1000) in credited.rows and len(credited.rows) == 7


def test_a_copy_of_before_they_were_told_has_no_note(counted: store.Published, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted, "has", lambda table: table != "counting_rules")
    assert told(asked(counted)) == []


def test_a_registry_without_the_file_publishes_an_empty_table(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", memory_limit="1GB", threads=2)
    update(settings, small_registry(tmp_path / "registry"), land(settings.data_dir, night(0), MODELS))
    with store.open_published(settings.data_dir) as published:
        assert published.table("from counting_rules").rows == []
        assert published.table("from counted_libraries").rows == []
