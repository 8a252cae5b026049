"""Twelve questions of a journalist and an analyst: each by at most two commands, each figure confirmed by plain SQL.

What is sent to them, a single file, an exported folder or a data set, answers with the same rows and ids.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests import planted
from tests.command_line import called, tracker
from tests.registry_folder import write_registry
from tests.store.nights import land, model, update
from tracker import registry
from tracker.settings import Settings

MONTH, YEAR_AGO = "2026-10", "2025-10"
DERIVED = "l.status <> 'root' and l.model_key = m.model_key"

Rows = list[dict[str, Any]]
Ask = Callable[..., Rows]


LEADS = ("share", "--crossings")
CHINA = ("share", "China", "United States", "--by", "origin_country", "--crossings")
BELOW = ("lineage", "deepseek-ai/deepseek-r1", "--down", "--variant")
LABS = ("share", "US", "--by", "origin_country,developer", "--month")
QUANTIZED = ("share", "Qwen", "--where", "relation=quantized", "--month", MONTH)
MOST_USED = ("top", "-n", "11")
CLAIM = ("claims", "F27")
WEEK = ("diff", "--week", "-n", "5")
BEHIND = (
    "share",
    "--by",
    "publisher,publisher_country",
    "--where",
    "family=Qwen",
    "--set",
    "time_axis=stock",
    "-n",
    "10",
)
PUBLISHER = ("lineage", "--publisher", "qwen", "--limit", "3")
MERGES = ("share", "--where", "relation=merge", "--set", "credit=full", "--month", MONTH)
FIRST_LOOK = (("share", "--month", "2026-09"), ("top", "--of", "models"))

MERGED = "select model_id, root_id, weight from lineage where relation = 'merge' and weight < 1 order by 1, 3 desc, 2"


@pytest.fixture
def ask(demo_folder: Path) -> Ask:
    """Ask one command and return its rows; its SQL must give the same ones, and it must have an id."""
    return lambda *command: asked(demo_folder, *command)


def asked(copy: Path, *command: str) -> Rows:
    answer = told(copy, *command)
    if command[0] != "sql":
        assert len(answer["about"]["id"]) == len(answer["about"]["rows_id"]) == 32
    if command[0] not in ("sql", "claims", "lineage"):
        assert told(copy, "sql", answer["sql"])["rows"] == answer["rows"]
    rows: Rows = answer["roots"] if "roots" in answer else answer["rows"]
    return rows


@cache  # nobody changes a copy here
def told(copy: Path, *command: str) -> dict[str, Any]:
    done = called(*command, "--json", "--data-dir", str(copy))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def sums(ask: Ask, column: str, *conditions: str, of: str = "lineage as l, models as m") -> dict[str, dict[str, float]]:
    """Return by plain SQL the new derivatives of each month and name of a column, by weight."""
    where = " and ".join((DERIVED, *conditions))
    rows = ask(
        "sql",
        f"select strftime(m.created_month, '%Y-%m') as month, {column} as name, sum(l.weight) as value "
        f"from {of} where {where} group by all order by all",
    )
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        found.setdefault(row["month"], {})[row["name"]] = row["value"]
    return found


def named(values: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in values.items() if name not in ("unknown", "unreviewed")}


def largest(values: dict[str, float]) -> str:
    return max(named(values), key=lambda name: values[name])


def test_1_who_leads_this_month_and_since_when(ask: Ask) -> None:
    lead = [row for row in ask(*LEADS) if row["kind"] == "leads"][-1]
    months = sums(ask, "l.family")
    order = [month for month in sorted(months) if month <= MONTH]
    assert lead["until"] == MONTH and lead["first"] == largest(months[MONTH]) == "Qwen" and lead["is_stated"]
    led = [month for month in order if month >= lead["since"]]
    assert {largest(months[month]) for month in led} == {"Qwen"} and len(led) == lead["lasted"]
    assert largest(months[order[order.index(lead["since"]) - 1]]) != "Qwen"


def test_2_when_did_china_pass_the_united_states(ask: Ask) -> None:
    rows = ask(*CHINA)
    (passed,) = (row for row in rows if row["kind"] == "passes")
    months = sums(ask, "l.origin_country")
    behind = [month for month in sorted(months) if months[month].get("US", 0) > months[month].get("CN", 0)]
    assert (passed["first"], passed["second"], passed["why"]) == ("CN", "US", "for good")
    assert passed["since"] == min(month for month in months if month > behind[-1])


@pytest.fixture(scope="module")
def distilled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which R1 has a derivative, and a distill of it that is by its weights a Llama has one as well."""
    r1, distill, llama = (
        "deepseek-ai/DeepSeek-R1",
        "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
        "meta-llama/Llama-3.1-8B",
    )
    folder = tmp_path_factory.mktemp("distilled")
    write_registry(
        folder / "registry",
        organizations=[{"namespace": "deepseek-ai", "organization": "DeepSeek", "country": "CN"},
                       {"namespace": "meta-llama", "organization": "Meta"}],
        families=[{"line": "DeepSeek", "developer": "DeepSeek"}, {"line": "Llama", "developer": "Meta"}],
        roots=[{"pattern": r1, "line": "DeepSeek"}, {"pattern": "meta-llama/*", "line": "Llama"}],
        overrides=[{"model_id": distill, "parent_id": r1, "role": "teacher", "relation": "finetune"}],
    )  # fmt: skip
    models = [
        model(r1, 1), model(llama, 2), model(distill, 3, parents=[(2, llama)]),
        model("ann/R1-tuned", 4, parents=[(1, r1)]), model("bob/R1-Distill-GGUF", 5, parents=[(3, distill)]),
    ]  # fmt: skip
    settings = Settings(data_dir=folder / "data", memory_limit="1GB", threads=2)
    update(settings, registry.load(folder / "registry"), land(settings.data_dir, date(2026, 11, 1), models))
    return settings.data_dir


@pytest.mark.parametrize(("variant", "models"), [("default", 1), ("teacher", 3)])
def test_3_what_is_built_on_deepseek_r1_by_weights_and_by_teacher(distilled: Path, variant: str, models: int) -> None:
    rows = asked(distilled, *BELOW, variant)
    plain = asked(
        distilled, "sql",
        f"select model_id from lineage_of('{variant}') "
        "where root_id = 'deepseek-ai/DeepSeek-R1' and depth > 0 order by 1",
    )  # fmt: skip
    assert sorted(row["model_id"] for row in rows) == [row["model_id"] for row in plain]
    assert len(rows) == models


def test_4_which_us_labs_lost_share_in_a_year(ask: Ask) -> None:
    before, after = ({row["developer"]: row["share"] for row in ask(*LABS, month)} for month in (YEAR_AGO, MONTH))
    every = sums(ask, "l.developer")
    ours = sums(ask, "l.developer", "l.origin_country = 'US'")
    lost = {name for name in before if after.get(name, 0) < before[name]}
    assert lost == {
        name
        for name, value in ours[YEAR_AGO].items()
        if ours[MONTH].get(name, 0) / sum(every[MONTH].values()) < value / sum(every[YEAR_AGO].values())
    }
    assert "Meta" in lost


def test_5_qwens_share_among_quantized_models(ask: Ask) -> None:
    (row,) = ask(*QUANTIZED)
    month = sums(ask, "l.family", "m.relation = 'quantized'")[MONTH]
    assert row["share"] == pytest.approx(month["Qwen"] / sum(month.values())) and row["low"] <= row["share"] < 1


def most_used(ask: Ask) -> list[str]:
    return [row["family"] for row in ask(*MOST_USED) if row["family"] not in ("unknown", "unreviewed")][:10]


def licences(families: list[str]) -> tuple[str, ...]:
    filters = [word for name in families for word in ("--where", f"family={name}")]
    return ("top", "--of", "families,licenses", *filters, "-n", "1000")


def test_6_licences_of_the_ten_most_used_families(ask: Ask) -> None:
    families = most_used(ask)
    rows = ask(*licences(families))
    plain = ask(
        "sql",
        "select l.family, coalesce(m.license, 'undeclared') as license, sum(l.weight * m.downloads_30d) as value "
        "from lineage as l join models as m using (model_key) where m.removed_at is null group by all order by all",
    )
    expected = {
        (row["family"], row["license"]): pytest.approx(row["value"])
        for row in plain
        if row["family"] in families and row["value"]
    }
    assert {(row["family"], row["license"]): row["value"] for row in rows} == expected
    assert len({row["family"] for row in rows}) == 10


def test_7_is_the_63_per_cent_true(ask: Ask) -> None:
    (row,) = ask(*CLAIM)
    assert (row["verdict"], row["why"]) == ("cannot", "needs the real Hub; this copy is synthetic demo data")
    (point,) = row["points"]
    for figure in (point, point["lowest"], point["highest"]):
        assert ask("sql", figure["sql"])[0]["value"] == pytest.approx(figure["ours"])
    assert point["lowest"]["ours"] < point["ours"] <= point["highest"]["ours"]


def test_8_what_changed_this_week(ask: Ask) -> None:
    rows = ask(*WEEK)
    kinds = {row["change"]: row["changes"] for row in rows}
    plain = ask(
        "sql",
        "select kind, count(*) as n from events where snapshot_date > date '2026-11-14' group by all order by all",
    )
    assert {row["kind"]: row["n"] for row in plain} == {
        kind: n for kind, n in kinds.items() if kind not in ("moved", "family moved")
    }
    moved = next(row for row in rows if row["change"] == "moved")
    counted = ask(
        "sql",
        "select snapshot_date, downloads_30d, model_id, "
        "rank() over (partition by snapshot_date order by downloads_30d desc) as r "
        "from snapshots where snapshot_date in ('2026-11-14', '2026-11-21') "
        f"qualify model_id = '{moved['model_id']}' order by 1",
    )
    (before, rank_before), (after, rank) = ((row["downloads_30d"], row["r"]) for row in counted)
    assert (moved["difference"], moved["rank_before"], moved["rank"]) == (after - before, rank_before, rank)
    (of,) = ask("sql", f"select own_family from models where model_id = '{moved['model_id']}'")
    assert moved["growth"] == pytest.approx(after / before - 1) and moved["family"] == of["own_family"]


def test_9_the_ten_publishers_behind_qwens_derivatives_and_from_where(ask: Ask) -> None:
    rows = ask(*BEHIND)
    plain = ask(
        "sql",
        "select m.publisher, m.publisher_country, sum(l.weight) as value, count(distinct m.model_key) as n "
        f"from lineage as l, models as m where {DERIVED} and l.family = 'Qwen' "
        "group by all order by value desc, m.publisher limit 10",
    )
    assert [(row["publisher"], row["publisher_country"]) for row in rows] == [
        (row["publisher"], row["publisher_country"]) for row in plain
    ]
    assert [row["derivatives"] for row in rows] == pytest.approx([row["value"] for row in plain])


def test_10_what_is_built_on_one_publishers_models_by_whom_and_where(ask: Ask) -> None:
    rows = ask(*PUBLISHER)
    below = """
    with recursive below as (
      select model_key from models where publisher = 'Qwen'
      union
      select edges.model_key from below join edges on edges.parent_key = below.model_key
    )
    select count(*) as n, {column} as name
    from models
    where removed_at is null and model_key in (
      select edges.model_key from below join edges on edges.parent_key = below.model_key
    )
    group by all order by n desc, name limit 3
    """
    assert rows[0]["derivatives"] == ask("sql", below.format(column="'all'"))[0]["n"]
    for kind, column in (("by publisher", "publisher"), ("by country", "publisher_country")):
        plain = {row["name"]: row["n"] for row in ask("sql", below.format(column=column))}
        assert {row["name"]: row["derivatives"] for row in rows if row["kind"] == kind} == plain


def test_11_how_the_credit_of_a_merge_is_split(ask: Ask) -> None:
    plain = ask("sql", MERGED)
    one = plain[0]["model_id"]
    rows = ask("lineage", one)
    assert {row["root_id"]: row["weight"] for row in rows} == {
        row["root_id"]: row["weight"] for row in plain if row["model_id"] == one
    }
    assert sum(row["weight"] for row in rows) == pytest.approx(1)
    whole = ask(*MERGES)
    counted = ask(
        "sql",
        f"select l.family, count(distinct m.model_key) as n from lineage as l, models as m where {DERIVED} "
        f"and m.relation = 'merge' and strftime(m.created_month, '%Y-%m') = '{MONTH}' group by all order by all",
    )
    assert {row["family"]: row["derivatives"] for row in whole} == {row["family"]: row["n"] for row in counted}


def test_12_what_a_first_look_showed(published_part: Path) -> None:
    answer = told(published_part, *FIRST_LOOK[0])
    assert answer["denominator"] == "the new derivatives among the 8 most downloaded"
    plain = asked(
        published_part, "sql",
        f"select l.family, sum(l.weight) as value from lineage as l, models as m where {DERIVED} "
        "and m.created_month = date '2026-09-01' group by all order by all",
    )  # fmt: skip
    assert {row["family"]: row["derivatives"] for row in answer["rows"]} == {
        row["family"]: row["value"] for row in plain
    }
    assert {(row["low"], row["high"]) for row in answer["rows"]} == {(None, None)}
    top = asked(published_part, *FIRST_LOOK[1])
    assert len(top) == 8 and top[0]["model_id"] == "Qwen/Qwen3-8B"


@pytest.fixture
def published_part() -> Path:
    """A folder after a first look: the most downloaded models of one night."""
    return planted.folder(scope="top:8")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo without archives: rows of some may not leave under another licence, and what is sent lacks them."""
    place = tmp_path_factory.mktemp("whole")
    done = tracker("demo", "--quiet", "--past", "0", "--models", "3000", "--data-dir", str(place))
    assert done.returncode == 0, done.stderr
    return place / "demo"


@pytest.mark.parametrize("form", ["--single-file", "--to", "--dataset"])
def test_what_is_sent_answers_with_the_same_rows_and_ids(
    form: str, whole: Path, distilled: Path, published_part: Path, tmp_path: Path
) -> None:
    def ask(*command: str) -> Rows:
        return asked(whole, *command)

    merge = ("lineage", ask("sql", MERGED)[0]["model_id"])
    of_the_demo = (
        LEADS, CHINA, (*LABS, YEAR_AGO), (*LABS, MONTH), QUANTIZED, MOST_USED, licences(most_used(ask)), CLAIM, WEEK,
        BEHIND, PUBLISHER, merge, MERGES,
    )  # fmt: skip
    of_r1 = ((*BELOW, "default"), (*BELOW, "teacher"))
    asked_of = ((whole, of_the_demo), (distilled, of_r1), (published_part, FIRST_LOOK))
    for number, (folder, commands) in enumerate(asked_of):
        sent = tmp_path / str(number) / "copy"
        sent.parent.mkdir()
        done = called("export", form, str(sent), "--data-dir", str(folder))
        assert done.returncode == 0, done.stderr
        for command in commands:
            assert told(sent, *command) == told(folder, *command), command
