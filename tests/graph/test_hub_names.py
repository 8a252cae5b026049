"""What a text names on the Hub, whoever wrote it and however."""

from __future__ import annotations

from importlib.resources import files

import duckdb
import pytest

from tracker.graph import hub_names
from tracker.sql.connect import literal

DISGUISED = {
    "Qwen/Qwen2.5-7B": (
        "https://huggingface.co/Qwen/Qwen2.5-7B", "http://www.huggingface.co/Qwen/Qwen2.5-7B/", "hf.co/Qwen/Qwen2.5-7B",
        "https://huggingface.co/Qwen/Qwen2.5-7B/tree/main", "https://huggingface.co/models/Qwen/Qwen2.5-7B",
        "https://huggingface.co/Qwen/Qwen2.5-7B/resolve/main/model.safetensors?download=true",
        "https://hf-mirror.com/Qwen/Qwen2.5-7B#files", "HTTPS://HuggingFace.co/Qwen%2FQwen2.5-7B", "hf://Qwen/Qwen2.5-7B",
        "https://huggingface.co/Qwen/Qwen2.5-7B.git", "Qwen/Qwen2.5-7B@main", "Qwen/Qwen2.5-7B@refs/pr/1",
        "https://huggingface.co/Qwen/Qwen2.5-7B@f8d333a", "Qwen/Qwen2.5-7B/", " Qwen/Qwen2.5-7B ", "'Qwen/Qwen2.5-7B'",
        "models--Qwen--Qwen2.5-7B", "/job/hf_cache/models--Qwen--Qwen2.5-7B/snapshots/f8d333a098d19b4fd9a8b18f94170487",
        r"C:\Users\kid\.cache\huggingface\hub\models--Qwen--Qwen2.5-7B\snapshots\f8d3", "Qwen/Qwen2.5-7B/tree/main",
        "hf.co/Qwen/Qwen2.5-7B:Q4_K_M", "git@hf.co:Qwen/Qwen2.5-7B.git", "ssh://git@huggingface.co/Qwen/Qwen2.5-7B",
    ),
    "gpt2": ("https://huggingface.co/gpt2", "gpt2/", "~/.cache/huggingface/hub/models--gpt2/snapshots/607a30d"),
}  # fmt: skip

NONE = (
    "/data/model_base", "./out", "../Qwen/Qwen2.5-7B", r"C:\Models\Apriel-5B-Instruct", "/cache/models/a--b", "Qwen/..",
    "llama3:8b", "Qwen/Qwen2.5-7B:latest", "https://huggingface.co/datasets/Qwen/data", "https://huggingface.co/",
    "https://example.org/Qwen/Qwen2.5-7B", "https://github.com/QwenLM/Qwen2.5", "models/Qwen/Qwen2.5-7B", "my model",
    "https://huggingface.co/spaces/Qwen/chat", "", "s3://bucket/Qwen/Qwen2.5-7B",
    "git@github.com:QwenLM/Qwen2.5.git",
)  # fmt: skip

IDS = ("Qwen/Qwen2.5-7B", "models--a--b--c", "gpt2", "a-/b_.c", "old/with--dashes", "Ünïcode/模型")


@pytest.mark.parametrize(("text", "named"), [(text, named) for named, texts in DISGUISED.items() for text in texts])
def test_an_id_in_disguise_is_read_for_what_it_names(text: str, named: str) -> None:
    assert hub_names.named(text) == named and hub_names.is_id(named)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_id_stays_as_it_is(text: str) -> None:
    assert hub_names.named(text) == text and not hub_names.is_id(text)


@pytest.mark.parametrize("text", IDS)
def test_an_id_is_left_alone(text: str) -> None:
    assert hub_names.named(text) == text and hub_names.is_id(text)


def test_sql_and_python_agree_on_every_name() -> None:
    texts = {*DISGUISED, *NONE, *IDS, *(text for texts in DISGUISED.values() for text in texts)}
    texts |= {"a" * 96, "a" * 97, f"{'a' * 96}/{'b' * 96}", f"{'a' * 97}/b", f"a/{'b' * 97}", f"{'模' * 96}/{'é' * 96}"}
    texts |= {".", "..", "./a", "a/.", "a/..", "../a", ".a/b", "a/.b", "a/...", "a//b", "/", "a/", "a\nb", "a\n", "²/½"}
    values = ", ".join(f"({literal(text)})" for text in sorted(texts))
    sql = f"select name, {hub_names.is_id_in_sql('name')} from (values {values}) as t(name)"
    with duckdb.connect() as connection:
        rows = connection.execute(sql).fetchall()
    assert dict(rows) == {text: hub_names.is_id(text) for text in texts}


def test_the_published_reason_knows_an_id_by_the_same_condition() -> None:
    views = files("tracker.store.publish").joinpath("published_views.sql").read_text(encoding="utf-8")
    assert views.count(f"when not {hub_names.is_id_in_sql('root_id')} then") == 1
    assert views.count("regexp_matches(root_id") == hub_names.is_id_in_sql("root_id").count("regexp_matches(root_id")
