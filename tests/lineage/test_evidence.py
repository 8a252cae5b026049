"""The evidence ladder: one test a rule, on names; the registry of each test holds just the rows it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import polars as pl
import pytest

from tests.lineage.worlds import candidates, parents
from tests.registry_folder import write_registry
from tracker import registry
from tracker.lineage import HUB, TAG, Named, choose

META = {"namespace": "meta-llama", "organization": "Meta"}
QWEN = {"namespace": "Qwen", "organization": "Alibaba Cloud", "country": "CN"}
DEEPSEEK = {"namespace": "deepseek-ai", "organization": "DeepSeek", "country": "CN"}
ZAI = {"namespace": "zai-org", "organization": "Z.ai", "country": "CN"}
SCRATCH = {"weights": "scratch", "weights_source": "https://example.org/paper"}
FAMILIES = [
    {"line": "Llama", "developer": "Meta", **SCRATCH},
    {"line": "Qwen", "developer": "Alibaba Cloud", **SCRATCH},
    {"line": "GLM", "developer": "Z.ai", **SCRATCH},
]
ROOTS = [
    {"pattern": "meta-llama/*", "line": "Llama"},
    {"pattern": "Qwen/*", "line": "Qwen"},
    {"pattern": "zai-org/*", "line": "GLM"},
]


@pytest.fixture
def book(tmp_path):
    """Build a registry with a few developers and the rows given."""

    def build(**files):
        organizations = [META, QWEN, DEEPSEEK, ZAI, *files.pop("organizations", [])]
        folder = write_registry(
            tmp_path / "registry",
            organizations=organizations,
            families=[*FAMILIES, *files.pop("families", [])],
            roots=[*ROOTS, *files.pop("roots", [])],
            **files,
        )
        return registry.load(folder)

    return build


def test_the_best_evidence_for_one_parent_counts_once(book):
    declared = [
        ("me/b", "me/a", "tag", "other"),
        ("me/b", "me/a", "tag", "quantized"),
        ("me/b", "me/a", "hub", "finetune"),
    ]
    assert parents(choose(candidates(["me/a", "me/b"], declared), book()), "me/b") == {"me/a": ("hub", "finetune")}


def test_a_named_relation_counts_before_a_plain_tag_and_then_the_one_declared_first(book):
    declared = [
        ("me/b", "me/a", "tag", "other"),
        ("me/b", "me/a", "tag", "quantized"),
        ("me/b", "me/a", "tag", "finetune"),
    ]
    assert parents(choose(candidates(["me/a", "me/b"], declared), book()), "me/b") == {"me/a": ("tag", "quantized")}


def test_a_tag_may_add_a_parent_that_the_hub_cannot_resolve(book):
    declared = [("me/m", "me/a", "hub", "merge"), ("me/m", "gone/b", "tag", "merge")]
    assert set(parents(choose(candidates(["me/a", "me/m"], declared), book()), "me/m")) == {"me/a", "gone/b"}


def test_a_self_reference_is_dropped_and_the_model_is_flagged(book):
    edges = choose(candidates(["me/a", "me/b"], [("me/a", "me/a")]), book())
    assert parents(edges, "me/a") == {}
    assert edges.self_reference.tolist() == [True, False]


def test_a_not_parent_override_takes_a_declared_parent_away(book):
    override = {"model_id": "Qwen/q", "parent_id": "meta-llama/l", "role": "not_parent"}
    declared = [("Qwen/q", "meta-llama/l"), ("Qwen/q", "Qwen/base")]
    edges = choose(candidates(["Qwen/q", "meta-llama/l", "Qwen/base"], declared), book(overrides=[override]))
    assert set(parents(edges, "Qwen/q")) == {"Qwen/base"}


DISTILL = "deepseek-ai/DeepSeek-R1-Distill-Llama-8B"
ORIGINS = [
    {"model_id": DISTILL, "parent_id": "meta-llama/Llama-3.1-8B", "role": "weights_parent", "relation": "finetune"},
    {"model_id": DISTILL, "parent_id": "deepseek-ai/DeepSeek-R1", "role": "teacher", "relation": "finetune"},
]


def test_a_weights_parent_replaces_what_the_hub_says_and_may_be_a_stub(book):
    edges = choose(candidates([DISTILL, "me/x"], [(DISTILL, "me/x")]), book(overrides=ORIGINS))
    assert parents(edges, DISTILL) == {"meta-llama/Llama-3.1-8B": ("override", "finetune")}


def test_in_the_teacher_variant_a_distilled_model_comes_from_its_teacher(book):
    edges = choose(candidates([DISTILL, "me/x"], [(DISTILL, "me/x")]), book(overrides=ORIGINS), "teacher")
    assert parents(edges, DISTILL) == {"deepseek-ai/DeepSeek-R1": ("override", "finetune")}


def test_in_the_teacher_variant_models_without_teachers_keep_their_corrections(book):
    row = {"model_id": "me/b", "parent_id": "me/a", "role": "weights_parent", "relation": "finetune"}
    edges = choose(candidates(["me/a", "me/b", "me/x"], [("me/b", "me/x")]), book(overrides=[row]), "teacher")
    assert parents(edges, "me/b") == {"me/a": ("override", "finetune")}


def test_two_weights_parents_of_a_merge_both_count(book):
    rows = [
        {"model_id": "me/m", "parent_id": p, "role": "weights_parent", "relation": "merge"} for p in ("me/a", "me/b")
    ]
    edges = choose(candidates(["me/a", "me/b", "me/m"]), book(overrides=rows))
    assert set(parents(edges, "me/m")) == {"me/a", "me/b"}


UNSLOTH = [
    {"pattern": "unsloth/*-bnb-4bit", "rule": "same_name", "target": "meta-llama Qwen", "relation": "quantized"},
    {
        "pattern": "unsloth/llama-3-8b-bnb-4bit",
        "rule": "exact",
        "target": "meta-llama/Meta-Llama-3-8B",
        "relation": "quantized",
    },
]
ORIGINAL, MIRRORED = "Qwen/Qwen3-8B", "unsloth/Qwen3-8B-bnb-4bit"


def test_a_mirror_without_a_declared_parent_has_the_model_of_its_name_as_parent(book):
    edges = choose(candidates([ORIGINAL, MIRRORED]), book(mirrors=UNSLOTH))
    assert parents(edges, MIRRORED) == {ORIGINAL: ("mirror", "quantized")}


def test_names_are_compared_ignoring_case(book):
    edges = choose(candidates([ORIGINAL, "unsloth/qwen3-8b-bnb-4bit"]), book(mirrors=UNSLOTH))
    assert set(parents(edges, "unsloth/qwen3-8b-bnb-4bit")) == {ORIGINAL}


def test_an_exact_mirror_may_lead_to_a_model_that_is_not_on_the_hub(book):
    edges = choose(candidates(["unsloth/llama-3-8b-bnb-4bit"]), book(mirrors=UNSLOTH))
    assert parents(edges, "unsloth/llama-3-8b-bnb-4bit") == {"meta-llama/Meta-Llama-3-8B": ("mirror", "quantized")}
    assert edges.names[-1] == "meta-llama/Meta-Llama-3-8B"


@pytest.mark.parametrize("declared", [MIRRORED, "unsloth/qwen3-8B-BNB-4bit"], ids=["as it is", "in another case"])
def test_what_hangs_on_a_mirror_that_was_never_seen_reaches_the_original(book, declared):
    edges = choose(candidates([ORIGINAL, "me/lora"], [("me/lora", declared, "tag", "adapter")]), book(mirrors=UNSLOTH))
    assert parents(edges, "me/lora") == {declared: ("tag", "adapter")}
    assert parents(edges, declared) == {ORIGINAL: ("mirror", "quantized")}


def test_of_mirror_and_original_neither_seen_the_original_is_found_where_another_model_names_it(book):
    declared = [("me/lora", MIRRORED, "tag", "adapter"), ("me/tune", ORIGINAL, "tag", "finetune")]
    edges = choose(candidates(["me/lora", "me/tune"], declared), book(mirrors=UNSLOTH))
    assert parents(edges, MIRRORED) == {ORIGINAL: ("mirror", "quantized")}


def test_as_uploaded_a_mirror_that_was_never_seen_stands_for_itself(book):
    world = candidates([ORIGINAL, "me/lora"], [("me/lora", MIRRORED)])
    assert parents(choose(world, book(mirrors=UNSLOTH), "as_uploaded"), MIRRORED) == {}


def test_rules_lead_on_from_names_that_only_rules_know(book):
    """A mirror that was never seen copies a distilled model that was never seen; its weights are Llama's."""
    copy = {"pattern": "unsloth/distill", "rule": "exact", "target": DISTILL, "relation": "copy"}
    world = candidates(["me/lora"], [("me/lora", "unsloth/distill")])
    edges = choose(world, book(mirrors=[copy], overrides=ORIGINS))
    assert parents(edges, "unsloth/distill") == {DISTILL: ("mirror", "copy")}
    assert parents(edges, DISTILL) == {"meta-llama/Llama-3.1-8B": ("override", "finetune")}


def line_of(edges, name, book):
    code = edges.line[list(edges.names).index(name)]
    return book.lines[code].line if code >= 0 else None


def test_a_mirror_rule_whose_original_was_never_seen_gives_no_parent_but_the_line_of_that_name(book):
    rows = book(mirrors=UNSLOTH, roots=[{"pattern": "Qwen/Qwen3-*", "line": "Qwen"}])
    other = "unsloth/tune-bnb-4bit"  # the rows for all that meta-llama and Qwen hold say nothing of it
    edges = choose(candidates([MIRRORED, other]), rows)
    assert parents(edges, MIRRORED) == parents(edges, other) == {}
    assert (line_of(edges, MIRRORED, rows), line_of(edges, other, rows)) == ("Qwen", None)
    assert line_of(choose(candidates([MIRRORED], [(MIRRORED, "me/tune")]), rows), MIRRORED, rows) is None


BLOKE = {"pattern": "TheBloke/*-GGUF", "rule": "same_name", "relation": "quantized"}


def test_a_same_name_rule_without_targets_looks_among_developers_first_and_then_among_all_but_re_uploads(book):
    names = {
        "someone/Qwen3-8B": 10,
        ORIGINAL: 20,
        "TheBloke/Qwen3-8B-GGUF": 30,
        "TheBloke/tune-GGUF": 30,
        "TheBloke/tune": 1,
        "young/tune": 40,
        "second/tune": 20,
        "first/tune": 10,
    }
    edges = choose(candidates(names), book(mirrors=[BLOKE]))
    assert set(parents(edges, "TheBloke/Qwen3-8B-GGUF")) == {ORIGINAL}
    assert parents(edges, "TheBloke/tune-GGUF") == {"first/tune": ("mirror", "quantized")}


def test_what_a_re_upload_declares_itself_is_not_looked_for_elsewhere(book):
    world = candidates(["first/tune", "TheBloke/tune-GGUF"], [("TheBloke/tune-GGUF", "gone/tune")])
    assert parents(choose(world, book(mirrors=[BLOKE])), "TheBloke/tune-GGUF") == {"gone/tune": ("hub", "finetune")}


@pytest.mark.parametrize("packed", ["Qwen_Qwen3-8B", "qwen_Qwen3-8B"])
def test_a_namespace_that_is_written_into_the_name_is_unpacked(book, packed):
    names = ["other/" + packed, ORIGINAL, "my_lab/my_tune", f"TheBloke/{packed}-GGUF", "TheBloke/my_lab_my_tune-GGUF"]
    edges = choose(candidates(names), book(mirrors=[BLOKE]))
    assert parents(edges, f"TheBloke/{packed}-GGUF") == {ORIGINAL: ("mirror", "quantized")}
    assert parents(edges, "TheBloke/my_lab_my_tune-GGUF") == {"my_lab/my_tune": ("mirror", "quantized")}


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Qwen_Qwen3-8B", "Qwen"),
        ("glm-4-9b-chat", "GLM"),
        ("GLM-Edge", "GLM"),
        ("glmour-4", None),
        ("dolphin-4", None),
        ("both-7-b", None),
        ("tuned-2-b", None),
    ],
)
def test_the_name_of_an_original_that_is_not_there_tells_its_line(book, name, line):
    rows = book(
        mirrors=[BLOKE],
        roots=[
            {"pattern": "zai-org/GLM-4*", "line": "GLM"},
            {"pattern": "zai-org/GLM-Edge", "line": "GLM"},
            {"pattern": "zai-org/dolphin-*", "line": "GLM"},
            {"pattern": "zai-org/both-7*", "line": "GLM"},
            {"pattern": "Qwen/both-7*", "line": "Qwen"},
            {"pattern": "Qwen/tuned-2*", "line": "Tuned"},
        ],
        families=[
            {"line": "Tuned", "developer": "Alibaba Cloud", "weights": "Llama", "weights_source": "https://a.org/x"}
        ],
    )
    edges = choose(candidates([f"TheBloke/{name}-GGUF"]), rows)
    assert line_of(edges, f"TheBloke/{name}-GGUF", rows) == line


EXACT = [{"pattern": "lab/llama-tune", "line": "Llama"}, {"pattern": "lab/upper", "line": "Qwen"}]


def test_an_exact_row_speaks_where_the_declared_chain_leads_to_no_line(book):
    rows = book(organizations=[{"namespace": "lab", "organization": "Lab"}], roots=EXACT)
    lost = [("lab/llama-tune", "gone/a"), ("me/x", "lab/llama-tune")]
    assert parents(choose(candidates(["lab/llama-tune", "me/x"], lost), rows), "lab/llama-tune") == {}
    found = [("lab/llama-tune", "me/x"), ("me/x", ORIGINAL)]
    edges = choose(candidates(["lab/llama-tune", "me/x", ORIGINAL], found), rows)
    assert set(parents(edges, "lab/llama-tune")) == {"me/x"}


def test_of_two_exact_rows_on_a_way_that_leads_nowhere_the_upper_one_speaks(book):
    rows = book(organizations=[{"namespace": "lab", "organization": "Lab"}], roots=EXACT)
    chain = [("lab/llama-tune", "me/between"), ("me/between", "lab/upper"), ("lab/upper", "gone/a")]
    edges = choose(candidates(["lab/llama-tune", "me/between", "lab/upper"], chain), rows)
    assert set(parents(edges, "lab/llama-tune")) == {"me/between"}
    assert parents(edges, "lab/upper") == {}


def test_in_a_circle_of_exact_rows_the_same_one_speaks_in_whatever_order_models_stand(book):
    rows = book(organizations=[{"namespace": "lab", "organization": "Lab"}], roots=EXACT)
    circle = [("lab/llama-tune", "lab/upper"), ("lab/upper", "lab/llama-tune")]
    for names in (["lab/llama-tune", "lab/upper"], ["lab/upper", "lab/llama-tune"]):
        edges = choose(candidates(names, circle), rows)
        assert parents(edges, "lab/upper") == {}
        assert set(parents(edges, "lab/llama-tune")) == {"lab/upper"}


def test_a_declared_parent_wins_over_a_mirror_rule(book):
    edges = choose(candidates([ORIGINAL, "me/tune", MIRRORED], [(MIRRORED, "me/tune")]), book(mirrors=UNSLOTH))
    assert parents(edges, MIRRORED) == {"me/tune": ("hub", "finetune")}


def test_a_mirror_that_names_itself_as_parent_is_still_a_mirror(book):
    edges = choose(candidates([ORIGINAL, MIRRORED], [(MIRRORED, MIRRORED)]), book(mirrors=UNSLOTH))
    assert set(parents(edges, MIRRORED)) == {ORIGINAL}


@pytest.mark.parametrize("declared", [[], [(MIRRORED, ORIGINAL, "hub", "quantized")]], ids=["by rule", "declared"])
def test_as_uploaded_a_mirror_stands_for_itself_also_where_it_declares_the_original(book, declared):
    edges = choose(candidates([ORIGINAL, MIRRORED], declared), book(mirrors=UNSLOTH), "as_uploaded")
    assert parents(edges, MIRRORED) == {}


def test_as_uploaded_derivatives_of_a_mirror_still_hang_on_it(book):
    declared = [("me/lora", MIRRORED), (MIRRORED, ORIGINAL)]
    edges = choose(candidates([ORIGINAL, MIRRORED, "me/lora"], declared), book(mirrors=UNSLOTH), "as_uploaded")
    assert set(parents(edges, "me/lora")) == {MIRRORED}


GLM_ALIAS = {"old_namespace": "THUDM", "namespace": "zai-org", "renamed_on": "2025-07"}


def test_a_stub_in_a_renamed_namespace_is_the_model_of_its_present_name(book):
    edges = choose(
        candidates(["zai-org/glm-4-9b", "me/t"], [("me/t", "THUDM/glm-4-9b", "tag")]), book(aliases=[GLM_ALIAS])
    )
    assert parents(edges, "me/t") == {"zai-org/glm-4-9b": ("tag", "finetune")}


OLD, NEW = "THUDM/glm-4-9b-chat", "zai-org/glm-4-9b-chat"


@pytest.mark.parametrize("seen", [OLD, NEW])
@pytest.mark.parametrize("written", [OLD, NEW])
def test_an_override_applies_under_the_former_and_the_present_name(book, seen, written):
    row = {"model_id": written, "parent_id": "zai-org/glm-4-9b", "role": "weights_parent", "relation": "finetune"}
    edges = choose(candidates([seen, "THUDM/glm-4-9b"]), book(aliases=[GLM_ALIAS], overrides=[row]))
    assert parents(edges, seen) == {"THUDM/glm-4-9b": ("override", "finetune")}


def test_a_declaration_is_denied_under_the_former_name_too(book):
    row = {"model_id": NEW, "parent_id": "meta-llama/l", "role": "not_parent"}
    world = candidates([OLD, "meta-llama/l"], [(OLD, "meta-llama/l")])
    assert parents(choose(world, book(aliases=[GLM_ALIAS], overrides=[row])), OLD) == {}


def test_a_mirror_finds_its_original_under_the_former_name(book):
    rule = {"pattern": "unsloth/*-GGUF", "rule": "same_name", "target": "zai-org", "relation": "quantized"}
    edges = choose(candidates([OLD, "unsloth/glm-4-9b-chat-GGUF"]), book(aliases=[GLM_ALIAS], mirrors=[rule]))
    assert set(parents(edges, "unsloth/glm-4-9b-chat-GGUF")) == {OLD}


def day(text):
    return int(datetime.fromisoformat(f"{text}T12:00:00+00:00").timestamp())


@pytest.mark.parametrize(("created", "line"), [("2025-07-31", "GLM"), ("2025-08-01", None), (None, "GLM")])
def test_whoever_takes_a_freed_namespace_is_somebody_else(book, created, line):
    """Up to the last day of the month of the rename the namespace was its former owner's."""
    made = {OLD: day(created) if created else None, "zai-org/other": day("2025-01-01"), "me/t": day("2026-01-01")}
    edges = choose(candidates(made, [("me/t", OLD)]), book(aliases=[GLM_ALIAS]))
    assert parents(edges, "me/t") == {OLD: ("hub", "finetune")}  # a declaration by name stays what it is
    found = edges.line[list(edges.names).index(OLD)]
    assert (None if found < 0 else sorted(each["line"] for each in FAMILIES)[found]) == line


def test_an_alias_without_a_day_counts_always(book):
    made = {OLD: day("2026-01-01")}
    edges = choose(candidates(made), book(aliases=[{**GLM_ALIAS, "renamed_on": ""}]))
    assert edges.line.tolist() == [0]


def test_two_stubs_of_one_repository_are_one(book):
    declared = [("me/a", OLD, "tag"), ("me/b", NEW, "tag"), ("me/a", NEW, "tag")]
    edges = choose(candidates(["me/a", "me/b"], declared), book(aliases=[GLM_ALIAS]))
    assert set(parents(edges, "me/a")) == set(parents(edges, "me/b")) == {NEW}


def test_a_stub_that_differs_from_a_model_only_in_case_is_that_model(book):
    edges = choose(candidates(["some/Model", "me/t"], [("me/t", "some/model", "tag")]), book())
    assert set(parents(edges, "me/t")) == {"some/Model"}


def test_a_name_that_was_used_again_means_the_present_model(book):
    row = {"model_id": "me/t", "parent_id": "some/model", "role": "weights_parent", "relation": "finetune"}
    world = candidates({"some/model": 1, "me/t": 3})
    twice = candidates({"some/model": 1, "some/model ": 2, "me/t": 3}, gone=["some/model"])
    twice = replace(twice, names=pl.Series(["some/model", "some/model", "me/t"]))
    assert choose(world, book(overrides=[row])).parent.tolist() == [0]
    assert choose(twice, book(overrides=[row])).parent.tolist() == [1]


def test_lines_are_found_for_models_stubs_and_added_stubs(book):
    edges = choose(candidates(["me/t", DISTILL], [("me/t", "Qwen/gone", "tag")]), book(overrides=ORIGINS))
    found = dict(zip(edges.names, edges.line.tolist(), strict=True))
    families = {name: index for index, name in enumerate(["GLM", "Llama", "Qwen"])}
    assert found == {
        "me/t": registry.NO_ROW,
        DISTILL: registry.NO_ROW,
        "Qwen/gone": families["Qwen"],
        "meta-llama/Llama-3.1-8B": families["Llama"],
        "deepseek-ai/DeepSeek-R1": registry.NO_ROW,
    }


def test_one_pass_over_the_names_serves_all_variants(book):
    rows = book(mirrors=UNSLOTH, overrides=ORIGINS)
    world = candidates([ORIGINAL, MIRRORED, DISTILL])
    named = Named(world, rows)
    for variant in ("default", "as_uploaded", "teacher"):
        alone, shared = choose(world, rows, variant), choose(world, rows, variant, named)
        for model in (ORIGINAL, MIRRORED, DISTILL):
            assert parents(alone, model) == parents(shared, model)


def test_codes_are_positions(book):
    edges = choose(candidates(["me/a", "me/b", "me/c"], [("me/b", "me/a", "hub"), ("me/c", "me/a", "tag")]), book())
    assert edges.evidence.tolist() == [HUB, TAG]


def test_an_unknown_variant_is_refused(book):
    with pytest.raises(ValueError, match="none of default, as_uploaded"):
        choose(candidates(["me/a"]), book(), "roled_up")
