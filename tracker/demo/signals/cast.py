"""Who plays: models by the names that other sources know them by, with what they are worth there, all made up."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

# author on OpenRouter, namespace on the Hub (empty: no weights), country as Epoch spells it, names with a first day
_US, _CN, _FR = "United States of America", "China", "France"
_MADE: Sequence[tuple[str, str, str, str, str]] = (
    (
        "deepseek",
        "deepseek-ai",
        "DeepSeek",
        _CN,
        "DeepSeek-R1 DeepSeek-V3 DeepSeek-V3.1 DeepSeek-V3.2 DeepSeek-R1-0528",
    ),
    (
        "qwen",
        "Qwen",
        "Alibaba",
        _CN,
        "Qwen3-8B Qwen3-14B Qwen3-32B Qwen2.5-72B-Instruct Qwen3-235B-A22B Qwen3-Coder-Next",
    ),
    ("moonshotai", "moonshotai", "Moonshot", _CN, "Kimi-K2-Instruct Kimi-K2-Thinking Kimi-K2.5"),
    ("z-ai", "zai-org", "Z.ai", _CN, "GLM-4.5 GLM-4.6 GLM-4.5-Air GLM-5"),
    ("minimax", "MiniMaxAI", "MiniMax", _CN, "MiniMax-M1-80k MiniMax-M2 MiniMax-M2.5"),
    ("xiaomi", "XiaomiMiMo", "Xiaomi", _CN, "MiMo-7B-RL MiMo-V2-Flash"),
    (
        "meta-llama",
        "meta-llama",
        "Meta AI",
        _US,
        "Llama-3.3-70B-Instruct Llama-3.1-8B-Instruct Llama-4-Maverick-17B-128E",
    ),
    ("openai", "openai", "OpenAI", _US, "gpt-oss-120b gpt-oss-20b"),
    ("google", "google", "Google DeepMind", _US, "gemma-3-27b-it gemma-3-12b-it gemma-2-9b-it"),
    ("microsoft", "microsoft", "Microsoft", _US, "phi-4 Phi-3.5-mini-instruct"),
    ("nvidia", "nvidia", "NVIDIA", _US, "NVIDIA-Nemotron-Nano-9B-v2"),
    (
        "mistralai",
        "mistralai",
        "Mistral AI",
        _FR,
        "Mistral-Small-3.2-24B-Instruct-2506 Mistral-Nemo-Instruct-2407 Devstral-Small-2507",
    ),
    ("openai", "", "OpenAI", _US, "gpt-4o gpt-4o-mini gpt-5 gpt-5-mini o3"),
    (
        "anthropic",
        "",
        "Anthropic",
        _US,
        "claude-3.5-sonnet claude-sonnet-4 claude-sonnet-4.5 claude-opus-4.1 claude-haiku-4.5",
    ),
    ("google", "", "Google DeepMind", _US, "gemini-2.0-flash-001 gemini-2.5-flash gemini-2.5-pro gemini-3-pro-preview"),
    ("x-ai", "", "xAI", _US, "grok-3-mini grok-4 grok-4-fast grok-code-fast-1"),
    ("amazon", "", "Amazon", _US, "nova-lite-v1 nova-pro-v1"),
    ("perplexity", "", "Perplexity", _US, "sonar sonar-pro"),
    ("qwen", "", "Alibaba", _CN, "qwen-max qwen-plus qwen3-max"),
    ("mistralai", "", "Mistral AI", _FR, "mistral-medium-3 mistral-medium-3.1"),
    ("stealth", "", "", "", "otter-alpha"),
)


@dataclass(frozen=True)
class Player:
    """One model. `hub_id` is empty where there are no weights, `maker` and `country` where nobody knows."""

    author: str
    hub_id: str
    maker: str
    country: str
    name: str
    first_day: date

    @property
    def is_open(self) -> bool:
        """Whether its weights are there."""
        return bool(self.hub_id)

    @property
    def listed_id(self) -> str:
        """Its id on OpenRouter."""
        return f"{self.author}/{self.name.lower()}"

    @property
    def slug(self) -> str:
        """Its permanent name there; of a stealth model that is its id."""
        return self.listed_id if self.author == "stealth" else f"{self.listed_id}-{self.first_day:%Y%m%d}"


def dice(*of: object) -> float:
    """Return a number from 0 to 1 that depends on these words alone."""
    digest = hashlib.sha256("|".join(map(str, of)).encode()).digest()
    return int.from_bytes(digest[:7]) / 2**56


def _players() -> tuple[Player, ...]:
    found = []
    for author, namespace, maker, country, names in _MADE:
        for name in names.split():
            months = int(
                dice("first", author, name) * 16
            )  # from July 2024 on, so that all are there by the end of 2025
            first = date(2024 + (6 + months) // 12, (6 + months) % 12 + 1, 1 + int(dice("day", name) * 27))
            found.append(Player(author, f"{namespace}/{name}" if namespace else "", maker, country, name, first))
    return tuple(found)


PLAYERS = _players()
