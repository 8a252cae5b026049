"""Tokens, ratings and the second hub, reckoned by hand in a small copy; what of them may leave the machine."""

from __future__ import annotations

import shutil
from datetime import date

import duckdb
import polars as pl
import pytest

import tracker
from tests import signal_rows
from tests.answers.portable import faults
from tests.registry_folder import write_registry
from tests.store.nights import land, model, update
from tracker import registry, sources, store
from tracker.answers.provenance.cite import cite
from tracker.errors import SettingsError, UnknownName
from tracker.pipeline import trace
from tracker.settings import Settings

WEIGHTS = {"weights": "scratch", "weights_source": "https://example.org/page"}
REGISTRY = {
    "organizations": [
        {"namespace": "Qwen", "organization": "Alibaba", "country": "CN"},
        {"namespace": "meta-llama", "organization": "Meta", "country": "US"},
        {"namespace": "tuner", "organization": "Tuner", "country": "GB"},
    ],
    "families": [
        {"line": "Qwen", "developer": "Alibaba", **WEIGHTS},
        {"line": "Llama", "developer": "Meta", **WEIGHTS},
        {"line": "Tuned", "developer": "Tuner", **WEIGHTS, "weights": "Llama"},
    ],
    "roots": [
        {"pattern": "Qwen/Qwen3-*", "line": "Qwen"},
        {"pattern": "meta-llama/Llama-9*", "line": "Llama"},
        {"pattern": "tuner/Tuned-*", "line": "Tuned"},
    ],
    "makers": [
        {"name": "other", "source": "openrouter", "weights": "hidden", "country": ""},
        {"name": "stealth", "source": "openrouter", "weights": "hidden", "country": ""},
        {"name": "closed-labs", "organization": "Closed Labs", "country": "US", "weights": "closed"},
    ],
    "license_words": [
        {"word": "MIT", "license_class": "open-source"},
        {"word": "Proprietary", "license_class": "proprietary"},
    ],
    "modelscope_namespaces": [{"namespace": "AI-ModelScope", "mirror": "yes"}],
}
BIG = 2**55 + 1  # more than a float holds exactly
MONDAY, SUNDAY = date(2026, 6, 29), date(2026, 7, 5)
# day, slug, tokens; the Wednesday is missing
TOKENS = [
    (MONDAY, "qwen/qwen3-8b-20260401", BIG),
    (MONDAY, "qwen/qwen3-8b-20260401:free", 2),
    (MONDAY, "closed-labs/one", 30),
    (MONDAY, "other", 10),
    (date(2026, 6, 30), "tuner/tuned-1", 50),
    (date(2026, 6, 30), "stealth/x", 20),
    (date(2026, 6, 30), "nobody/y|z", 5),
    (date(2026, 7, 6), "meta-llama/llama-9", 100),
]
CATALOGUE = [  # id, slug, repository: of another case, of a former name, of one that is not on the Hub, of none
    ("qwen/qwen3-8b", "qwen/qwen3-8b-20260401", "qwen/QWEN3-8B"),
    ("meta-llama/llama-9", "meta-llama/llama-9", "meta-llama/Llama-9-Preview"),
    ("nobody/y", "nobody/y|z", "nobody/gone"),
    ("closed-labs/one", "closed-labs/one", ""),
]
BOARD = [  # model, rating, low, high, organization, licence
    ("qwen3-8b", 1300.0, 1290.0, 1310.0, "Alibaba", "MIT"),
    ("qwen3-8b-pro", 1350.0, 1340.0, 1360.0, "Alibaba", "Proprietary"),
    ("llama-9", 1280.0, 1275.0, 1285.0, "Meta", "MIT"),
    ("mystery|9", 1400.0, None, None, None, "MIT"),
]
INDEX = [  # model, released, score, organization, country, accessibility
    ("Llama 9", date(2025, 1, 1), 100.0, "Meta", "United States", "Open weights (restricted use)"),
    ("Qwen3-8B", date(2025, 3, 1), 110.0, "Alibaba", "China", "Open weights (unrestricted)"),
    ("One", date(2025, 2, 1), 150.0, "Closed Labs", "United States", "API access"),
]


def by_rows(columns, rows):
    return pl.DataFrame(rows, schema=columns, orient="row")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("signals")
    settings = Settings(data_dir=place / "data")
    book = registry.load(write_registry(place / "registry", **REGISTRY))
    hub = [model("Qwen/Qwen3-8B", 1, downloads_all_time=10), model("meta-llama/Llama-9", 2, downloads_all_time=90)]
    before = [hub[0], model("meta-llama/Llama-9-Preview", 2, downloads_all_time=90)]
    update(settings, book, land(settings.data_dir, date(2026, 7, 6), before), publish=False)
    update(settings, book, land(settings.data_dir, date(2026, 7, 7), hub), publish=False)
    day = date(2026, 7, 7)
    listed = by_rows(["listed_id", "slug", "hub_model_id"], CATALOGUE)
    days = by_rows(["day", "slug", "tokens"], TOKENS)
    signal_rows.save(settings, "openrouter", day, token_days=days, token_catalogue=listed)
    names = ["model_name", "rating", "low", "high", "organization_raw", "license_raw"]
    boards = by_rows(names, BOARD).with_columns(arena=pl.lit("text"), category=pl.lit("overall"), board_date=day)
    old = boards.filter(pl.col("model_name") != "mystery|9").with_columns(
        board_date=MONDAY, rating=pl.col("rating") - 300
    )
    signal_rows.save(settings, "arena", day, arena_ratings=pl.concat([boards, old]))
    scores = by_rows(["model", "released_on", "score", "organization", "country_raw", "accessibility"], INDEX)
    signal_rows.save(settings, "epoch_eci", day, index_scores=scores.with_columns(as_of=day))
    listed = [("Qwen/Qwen3-8B", 60), ("AI-ModelScope/Llama-9", 40), ("nobody/z", 7)]
    signal_rows.save(settings, "modelscope", day, second_hub=by_rows(["model_id", "downloads_all_time"], listed))
    signal_rows.publish(settings)
    return settings.data_dir


@pytest.fixture(scope="module")
def copy(folder):
    with tracker.open(folder) as opened:
        yield opened


def values(answer, *columns):
    return [tuple(row[each] for each in columns) for row in answer.table.dicts()]


def test_tokens_of_a_week_are_summed_to_the_token_and_variants_with_their_model(copy):
    answer = copy.trend(by="tokens", of="models", every="week")
    assert values(answer, "period", "days", "model", "value")[:2] == [
        (MONDAY, 2, "qwen/qwen3-8b", BIG + 2),
        (MONDAY, 2, "tuner/tuned-1", 50),
    ]
    assert sum(row["value"] for row in answer.table.dicts()) == sum(tokens for *_, tokens in TOKENS)
    assert any("fewer than 7 days: 2026-06-29, 2026-07-06" in note for note in answer.notes)


def test_a_name_that_holds_what_stands_between_names_is_found(copy):
    day = date(2026, 6, 30)
    answer = copy.trend(["nobody/y|z", "tuner/tuned-1"], by="tokens", of="models", every="day", first=day, to=day)
    assert {row["model"] for row in answer.table.dicts()} >= {"nobody/y|z", "tuner/tuned-1"}
    assert {row["model"] for row in copy.top(["mystery|9"], by="rating").table.dicts()} == {"mystery|9"}


def test_names_are_found_as_people_write_them_or_the_nearest_are_told(copy):
    told = copy.trend("qwen", by="tokens", of="families", to=MONDAY)
    assert {row["family"] for row in told.table.dicts()} == {"Qwen", "unattributed"}
    assert {row["source"] for row in copy.top("QWEN3-8b", by="rating").table.dicts()} == {"arena", "epoch_eci"}
    ranks = {row["model"]: row["rank"] for row in copy.top(by="rating").table.dicts() if row["source"] == "arena"}
    (llama,) = [row for row in copy.top("llama-9", by="rating").table.dicts() if row["source"] == "arena"]
    assert llama["rank"] == ranks["llama-9"] > 1  # among all, whoever is asked for
    for ask in (
        lambda: copy.trend("Qwne", by="tokens", of="families"),
        lambda: copy.top("Qwne", by="rating", of="families"),
        lambda: copy.top(by="rating", where="family=Qwne"),
    ):
        with pytest.raises(UnknownName, match="no family called 'Qwne'; did you mean Qwen"):
            ask()
    empty = copy.top("Tuned", by="rating", of="lines")
    assert empty.frame.is_empty() and empty.notes[0].startswith("no rows: no model of the newest boards")


def test_repositories_of_the_catalogue_are_found_under_their_present_names(copy):
    told = copy.sql(
        "select n.name, n.rule, n.model_id, m.own_family from signal_names as n"
        " left join models as m on m.model_id = n.model_id where signal = 'token_days' and rule = 'hub id' order by 1"
    )
    assert told.frame.rows() == [
        ("meta-llama/llama-9", "hub id", "meta-llama/Llama-9", "Llama"),
        ("nobody/y|z", "hub id", "nobody/gone", None),
        ("qwen/qwen3-8b-20260401", "hub id", "Qwen/Qwen3-8B", "Qwen"),
        ("qwen/qwen3-8b-20260401:free", "hub id", "Qwen/Qwen3-8B", "Qwen"),
    ]


def test_shares_are_of_all_of_the_attributed_and_of_the_largest(copy):
    answer = copy.trend(by="tokens", of="countries", every="day", first=date(2026, 6, 30), to=date(2026, 6, 30))
    told = {row["origin_country"]: row for row in answer.table.dicts()}
    assert {name: row["value"] for name, row in told.items()} == {"US": 50, "unattributed": 25}
    us = told["US"]
    assert (us["share"], us["low"], us["high"], us["share_attributed"]) == (50 / 75, 50 / 75, 1.0, 1.0)
    assert us["share_largest"] == 50 / 75  # every model of the day is among its ten largest
    assert told["unattributed"]["high"] is None
    assert answer.coverage == {"attributed": 50 / 75, "hidden": 20 / 75}


def test_a_country_is_that_of_the_weights_or_of_who_offers_them(copy):
    asked = {"by": "tokens", "of": "countries", "first": date(2026, 6, 30), "to": date(2026, 6, 30), "every": "day"}
    assert "GB" in {row["maker_country"] for row in copy.trend(country="publisher", **asked).table.dicts()}
    assert "GB" not in {row["origin_country"] for row in copy.trend(**asked).table.dicts()}


def test_what_is_closed_has_no_family_and_stands_under_its_maker(copy):
    told = dict(values(copy.trend(by="tokens", of="families", to=MONDAY), "family", "value"))
    assert told == {"Qwen": BIG + 2, "Closed Labs, closed": 30, "unattributed": 10}


def test_narrowing_changes_what_is_counted_and_not_what_shares_are_of(copy):
    asked = {"by": "tokens", "of": "countries", "first": MONDAY, "to": MONDAY, "every": "day"}
    told = {row["origin_country"]: row for row in copy.trend(where="openness=closed", **asked).table.dicts()}
    assert {name: row["value"] for name, row in told.items()} == {"US": 30, "unattributed": 10}
    assert told["US"]["share"] == pytest.approx(30 / (BIG + 42))
    named = copy.trend("US", **asked)
    assert {row["origin_country"] for row in named.table.dicts()} == {"US", "unattributed"}


def test_the_largest_are_of_the_newest_seven_days(copy):
    answer = copy.top(by="tokens", of="families")
    first = date(2026, 6, 30)  # its last day is 2026-07-06
    assert values(answer, "period", "days", "family", "value") == [
        (first, 2, "Llama", 100),
        (first, 2, "Tuned", 50),
        (first, 2, "unattributed", 25),
    ]


def test_every_answer_names_whom_its_figures_are_from(copy):
    tokens, ratings = copy.trend(by="tokens"), copy.top(by="rating")
    assert any("OpenRouter" in note for note in tokens.notes)
    assert [any(name in note for note in ratings.notes) for name in ("Arena", "Epoch")] == [True, True]
    assert {each["name"] for each in tokens.about["sources"]} == {"hub_models", "openrouter"}
    assert not any("OpenRouter" in note for note in copy.measure("licenses").notes)
    assert any("ModelScope" in note for note in copy.measure("second_hub").notes)


def test_the_best_rated_are_told_each_within_its_own_board(copy):
    answer = copy.top(by="rating", of="countries", where="openness=open")
    assert values(answer, "source", "rank", "model", "origin_country", "rating") == [
        ("arena", 1, "qwen3-8b", "CN", 1300.0),
        ("arena", 2, "llama-9", "US", 1280.0),
        ("epoch_eci", 1, "Qwen3-8B", "CN", 110.0),
        ("epoch_eci", 2, "Llama 9", "US", 100.0),
    ]


def test_the_gap_of_the_best_open_models_is_of_one_board_with_its_interval(copy):
    told = copy.measure("best_open").table.dicts()
    arena = [row for row in told if row["source"] == "arena" and row["day"] == date(2026, 7, 7)]
    assert [(row["origin_country"], row["gap"], row["gap_low"], row["gap_high"]) for row in arena] == [
        ("CN", 20.0, 5.0, 35.0),
        ("US", -20.0, -35.0, -5.0),
    ]
    assert {(row["best_any"], row["gap_to_best"]) for row in arena} == {("mystery|9", -100.0), ("mystery|9", -120.0)}
    index = [(row["day"], row["model"], row["gap"]) for row in told if row["source"] == "epoch_eci"]
    assert index == [
        (date(2025, 1, 1), "Llama 9", None),
        (date(2025, 2, 1), "Llama 9", None),
        (date(2025, 3, 1), "Qwen3-8B", 10.0),
        (date(2025, 3, 1), "Llama 9", -10.0),
    ]


def test_ranks_of_the_second_hub_stand_beside_those_of_the_hub(copy):
    told = values(
        copy.measure("second_hub"), "family", "rank_second_hub", "rank_hub", "share_second_hub", "share_of_reuploads"
    )
    assert told == [("Qwen", 1, 2, 0.6, 0.0), ("Llama", 2, 1, 0.4, 1.0)]


def test_signals_of_a_family_stand_side_by_side_and_say_why_one_is_missing(copy):
    told = {
        (row["signal"], row["source"], row["period"]): row
        for row in copy.measure("family_signals", family="llama").table.dicts()
    }
    week = told["tokens", "openrouter", date(2026, 7, 6)]
    assert (week["value"], week["value_low"], week["value_high"], week["note"]) == (1.0, 1.0, 1.0, "1 of 7 days")
    before = told["tokens", "openrouter", MONDAY]  # it is named on none of these days
    assert before["value"] == 0 and before["value_high"] > 0
    assert before["note"] == "2 of 7 days"
    rated = told["rating", "arena", date(2026, 7, 7)]
    assert (rated["value"], rated["value_low"], rated["value_high"], rated["name"]) == (
        1280.0,
        1275.0,
        1285.0,
        "llama-9",
    )
    assert (rated["unit"], rated["note"]) == ("points", "place 4 of 4 models")
    index = [(row["period"], row["value"]) for key, row in told.items() if key[:2] == ("rating_gap", "epoch_eci")]
    assert index == [(date(2025, 1, 1), 0.0), (date(2025, 2, 1), -50.0), (date(2025, 3, 1), -50.0)]
    hub = told["second_hub", "modelscope", date(2026, 7, 7)]
    assert (hub["value"], hub["note"]) == (0.4, "place 2 of 2 families")
    assert told["licence", "hub_models", date(2026, 7, 7)]["name"] == "unreviewed"
    cited = cite(copy.measure("family_signals", family="llama"))
    assert "Signals of Llama, side by side and never added up: rating 1,280 points on arena, text (2026-07-07" in cited
    assert "second hub 40.0% of downloads since the beginning, of models there of a known family (2026-07-07)" in cited
    tuned = {row["signal"]: row for row in copy.measure("family_signals", family="Tuned").table.dicts()}
    assert tuned["derivatives"]["note"] == "no derivatives of that time"
    assert tuned["rating"]["note"] == tuned["rating_gap"]["note"] == "no open model of it was rated then"
    assert tuned["second_hub"]["note"] == "none of its models is among those that are listed"
    assert tuned["licence"]["note"] == "its developer has no models of its own on the Hub"
    late = copy.measure("family_signals", family="Llama", first="2027-01").table.dicts()
    assert {row["note"] for row in late if row["source"] in ("openrouter", "modelscope")} == {
        "no tokens of that time are here: `tracker collect openrouter`",
        "no second hub of that time is here: `tracker collect modelscope`",
    }


def test_tokens_of_weeks_by_origin_and_openness_say_why_some_have_neither(copy):
    answer = copy.measure("tokens_by_origin", least=1)
    assert values(answer, "week", "days", "origin_country", "openness", "tokens") == [
        (MONDAY, 2, "CN", "open", BIG + 2),
        (MONDAY, 2, "US", "open", 50),
        (MONDAY, 2, "US", "closed", 30),
        (MONDAY, 2, "unattributed", "hidden", 20),
        (MONDAY, 2, "unattributed", "other", 10),
        (MONDAY, 2, "unattributed", "unreviewed", 5),
        (date(2026, 7, 6), 1, "US", "open", 100),
    ]
    first = answer.table.dicts()[0]
    assert (first["hidden"], first["unattributed"]) == pytest.approx((20 / (BIG + 117), 35 / (BIG + 117)))
    assert copy.measure("tokens_by_origin").table.rows == [], "a week of a day or two would be that of one model"
    told = {row["family"]: row for row in copy.measure("tokens_of_families", least=1).table.dicts()}
    assert {name: row["tokens"] for name, row in told.items()} == {"Qwen": BIG + 2, "Tuned": 50, "Llama": 100}
    assert (told["Tuned"]["low"], told["Tuned"]["high"]) == pytest.approx((50 / (BIG + 117), 85 / (BIG + 117)))


def test_families_are_ranked_by_their_best_open_model_on_the_newest_boards(copy):
    told = values(copy.measure("rating_of_families"), "source", "family", "rank", "families", "rating", "best_any")
    assert told == [
        ("arena", "Qwen", 1, 2, 1300.0, 1400.0),
        ("arena", "Llama", 2, 2, 1280.0, 1400.0),
        ("epoch_eci", "Qwen", 1, 2, 110.0, 150.0),
        ("epoch_eci", "Llama", 2, 2, 100.0, 150.0),
    ]
    one = copy.measure("rating_of_families", family="llama")
    assert values(one, "family", "rank") == [("Llama", 2), ("Llama", 2)], "its rank is among all"


def test_a_day_whose_makers_hide_is_said_and_cited(copy):
    asked = {"by": "tokens", "of": "countries", "every": "day", "first": MONDAY, "to": date(2026, 6, 30)}
    answer = copy.trend(**asked)
    hidden = {row["period"]: row["share_hidden"] for row in answer.table.dicts()}
    assert hidden == {MONDAY: 0.0, date(2026, 6, 30): 20 / 75}  # 'other' is no name that hides
    assert any(
        "hide who made them in 1 of 2 periods, most in that of 2026-06-30 (26.7%)" in note for note in answer.notes
    )
    cited = cite(answer)
    assert "On 2026-06-30: US 66.7% (bounds 66.7% to 100.0%), of all tokens that OpenRouter counts" in cited
    assert "26.7% of these are of models that hide who made them" in cited and "CC BY 4.0" in cited
    whole = copy.trend(**asked | {"to": MONDAY})
    assert not any("hide who made them" in said for said in (*whole.notes, cite(whole)))
    assert "no week has all its days here" in cite(copy.trend(by="tokens", every="week"))


WRONG = [
    ({"by": "tokens", "of": "sizes"}, UnknownName),
    ({"by": "tokens", "every": "year"}, UnknownName),
    ({"by": "tokens", "where": "openness"}, SettingsError),
    ({"by": "tokens", "where": "licence=mit"}, UnknownName),
    ({"by": "tokens", "flow": True}, SettingsError),
    ({"by": "tokens", "publisher": "Qwen"}, SettingsError),
    ({"by": "tokens", "credit": "full"}, SettingsError),
]


@pytest.mark.parametrize(("asked", "error"), WRONG, ids=[str(asked) for asked, _ in WRONG])
def test_what_signals_cannot_be_asked_is_said(copy, asked, error):
    with pytest.raises(error):
        copy.trend(**asked)


@pytest.mark.parametrize("asked", [{"by": "tokens"}, {"by": "tokens", "of": "families", "where": ["openness=open"]}])
def test_what_is_asked_runs_as_it_is_printed_and_on_other_engines(copy, asked):
    answer = copy.trend(**asked)
    assert copy.sql(answer.sql).frame.rows() == answer.frame.rows()
    assert faults(answer.sql) == []
    assert faults(copy.top(by="rating", where="openness=open").sql) == []


def test_a_copy_without_tokens_says_what_to_run(tmp_path):
    settings = Settings(data_dir=tmp_path / "data")
    book = registry.load(write_registry(tmp_path / "registry", **REGISTRY))
    update(settings, book, land(settings.data_dir, date(2026, 7, 7), [model("Qwen/Qwen3-8B", 1)]))
    with tracker.open(settings.data_dir) as empty:
        told = empty.trend(by="tokens")
        assert told.table.rows == [] and "tracker collect openrouter" in told.notes[0]
        assert empty.top(by="rating").table.rows == []
        assert empty.measure("best_open").table.rows == empty.measure("second_hub").table.rows == []


def test_names_of_what_may_not_leave_stay_with_its_rows(folder, tmp_path):
    file = store.export_single_file(folder, tmp_path / "one.duckdb")
    with duckdb.connect(str(file), read_only=True) as exported:
        assert exported.execute("select distinct signal from signal_names order by 1").fetchall() == [
            ("arena_ratings",),
            ("index_scores",),
        ]
    with tracker.open(file) as shared:
        assert values(shared.top(by="rating", of="countries", rows=1), "model")
        with pytest.raises(SettingsError, match="no tokens"):
            shared.trend(by="tokens")


def test_sums_leave_to_the_token_with_credit_and_answer_as_the_rows_do(folder, copy, tmp_path):
    store.export_parquet(folder, tmp_path / "all")
    places = [tmp_path / "all", store.export_single_file(folder, tmp_path / "one.duckdb")]
    days = "select day, family, sum(tokens)::bigint as tokens from {} group by all order by all"
    rows = "(from token_days_current as t join signal_names as n on n.signal = 'token_days' and n.name = t.slug)"
    told = copy.measure("family_signals", family="Qwen")
    for place in places:
        with tracker.open(place) as shared:
            assert shared.sql(days.format("token_sums")).frame.equals(copy.sql(days.format(rows)).frame)
            hub = shared.sql("select family, is_mirror, models, downloads_all_time from second_hub_sums order by all")
            assert hub.frame.rows() == [("Llama", True, 1, 40), ("Qwen", False, 1, 60), ("unreviewed", False, 1, 7)]
            answer = shared.measure("family_signals", family="Qwen")
            assert answer.frame.equals(told.frame)
            assert any("OpenRouter" in note and "CC BY 4.0" in note for note in answer.notes)
            comments = shared.schema().frame.filter(pl.col("table").is_in(["token_sums", "second_hub_sums"]))
            assert comments["comment"].null_count() == 0


def test_sums_of_a_source_of_which_nothing_may_leave_stay(folder, tmp_path, monkeypatch):
    place = tmp_path / "data"
    shutil.copytree(folder, place, symlinks=True)
    monkeypatch.setattr(sources.found().sources["openrouter"], "USE_RIGHTS", "none")
    settings = Settings(data_dir=place)
    signal_rows.save(settings, "epoch_eci", date(2026, 7, 8), index_scores=by_rows(["model", "score"], [("x", 1.0)]))
    signal_rows.publish(settings)
    with duckdb.connect(str(store.export_single_file(place, tmp_path / "one.duckdb")), read_only=True) as exported:
        counted = "select (select count(*) from token_sums), (select count(*) from second_hub_sums)"
        assert exported.execute(counted).fetchone() == (0, 3)


def test_a_registry_that_changes_rules_on_the_names_again(folder, tmp_path):
    place = tmp_path / "data"
    shutil.copytree(folder, place, symlinks=True)
    settings = Settings(data_dir=place)
    rows = {**REGISTRY, "openness": [{"pattern": "tuner/Tuned-1*", "weights": "closed"}]}
    book = registry.load(write_registry(tmp_path / "registry", **rows))
    with store.open_work(settings) as work:
        trace(work, book)
        work.publish()
    with tracker.open(place) as changed:
        told = changed.trend(by="tokens", of="openness", every="day", first=date(2026, 6, 30), to=date(2026, 6, 30))
        assert ("closed", 50) in values(told, "openness", "value")
