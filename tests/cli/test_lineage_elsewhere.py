"""Lineage for other tools: a CycloneDX bill of materials, and a graph for Graphviz."""

from __future__ import annotations

import json
import shutil
import subprocess
import uuid
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests import planted
from tests.command_line import called
from tests.store.nights import land, model, small_registry, update
from tracker.settings import Settings

EXTRA = "`make extras` installs it"
STRANGE = 'eve/a"b\\n<b>&amp;\\'
NAMES = ("bart/tune-GGUF", "erin/merge", "dave/lora", "gina/ghost", "Qwen/Qwen3-8B", "meta-llama/Llama-2-gone")


@cache
def told(*arguments: str, folder: Path | None = None) -> str:
    done = called("lineage", *arguments, "--data-dir", str(folder or planted.folder()))
    assert done.returncode == 0, done.stderr
    return done.stdout


def bill(name: str, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told(name, "--format", "cyclonedx", *options))
    return found


def properties(of: dict[str, Any]) -> dict[str, str]:
    return {each["name"].removeprefix("tracker:"): each["value"] for each in of.get("properties", [])}


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model whose parent is called what would end a text of DOT, and begin HTML."""
    place = tmp_path_factory.mktemp("strange")
    models = [model(STRANGE, 1), model("ann/tune", 2, parents=[(1, STRANGE)])]
    settings = Settings(data_dir=place / "data", memory_limit="1GB", threads=2)
    update(settings, small_registry(place / "registry"), land(settings.data_dir, date(2026, 11, 1), models))
    return settings.data_dir


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("ignore")
def test_a_bill_is_valid_by_the_schema(name: str) -> None:
    validation = pytest.importorskip("cyclonedx.validation.json", reason=EXTRA)
    from cyclonedx.schema import SchemaVersion

    text = told(name, "--format", "cyclonedx")
    assert validation.JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


@pytest.mark.parametrize("name", NAMES)
def test_a_bill_says_what_the_rows_say(name: str) -> None:
    found, rows = bill(name), json.loads(told(name, "--json"))
    components = {each["bom-ref"]: each for each in [found["metadata"]["component"], *found["components"]]}
    edges = {
        (ref, f"{above.get('group', '')}/{above['name']}".lstrip("/")): properties(above)
        for ref, each in components.items()
        for above in each.get("pedigree", {}).get("ancestors", [])
    }
    for root in rows["roots"]:
        below = name
        for step in root["path"]:
            told_of = edges[below, step["model_id"]]
            assert (told_of["relation"], told_of["evidence"]) == (step["relation"], step["evidence"])
            below = step["model_id"]
        known = properties(components[root["root_id"]])
        assert known.get("family", "unreviewed") == root["family"]
    depends = {(each["ref"], on) for each in found["dependencies"] for on in each.get("dependsOn", [])}
    assert depends == set(edges) and {each["ref"] for each in found["dependencies"]} == set(components)
    assert properties(found["metadata"])["answer_id"] == rows["about"]["id"]


def test_a_bill_has_an_address_and_a_licence_only_where_the_copy_knows_one() -> None:
    ghost = {each["name"]: each for each in bill("gina/ghost")["components"]}["gone"]
    assert "purl" not in ghost and "licenses" not in ghost and "modelCard" not in ghost
    main = bill("bart/tune-GGUF")["metadata"]["component"]
    assert main["purl"] == "pkg:huggingface/bart/tune-GGUF"
    assert main["modelCard"] == {"modelParameters": {"task": "text-generation"}}
    (step,) = main["pedigree"]["ancestors"]
    assert properties(step) == {"relation": "quantized", "evidence": "hub", "credit": "1"}


def test_the_same_copy_gives_the_same_bill() -> None:
    text = told("erin/merge", "--format", "cyclonedx")
    again = called("lineage", "ERIN/merge", "--format", "cyclonedx", "--data-dir", str(planted.folder())).stdout
    assert again == text
    found = json.loads(text)
    assert uuid.UUID(found["serialNumber"].removeprefix("urn:uuid:"))
    assert found["serialNumber"] != bill("dave/lora")["serialNumber"]
    assert found["metadata"]["timestamp"] == f"{planted.SNAPSHOT}T00:00:00Z"


def test_a_name_of_strangers_is_quoted_in_an_address(strange: Path) -> None:
    found = json.loads(told(STRANGE, "--format", "cyclonedx", folder=strange))
    assert found["metadata"]["component"]["purl"] == "pkg:huggingface/eve/a%22b%5Cn%3Cb%3E%26amp%3B%5C"


def graph(text: str) -> tuple[dict[str, str], set[tuple[str, str, str]]]:
    """Return the labels of the nodes, and the edges by these: model, parent, label."""
    pydot = pytest.importorskip("pydot", reason=EXTRA)
    (parsed,) = pydot.graph_from_dot_data(text)
    labels = {
        each.get_name(): each.get("label")
        for each in parsed.get_nodes()
        if each.get_name() not in ("graph", "node", "edge")
    }
    edges = {
        (labels[each.get_source()], labels[each.get_destination()], each.get("label")) for each in parsed.get_edges()
    }
    return labels, edges


@pytest.mark.filterwarnings("ignore")
def test_a_graph_has_every_edge_with_relation_and_evidence(strange: Path) -> None:
    labels, edges = graph(told("erin/merge", "--format", "dot"))
    assert {each.strip('"').partition("\\n")[0] for each in labels.values()} == {
        "erin/merge", "Qwen/Qwen3-8B", "meta-llama/Llama-3.1-8B",
    }  # fmt: skip
    assert {label for _, _, label in edges} == {'"merge (hub, 50%)"'} and len(edges) == 2
    _, below = graph(told("Qwen/Qwen3-8B", "--down", "--format", "dot"))
    assert ('"bart/tune-GGUF"', '"carol/tune"', '"quantized (hub)"') in below
    labels, edges = graph(told("ann/tune", "--format", "dot", folder=strange))
    assert len(edges) == 1 and len(labels) == 2


def test_what_is_hidden_of_a_graph_is_counted() -> None:
    text = told("Qwen/Qwen3-8B", "--down", "--limit", "1", "--format", "dot")
    assert "derivatives not shown" in text
    assert text.count("->") < told("Qwen/Qwen3-8B", "--down", "--format", "dot").count("->")


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz (the package graphviz of the system)")
@pytest.mark.parametrize("kind", ["planted", "strange"])
def test_graphviz_draws_it_with_names_as_they_are(kind: str, strange: Path) -> None:
    text = (
        told("ann/tune", "--format", "dot", folder=strange)
        if kind == "strange"
        else told("erin/merge", "--format", "dot")
    )
    done = subprocess.run(["dot", "-Tplain"], input=text, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    drawn = subprocess.run(["dot", "-Tsvg"], input=text, capture_output=True, text=True, check=True).stdout
    shown = "a&quot;b\\n&lt;b&gt;&amp;amp;\\" if kind == "strange" else "merge (hub, 50%)"
    assert shown in drawn


REFUSED = {
    ("share", "--format", "dot"): "dot is a format of `tracker lineage MODEL` alone",
    ("top", "--format", "cyclonedx"): "cyclonedx is a format of `tracker lineage MODEL` alone",
    ("lineage", "--publisher", "Qwen", "--format", "dot"): "--format dot is about one MODEL",
    ("lineage", "Qwen/Qwen3-8B", "--down", "--format", "cyclonedx"): "leave --down out, or use --format dot",
    ("lineage", "Qwen/Qwen3-8B", "--cite", "--format", "cyclonedx"): "leave --format cyclonedx out",
}


@pytest.mark.parametrize("words", REFUSED, ids=" ".join)
def test_elsewhere_they_are_refused_in_a_sentence(words: tuple[str, ...]) -> None:
    done = called(*words, "--data-dir", str(planted.folder()))
    assert done.returncode == 2 and done.stdout == "" and REFUSED[words] in done.stderr
