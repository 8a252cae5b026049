"""The contract of every measure: a header, holes that are filled, names that are bound."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from tracker import measures
from tracker.errors import UnknownName

PARTS = sorted(each.name.removesuffix(".sql") for each in (files("tracker.measures") / "parts").iterdir())


def texts() -> dict[str, str]:
    known = {f"measures/{name}": measures.load(name).sql for name in measures.names()}
    known |= {f"parts/{name}": measures.part(name) for name in PARTS}
    assert len(known) > 15, "the rules below would hold for nothing"
    return known


@pytest.mark.parametrize("name", measures.names())
def test_every_measure_says_title_grain_and_unit(name):
    measure = measures.load(name)
    assert measure.title
    assert measure.grain.startswith("one row")
    assert measure.unit
    assert " order by " in measure.sql.replace("\n", " ")


@pytest.mark.parametrize("name", PARTS)
def test_every_part_has_a_title_and_is_used(name):
    head = (files("tracker.measures") / "parts" / f"{name}.sql").read_text(encoding="utf-8")
    assert head.startswith("-- title: ")
    users = "".join(path.read_text(encoding="utf-8") for path in files("tracker.answers").iterdir() if path.is_file())
    assert f'"{name}"' in users or re.sub(r"^(of|based)_.*", r"\1_", name) in users


@pytest.mark.parametrize("name", sorted(texts()))
def test_no_measure_selects_a_star_of_a_published_table(name):
    assert not re.search(r"select \*\s+from (models|lineage|parents|snapshots|counters|nights)\b", texts()[name])


@pytest.mark.parametrize("name", sorted(texts()))
def test_measures_join_on_integers(name):
    joined = re.findall(r"join [^\n]*\n?[^\n]*(?:using \(model_id\)|on [^\n]*\.model_id)", texts()[name])
    assert not joined


def test_a_measure_that_is_not_there_answers_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean share"):
        measures.load("shar")


def test_fill_keeps_the_depth_and_drops_what_is_empty():
    sql = "with a as (\n  {inner}\n)\n{nothing}\nselect {x} from a\n"
    filled = measures.fill(sql, {"inner": "select 1 as {x}\nfrom b\n", "nothing": "", "x": "n"})
    assert filled == "with a as (\n  select 1 as n\n  from b\n)\nselect n from a\n"


def test_a_hole_without_a_part_is_an_error():
    with pytest.raises(KeyError, match="inner"):
        measures.fill("select {inner}", {})


def test_only_what_is_bound_is_handed_over():
    assert measures.bound("select $a, $b_1", {"a": 1, "b_1": 2, "c": 3}) == {"a": 1, "b_1": 2}
    with pytest.raises(KeyError):
        measures.bound("select $a", {})


def test_renamed_values_let_two_queries_stand_together():
    assert measures.renamed("select $a, $a_b", "_1") == "select $a_1, $a_b_1"
