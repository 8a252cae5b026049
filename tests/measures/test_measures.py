"""The contract of every measure: a header, parameters, holes that are filled, names that are bound."""

from __future__ import annotations

import re
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from tracker import measures
from tracker.cli import COMMANDS
from tracker.errors import SettingsError, TrackerError, UnknownName
from tracker.measures import parameters

PARTS = sorted(path.stem for path in (Path(measures.__file__).parent / "parts").glob("*.sql"))


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


@pytest.mark.parametrize("name", measures.names())
def test_a_measure_declares_what_it_binds_or_names_the_command_that_asks_it(name):
    """No hole is left open, and no parameter is bound that nobody can learn of."""
    measure = measures.load(name)
    if measure.ask:
        assert measure.ask.split()[1] in COMMANDS and not measure.parameters
    else:
        assert measures.bound_names(measure.sql) == sorted(each.name for each in measure.parameters)
        assert "{" not in measure.sql


@pytest.mark.parametrize(
    ("line", "about"),
    [
        ("$model text: its name", ("model", "text", None, "its name")),
        ("$least number = 1e9: at least: this", ("least", "number", "1e9", "at least: this")),
        ("$licenses text = apache-2.0,mit: names", ("licenses", "text", "apache-2.0,mit", "names")),
    ],
)
def test_a_parameter_is_one_header_line(line, about):
    parsed = parameters.parse(line)
    assert (parsed.name, parsed.kind, parsed.default, parsed.help) == about


@pytest.mark.parametrize("line", ["$model: its name", "$model name: its name", "$model text", "$Model text: its name"])
def test_a_header_line_that_is_no_parameter_is_an_error(line):
    with pytest.raises(ValueError, match="write `\\$name kind = default: help`"):
        parameters.parse(line)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "none", None), ("text", "5", "5"), ("number", "1e9", 1e9), ("whole", "12", 12),
        ("day", "2026-10-05", date(2026, 10, 5)), ("night", date(2026, 10, 5), date(2026, 10, 5)),
        ("month", "2026-10", date(2026, 10, 1)), ("month", date(2026, 10, 5), date(2026, 10, 1)),
    ],
)  # fmt: skip
def test_values_are_read_by_their_kind(kind, text, value):
    assert parameters.parse(f"$x {kind}: x").read(text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("number", "many"),
        ("number", "nan"),
        ("whole", "1.5"),
        ("day", "2026-10"),
        ("month", "2026-10-05"),
        ("night", 5),
    ],
)
def test_a_value_of_another_kind_names_parameter_kind_and_default(kind, text):
    with pytest.raises(SettingsError, match=rf"^x is .*, which is no {kind}: x \(.*, default none\): what x is$"):
        parameters.parse(f"$x {kind} = none: what x is").read(text)


@pytest.mark.parametrize("name", PARTS)
def test_every_part_has_a_title_and_is_used(name):
    head = (files("tracker.measures") / "parts" / f"{name}.sql").read_text(encoding="utf-8")
    assert head.startswith("-- title: ")
    users = "".join(path.read_text(encoding="utf-8") for path in Path(str(files("tracker.answers"))).rglob("*.py"))
    folder = Path(measures.__file__).parent
    users += "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.sql"))
    assert f"{{{name}}}" in users or re.sub(r"^(of|based)_.*", r"{\1_", name) in users


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


WHOLE = "-- title: T\n-- grain: one row\n-- unit: u\n-- $x number = 0: x\nselect $x as v order by v\n"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("-- title: T\n", ""), "measure made: its header lacks title: write `-- title: ...`"),
        (("number = 0", "numb = 0"), "is no parameter; write `\\$name kind = default: help`"),
        (("-- $x number = 0: x\n", ""), "its SQL binds \\$x, which its header does not declare"),
        (("select $x", "select 1"), "its header declares \\$x, which its SQL does not bind"),
        (("select $x", "select $x + {made_part}"), "no file fills {made_part}: write tracker/measures/parts/made_part"),
    ],
)
def test_a_wrong_header_is_told_with_what_to_write(tmp_path, monkeypatch, change, told):
    monkeypatch.setattr(measures, "_FOLDER", tmp_path)
    measures.load.cache_clear()
    (tmp_path / "made.sql").write_text(WHOLE, encoding="utf-8")
    assert measures.load("made").sql == "select $x as v order by v\n"
    measures.load.cache_clear()
    (tmp_path / "made.sql").write_text(WHOLE.replace(*change), encoding="utf-8")
    with pytest.raises(TrackerError, match=told):
        measures.load("made")


def test_fill_keeps_the_depth_and_drops_what_is_empty():
    sql = "with a as (\n  {inner}\n)\n{nothing}\nselect {x} from a\n"
    filled = measures.fill(sql, {"inner": "select 1 as {x}\nfrom b\n", "nothing": "", "x": "n"})
    assert filled == "with a as (\n  select 1 as n\n  from b\n)\nselect n from a\n"


def test_a_hole_without_a_part_is_an_error():
    with pytest.raises(KeyError, match="inner"):
        measures.fill("select {inner}", {})


def test_a_hole_takes_the_part_of_its_name_unless_another_is_given():
    assert measures.fill("{join_countries}", {}) == measures.part("join_countries").rstrip()
    assert measures.fill("{join_countries}", {"join_countries": "{other}", "other": "x"}) == "x"


def test_only_what_is_bound_is_handed_over():
    assert measures.bound("select $a, $b_1", {"a": 1, "b_1": 2, "c": 3}) == {"a": 1, "b_1": 2}
    with pytest.raises(KeyError):
        measures.bound("select $a", {})


def test_renamed_values_let_two_queries_stand_together():
    assert measures.renamed("select $a, $a_b", "_1") == "select $a_1, $a_b_1"
