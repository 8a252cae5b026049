"""Which namespaces of the second hub are asked, by the registry that ships with the package."""

from __future__ import annotations

from pathlib import Path

from tracker import registry
from tracker.settings import Settings
from tracker.signals import namespaces


def test_makers_are_asked_for_by_the_names_that_they_have_there(tmp_path: Path) -> None:
    asked = namespaces.official(Settings(data_dir=tmp_path, registry=registry.default_directory()))
    assert {"Qwen", "deepseek-ai", "ZhipuAI", "MiniMax", "moonshotai"} <= set(asked)
    assert not {"zai-org", "MiniMaxAI", "meta-llama", "AI-ModelScope", "unsloth"} & set(asked)
    assert len(asked) < 150  # a request each, once a week
