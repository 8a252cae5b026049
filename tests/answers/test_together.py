"""What is asked together with other questions is answered as it is alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests import planted
from tracker.answers import ask, measure
from tracker.answers.ancestry.below import descendants
from tracker.answers.ancestry.foreseen import foresee
from tracker.answers.shares import share
from tracker.errors import SettingsError, TooMuch
from tracker.pages.drawing import Studio
from tracker.pages.site.build import Options, Site
from tracker.registry import definitions
from tracker.sql import together
from tracker.sql.together import Together
from tracker.store import Published

REGISTRY = Path(__file__).parents[2] / "data" / "registry"
TEMPORARY = "select count(*) as n from duckdb_tables() where temporary"


def asked(published: Published) -> dict[str, object]:
    """Return the rows of shares under every rule, by what all group, and of two trees."""
    found: dict[str, object] = {}
    for definition in definitions.load(REGISTRY).values():
        for by in ("family", "origin_country", "publisher_country,family"):
            try:
                answer = share(published, definition, by=by, first=date(2026, 8, 1))
            except SettingsError:  # a rule about something else, or of groups of its own
                continue
            found[f"{definition.name} {by}"] = (answer.table.rows, answer.id, answer.notes)
    for name in ("first_gguf", "gguf_uptake"):
        found[name] = measure(published, name, {"least": "1"}).table.rows
    for model in ("Qwen/Qwen3-8B", "meta-llama/Llama-3.1-8B"):
        found[model] = descendants(published, model).table.rows
    return found


def trees(published: Published, names: list[str]) -> list[object]:
    """Return what charts of trees ask of each model."""
    rule = definitions.find(definitions.load(REGISTRY), "default")
    answers = [descendants(published, name) for name in names]
    answers += [ask(published, rule, {"measure": "family_of", "model": name}) for name in names]
    return [(each.id, each.about["rows_id"], each.table.types, each.table.rows, each.notes) for each in answers]


def test_trees_that_are_foreseen_are_those_that_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["Qwen/Qwen3-8B", "meta-llama/Llama-3.1-8B", "erin/merge"]
    others = ["QWEN/qwen3-8b", "Qwen/Qwen3-8B"]
    with planted.published() as published:
        alone, of_others = trees(published, names), trees(published, others)
        with published.together():
            foresee(published, [*names, *others, "nobody/nothing"])
            assert trees(published, others) == of_others
            monkeypatch.setattr(Together, "_cut", lambda *_: pytest.fail("a tree was walked again"))
            assert trees(published, names[:2]) == alone[:2] + alone[3:5]
        assert [len(rows) for _, _, _, rows, _ in alone[:3]] == [6, 2, 0]


def test_answers_are_those_of_questions_asked_alone() -> None:
    with planted.published() as published:
        alone = asked(published)
        with published.together():
            first, again = asked(published), asked(published)
            tables = published.table(TEMPORARY)["n"][0]
        assert first == again == alone and len(alone) > 15
        assert 1 < tables < len(alone) / 2, "what many begin with is there once"
        assert published.table(TEMPORARY)["n"] == [0]
        assert asked(published) == alone


def test_a_statement_that_needs_what_its_table_is_made_of_is_left_as_it_is() -> None:
    tables = "with a as (\n  select 1 as n\n),\nb as (\n  select n from a\n),\nc as (\n  select n from {}\n)\n"
    kept = f"{tables}select n from c"
    with planted.published() as published, published.together():
        assert published.table(kept.format("b"), common="b").rows == [(1,)]
        assert published.table(TEMPORARY)["n"] == [1]
        for sql, common in ((kept.format("a join b using (n)"), "b"), (kept.format("b"), "d"), ("select 1 as n", "b")):
            assert published.table(sql, common=common).rows == [(1,)]
        assert published.table(TEMPORARY + " --")["n"] == [1]


def test_a_table_has_what_statements_name_and_the_months_of_all_of_them() -> None:
    head = (
        "with made as (\n  select (date '2026-01-01' + to_months(range::int))::date as month, range as n, -range as m"
        "\n  from range(9)\n  where month >= $first_month\n),\nmore as (\n  select * from made\n)\n"
    )
    said = "select column_name as name from duckdb_columns() where database_name = 'temp' order by name --"
    with planted.published() as published, published.together():
        for number, (first, output, expected, columns) in enumerate(
            (
                (date(2026, 7, 1), "sum(n)", (21,), ["month", "n"]),
                (date(2026, 9, 1), "sum(n)", (8,), ["month", "n"]),
                (date(2026, 8, 1), "min(m)", (-8,), ["m", "month", "n"]),
                (date(2026, 9, 1), "*", (date(2026, 9, 1), 8, -8), ["m", "month", "n"]),
            )
        ):
            rows = published.table(f"{head}select {output}\nfrom more", {"first_month": first}, common="made").rows
            assert rows == [expected]
            assert published.table(f"{said}{number}")["name"] == columns, "one table, of all months"


def test_long_answers_are_asked_again_and_bound_values_tell_them_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "_SHORT", 2)
    with planted.published() as published, published.together():
        for most in (1, 5, 1, 5):
            assert published.table("select range as n from range($most)", {"most": most}).height == most


def test_what_takes_too_long_is_no_chart_that_has_nothing_to_show(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object, **__: object) -> None:
        raise TooMuch("stopped after 60 seconds")

    with planted.published() as published:
        site = Site(Studio(published, definitions.find(definitions.load(REGISTRY), "default")), Options(), "")
        monkeypatch.setattr(Studio, "draw", slow)
        with pytest.raises(TooMuch):
            site.figure("origins")
