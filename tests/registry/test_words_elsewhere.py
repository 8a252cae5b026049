"""Names of other sources: what follows of them by each rule, and which rows of their files are wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.registry_folder import write_registry
from tracker import registry
from tracker.registry.elsewhere import Crosswalk, Said

WEIGHTS = {"weights": "scratch", "weights_source": "https://example.org/page"}
FILES: dict[str, list[dict[str, Any]]] = {
    "organizations": [
        {"namespace": "Qwen", "organization": "Alibaba", "country": "CN"},
        {"namespace": "zai-org", "organization": "Z.ai", "country": "CN"},
        {"namespace": "meta-llama", "organization": "Meta", "country": "US"},
        {"namespace": "google", "organization": "Google", "country": "US"},
        {"namespace": "google-bert", "organization": "Google", "country": "US"},
        {"namespace": "hermes", "organization": "Hermes Works", "country": "GB"},
        {"namespace": "somebody", "organization": "Some Body", "country": "FR", "kind": "individual"},
    ],
    "aliases": [{"old_namespace": "THUDM", "namespace": "zai-org"}],
    "families": [
        {"line": "Qwen", "developer": "Alibaba", **WEIGHTS},
        {"line": "Qwen3", "parent": "Qwen", "developer": "Alibaba"},
        {"line": "GLM", "developer": "Z.ai", **WEIGHTS},
        {"line": "Llama", "developer": "Meta", **WEIGHTS},
        {"line": "Llama 3", "parent": "Llama", "developer": "Meta"},
        {"line": "BERT", "developer": "Google", **WEIGHTS},
        {"line": "Hermes", "developer": "Hermes Works", **WEIGHTS, "weights": "Llama 3"},
    ],
    "roots": [
        {"pattern": "Qwen/*", "line": "Qwen"},
        {"pattern": "Qwen/Qwen3-*", "line": "Qwen3"},
        {"pattern": "zai-org/GLM-5*", "line": "GLM"},
        {"pattern": "zai-org/GLM-4-9B", "line": "GLM"},
        {"pattern": "meta-llama/Llama-3-8B-Instruct", "line": "Llama 3"},
        {"pattern": "meta-llama/Llama-3-70B-Instruct", "line": "Llama 3"},
        {"pattern": "google-bert/*", "line": "BERT"},
        {"pattern": "hermes/Hermes-*", "line": "Hermes"},
        {"pattern": "tuner/Airy-7b", "line": "Llama"},
        {"pattern": "other-tuner/Airy-7b-GGUF", "line": "Llama"},
    ],
    "makers": [
        {"name": "other", "source": "openrouter", "weights": "hidden", "country": ""},
        {"name": "stealth", "source": "openrouter", "weights": "hidden", "country": ""},
        {"name": "google", "organization": "Google", "weights": "closed", "country": ""},
        {"name": "zed", "source": "openrouter", "organization": "Z.ai", "country": ""},
        {"name": "nowhere", "organization": "Nowhere Labs", "country": "US", "weights": "closed"},
    ],
    "openness": [
        {"pattern": "Qwen/*-Max*", "weights": "closed"},
        {"pattern": "Qwen/Qwen3-Max-Open*", "weights": "open"},
    ],
    "other_names": [{"pattern": "chat-llama*", "source": "arena", "model_id": "meta-llama/Llama-3-8B-Instruct"}],
    "license_words": [
        {"word": "Proprietary", "license_class": "proprietary"},
        {"word": "Apache 2.0", "license_class": "open-source"},
    ],
    "modelscope_namespaces": [
        {"namespace": "ZhipuAI", "hub_namespace": "zai-org"},
        {"namespace": "AI-ModelScope", "mirror": "yes"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def crosswalk(tmp_path_factory):
    return Crosswalk(registry.load(write_registry(tmp_path_factory.mktemp("book") / "r", **FILES)))


def told(verdict, *columns):
    return tuple(getattr(verdict, each) for each in columns)


SLUGS = {
    # slug: rule, model, maker, family, origin, openness
    "other": ("hidden", "other", "hidden", "unknown", "unknown", "unknown"),
    "stealth/space-bunny-alpha": ("hidden", "stealth/space-bunny-alpha", "hidden", "unknown", "unknown", "unknown"),
    "qwen/qwen3-8b-20260401:free": ("name", "qwen/qwen3-8b", "Alibaba", "Qwen", "CN", "open"),
    "qwen/qwen3-8b": ("name", "qwen/qwen3-8b", "Alibaba", "Qwen", "CN", "open"),
    "qwen/qwen3-max-20260401": ("name", "qwen/qwen3-max", "Alibaba", "Qwen", "CN", "closed"),
    "qwen/qwen3-max-open": ("name", "qwen/qwen3-max-open", "Alibaba", "Qwen", "CN", "open"),
    "qwen/qwen9": ("namespace", "qwen/qwen9", "Alibaba", "Qwen", "CN", "unreviewed"),
    "zed/glm-5.2-20260616:thinking": ("name", "zed/glm-5.2", "Z.ai", "GLM", "CN", "open"),
    "thudm/glm-4-9b": ("name", "thudm/glm-4-9b", "Z.ai", "GLM", "CN", "open"),
    "zed/glm-4-9b-turbo": ("relative", "zed/glm-4-9b-turbo", "Z.ai", "GLM", "CN", "unreviewed"),
    "~google/gemini-latest": ("maker", "google/gemini-latest", "Google", "unreviewed", "US", "closed"),
    "meta-llama/llama-3": ("name", "meta-llama/llama-3", "Meta", "Llama", "US", "open"),
    "hermes/hermes-4": ("name", "hermes/hermes-4", "Hermes Works", "Hermes", "US", "open"),
    "nowhere/thing-1-2026-04-01": ("maker", "nowhere/thing-1", "Nowhere Labs", "unreviewed", "US", "closed"),
    "nobody/thing-1": ("none", "nobody/thing-1", "unreviewed", "unreviewed", "unreviewed", "unreviewed"),
}


@pytest.mark.parametrize("slug", SLUGS)
def test_a_slug_is_ruled_by_the_first_rule_that_answers(crosswalk, slug):
    verdict = crosswalk.of(Said("openrouter", slug))
    assert told(verdict, "rule", "model", "maker", "family", "origin_country", "openness") == SLUGS[slug]


def test_a_row_of_one_source_says_nothing_of_a_name_at_another(crosswalk):
    assert crosswalk.of(Said("arena", "thing", organization="zed")).maker == "unreviewed"


def test_the_id_of_the_catalogue_comes_before_every_name(crosswalk):
    verdict = crosswalk.of(Said("openrouter", "qwen/qwen3-max", hub_id="meta-llama/Llama-3-8B-Instruct"))
    assert told(verdict, "rule", "line", "openness", "maker") == ("hub id", "Llama 3", "open", "Alibaba")


def test_a_tune_has_a_maker_of_its_own_and_the_origin_of_its_weights(crosswalk):
    verdict = crosswalk.of(Said("openrouter", "hermes/hermes-4"))
    assert told(verdict, "maker", "maker_country", "developer", "origin_country") == (
        "Hermes Works",
        "GB",
        "Meta",
        "US",
    )


RATED = {
    # name, organization, licence: rule, family, openness, class
    ("qwen3-8b", "Alibaba", "apache-2.0"): ("name", "Qwen", "open", "open-source"),
    ("qwen3-max-preview", "alibaba", "Apache 2.0"): ("name", "Qwen", "closed", "open-source"),
    ("qwen3-8b", "Alibaba", "Proprietary"): ("name", "Qwen", "closed", "proprietary"),
    ("Llama-3 8B Instruct", "Meta", "Llama 3 Community"): ("name", "Llama", "unreviewed", "unreviewed"),
    ("meta-llama-3-8b-instruct", "Meta", "Apache 2.0"): ("name", "Llama", "open", "open-source"),
    ("chat-llama-2", "Meta", "Apache 2.0"): ("row", "Llama", "open", "open-source"),
    ("airy-7b", "Hermes Works", "Apache 2.0"): ("namesake", "Llama", "open", "open-source"),
    ("glm-5-0520", "", "Apache 2.0"): ("brand", "GLM", "open", "open-source"),
    ("palm", "Google", "Proprietary"): ("maker", "unreviewed", "closed", "proprietary"),
}


@pytest.mark.parametrize("case", RATED, ids=lambda case: "-".join(case))
def test_a_word_for_a_licence_alone_makes_no_model_open(crosswalk, case):
    name, organization, license_ = case
    verdict = crosswalk.of(Said("arena", name, organization=organization, license=license_))
    assert told(verdict, "rule", "family", "openness", "license_class") == RATED[case]


def test_of_several_makers_in_one_country_it_counts_and_of_two_countries_none(crosswalk):
    both = crosswalk.of(Said("epoch_eci", "x", organization="Meta,Google", country="United States of America"))
    assert told(both, "maker", "maker_country") == ("Meta", "US")
    apart = crosswalk.of(Said("epoch_eci", "x", organization="Meta,Z.ai", country="United States of America,China"))
    assert told(apart, "maker", "maker_country") == ("Meta", "unknown")


@pytest.mark.parametrize(
    ("word", "openness"),
    [
        ("Open weights (restricted use)", "open"),
        ("API access", "closed"),
        ("Hosted access (no API)", "closed"),
        ("Unreleased", "unknown"),
        ("", "unknown"),
    ],
)
def test_an_index_says_itself_whether_weights_are_given_out(crosswalk, word, openness):
    assert crosswalk.of(Said("epoch_eci", "x", accessibility=word)).openness == openness


@pytest.mark.parametrize(
    ("country", "code"),
    [("France", "FR"), ("United States of America", "US"), ("Korea (Republic of)", "KR"), ("Atlantis", "unreviewed")],
)
def test_a_country_is_read_from_its_long_name(tmp_path, country, code):
    names = {"FR": "France", "US": "United States", "KR": "South Korea"}
    rows = [{"country": each, "name": name} for each, name in names.items()]
    book = registry.load(write_registry(tmp_path / "r", countries=rows))
    assert Crosswalk(book).of(Said("epoch_eci", "x", organization="?", country=country)).origin_country == code


def test_a_mirror_on_the_second_hub_gives_its_country_to_no_maker_of_its_own(crosswalk):
    mirror = crosswalk.of(Said("modelscope", "AI-ModelScope/Llama-3-8B-Instruct"))
    assert told(mirror, "is_mirror", "maker", "origin_country", "rule") == (True, "Meta", "US", "brand")
    own = crosswalk.of(Said("modelscope", "ZhipuAI/GLM-5"))
    assert told(own, "is_mirror", "model_id", "developer") == (False, "zai-org/GLM-5", "Z.ai")
    assert crosswalk.of(Said("modelscope", "Qwen/Qwen3-8B")).family == "Qwen"
    assert crosswalk.of(Said("modelscope", "somebody/thing")).rule == "none"  # one name, two people


def test_a_folder_of_before_these_files_is_read_and_says_less(tmp_path):
    files = {name: rows for name, rows in FILES.items() if name in ("organizations", "families", "roots", "aliases")}
    book = registry.load(write_registry(tmp_path / "r", **files))
    verdict = Crosswalk(book).of(Said("openrouter", "qwen/qwen3-8b"))
    assert told(verdict, "rule", "family") == ("name", "Qwen")


WRONG = {
    "no such organization": ({"makers": [{"name": "a", "organization": "Mta", "country": ""}]}, "did you mean 'Meta'?"),
    "a country twice": (
        {"makers": [{"name": "a", "organization": "Meta", "country": "US"}]},
        "organizations.csv says where Meta is",
    ),
    "a country that is none": ({"makers": [{"name": "a", "organization": "A", "country": "XX"}]}, "country XX is not"),
    "hidden, and named": (
        {"makers": [{"name": "a", "organization": "Meta", "weights": "hidden", "country": ""}]},
        "leave organization and country empty",
    ),
    "nobody": ({"makers": [{"name": "a", "country": ""}]}, "organization is empty"),
    "two spellings": (
        {"makers": [{"name": each, "organization": "Meta", "country": ""} for each in ("Ai 2", "AI2")]},
        "another spelling of what line",
    ),
    "an unknown source": (
        {"makers": [{"name": "a", "source": "openruter", "organization": "Meta", "country": ""}]},
        "source is 'openruter'; use one of",
    ),
    "a namespace that nobody knows": ({"openness": [{"pattern": "Qwn/x", "weights": "open"}]}, "did you mean 'qwen'?"),
    "neither open nor closed": ({"openness": [{"pattern": "Qwen/x", "weights": "ajar"}]}, "weights is 'ajar'"),
    "a name that leads nowhere": (
        {"other_names": [{"pattern": "x", "model_id": "a/b"}]},
        "no row of roots.csv speaks of a/b",
    ),
    "two spellings of a word": (
        {"license_words": [{"word": each, "license_class": "open-source"} for each in ("MIT", "M.I.T.")]},
        "another spelling",
    ),
    "an unknown word without a reason": (
        {"license_words": [{"word": "Other", "license_class": "unknown", "notes": ""}]},
        "notes must say why",
    ),
    "own and a mirror": (
        {"modelscope_namespaces": [{"namespace": "x", "hub_namespace": "Qwen", "mirror": "yes"}]},
        "or write mirror yes",
    ),
    "no such namespace of the Hub": (
        {"modelscope_namespaces": [{"namespace": "x", "hub_namespace": "Qwem"}]},
        "hub_namespace Qwem has no row",
    ),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_a_wrong_row_is_told_with_what_to_write(tmp_path, case):
    files, message = case
    core = {name: FILES[name] for name in ("organizations", "families", "roots", "aliases")}
    found = registry.check(write_registry(tmp_path / "r", **core, **files))
    assert [message in str(each) for each in found] == [True], found
