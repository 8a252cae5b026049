"""Names as people write them: any case, countries in English; else the nearest ones."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests import planted
from tracker.answers import Axes, compare, names, share, top, trend
from tracker.errors import AmbiguousName, UnknownName

SEPTEMBER = {"first": date(2026, 9, 1), "until": date(2026, 9, 30)}


@pytest.mark.parametrize(
    ("by", "given", "meant"),
    [
        ("family", "qwen", "Qwen"),
        ("family", "UNREVIEWED", "unreviewed"),
        ("line", "qWEN3", "Qwen3"),
        ("developer", "alibaba cloud", "Alibaba Cloud"),
        ("origin_country", "cn", "CN"),
        ("origin_country", "China", "CN"),
        ("origin_country", "united states", "US"),
        ("publisher_country", "france", "FR"),
        ("origin_country", "usa", "US"),
        ("region", "asia", "Asia"),
        ("publisher", "CAROL", "carol"),
        ("publisher_organization", "mistral ai", "Mistral AI"),
        ("base_publisher", "alibaba CLOUD", "Alibaba Cloud"),
        ("library_name", "GGUF", "gguf"),
        ("pipeline_tag", "Text-Generation", "text-generation"),
        ("relation", "Finetune", "finetune"),
    ],
)
def test_a_share_finds_names_in_any_case(published, definition, by, given, meant):
    chosen = definition("default" if by != "base_publisher" else "hf-direct")
    answer = share(published, chosen, by=by, only=[given], **SEPTEMBER)
    assert answer.frame[by].to_list() == [meant]
    assert answer.parameters["only"] == [meant]
    assert published.query(answer.sql).equals(answer.frame)


@pytest.mark.parametrize(
    ("axes", "given", "meant"),
    [
        (Axes("families", "downloads"), "qwen", "Qwen"),
        (Axes("lines", "downloads"), "qwen3", "Qwen3"),
        (Axes("developers", "likes"), "META", "Meta"),
        (Axes("countries", "downloads"), "China", "CN"),
        (Axes("countries", "downloads", country="publisher"), "united States", "US"),
        (Axes("publishers", "downloads"), "QWEN", "Qwen"),
        (Axes("models", "downloads"), "qwen/qwen3-8b", "Qwen/Qwen3-8B"),
        (Axes("models", "derivatives"), "qwen/qwen3-8b", "Qwen/Qwen3-8B"),
    ],
)
@pytest.mark.parametrize("ask", [top, trend])
def test_rankings_and_trends_do_too(published, definition, ask, axes, given, meant):
    answer = ask(published, definition(), axes, only=[given])
    assert set(answer.frame[axes.column]) == {meant}
    assert published.query(answer.sql).equals(answer.frame)


def test_so_does_a_comparison(published, definition):
    assert compare(published, [definition()], by="origin_country", only=["china"]).frame["origin_country"][0] == "CN"


def test_the_filters_of_a_definition_are_names_as_well(published, definition):
    listed = share(published, definition("default+denominator=listed+listed=qwen, LLAMA"), **SEPTEMBER)
    assert listed.denominator.endswith("(Qwen, Llama)") and listed.frame["share"][0] == 3.5 / 6
    assert listed.definition == "default+denominator=listed+listed=Qwen,Llama"
    library = share(published, definition("default+universe=library:PEFT"), **SEPTEMBER)
    assert library.frame["derivatives"].to_list() == [1]
    for change, nearest in (
        ("denominator=listed+listed=Qwn", "Qwen"),
        ("universe=library:pefd", "peft"),
        ("universe=pipeline:text-generations", "text-generation"),
    ):
        with pytest.raises(UnknownName, match=f"did you mean {nearest}"):
            share(published, definition(f"default+{change}"), **SEPTEMBER)


@pytest.mark.parametrize(
    ("ask", "given", "nearest"),
    [("origin_country", "Chna", "China"), ("family", "quen", "Qwen"), ("publisher_country", "Untied States", "United")],
)
def test_what_is_not_there_is_answered_with_the_nearest(published, definition, ask, given, nearest):
    with pytest.raises(UnknownName, match=f"did you mean {nearest}"):
        share(published, definition(), by=ask, only=[given], **SEPTEMBER)


@pytest.mark.parametrize("name", ["unknown", "Unreviewed"])
def test_what_has_no_name_is_always_known(published, definition, name):
    empty = share(published, definition("default+universe=library:peft"), only=[name], **SEPTEMBER)
    assert empty.frame.is_empty() and empty.notes[0].startswith(f"no rows: nothing of {name.lower()} is counted")


def test_a_name_that_fits_several_says_so():
    with planted.altered("update models set publisher = 'Carol' where model_id = 'dave/lora'") as published:
        assert names.resolve(published, "publisher", ["Carol", "carol"]) == ("Carol", "carol")
        with pytest.raises(AmbiguousName, match="'CAROL' may be 2 names of a publisher: Carol, carol; write one"):
            names.resolve(published, "publisher", ["CAROL"])


def test_one_thing_under_two_names_is_one_row(published, definition):
    given: Any = ["CN", "china", "China"]
    assert share(published, definition(), by="origin_country", only=given, **SEPTEMBER).parameters["only"] == ["CN"]


def test_a_name_may_hold_what_stands_between_names(definition):
    """A library is named by strangers, and `a|b` is one name."""
    with planted.altered("update models set library_name = 'a|b' where library_name = 'peft'") as published:
        libraries = Axes("libraries", "downloads")
        for answer in (
            top(published, definition(), libraries, only=["a|b", "GGUF"]),
            trend(published, definition(), libraries, only=["a|b", "gguf"], first=planted.SNAPSHOT),
            share(published, definition(), by="library_name", only=["a|b", "gguf"], **SEPTEMBER),
        ):
            assert set(answer.table["library_name"]) == {"a|b", "gguf"}
            again = published.query(answer.sql)
            assert again.rows() == answer.frame.select(again.columns).rows()


@pytest.mark.parametrize(
    ("by", "given", "says"),
    [
        ("family", "qwen3", "qwen3 is the line Qwen3, not a family; ask `tracker share Qwen3 --by line`"),
        ("family", "China", "China is the country CN, not a family; ask `tracker share CN --by origin_country`"),
        ("origin_country", "Meta", "not a country; ask `tracker share Meta --by developer`"),
        (
            "line",
            "carol/tune",
            "the model carol/tune, not a line; ask `tracker lineage carol/tune --down`",
        ),
    ],
)
def test_a_name_of_something_else_says_what_it_is(published, definition, by, given, says):
    with pytest.raises(UnknownName) as told:
        share(published, definition(), by=by, only=[given], **SEPTEMBER)
    assert says in str(told.value)
