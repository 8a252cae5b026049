"""A small registry for the synthetic ecosystem, so that its tests do not change with the curated one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.registry_folder import write_registry

COUNTRIES = {
    "Alibaba": "CN",
    "Meta": "US",
    "Mistral AI": "FR",
    "Google": "US",
    "DeepSeek": "CN",
    "Stability AI": "GB",
    "Black Forest Labs": "DE",
    "01.AI": "CN",
    "Z.ai": "CN",
    "Shanghai AI Laboratory": "CN",
    "Microsoft": "US",
    "OpenAI": "US",
    "Unsloth AI": "US",
}
NAMESPACES = {
    "Qwen": "Alibaba",
    "meta-llama": "Meta",
    "mistralai": "Mistral AI",
    "google": "Google",
    "google-bert": "Google",
    "deepseek-ai": "DeepSeek",
    "stabilityai": "Stability AI",
    "black-forest-labs": "Black Forest Labs",
    "01-ai": "01.AI",
    "zai-org": "Z.ai",
    "internlm": "Shanghai AI Laboratory",
    "microsoft": "Microsoft",
    "openai": "OpenAI",
    "unsloth": "Unsloth AI",
}
# line: parent, developer, modality, first release
FAMILIES = {
    "Qwen": ("", "Alibaba", "text", "2023-08-03"),
    "Qwen2.5": ("Qwen", "Alibaba", "text", "2024-09-19"),
    "Qwen3": ("Qwen", "Alibaba", "text", "2025-04-29"),
    "Llama": ("", "Meta", "text", "2023-02-24"),
    "Llama 2": ("Llama", "Meta", "text", "2023-07-18"),
    "Llama 3": ("Llama", "Meta", "text", "2024-04"),
    "Mistral": ("", "Mistral AI", "text", "2023-09-27"),
    "Gemma": ("", "Google", "text", "2024-02-21"),
    "DeepSeek": ("", "DeepSeek", "text", "2023-11-02"),
    "Stable Diffusion": ("", "Stability AI", "image", "2022-08-22"),
    "FLUX": ("", "Black Forest Labs", "image", "2024-08-01"),
    "Yi": ("", "01.AI", "text", "2023-11-02"),
    "GLM": ("", "Z.ai", "text", "2023-03-14"),
    "InternLM": ("", "Shanghai AI Laboratory", "text", "2023-07-06"),
    "Phi": ("", "Microsoft", "text", "2023-09-11"),
    "BERT": ("", "Google", "text", "2018-10-31"),
    "Whisper": ("", "OpenAI", "speech", "2022-09-21"),
}
# root: line, released on
ROOTS = {
    "Qwen/*": ("Qwen", ""),
    "Qwen/Qwen3-*": ("Qwen3", ""),
    "Qwen/Qwen-7B": ("Qwen", "2023-08-03"),
    "Qwen/Qwen2.5-7B": ("Qwen2.5", "2024-09-19"),
    "Qwen/Qwen2.5-7B-Instruct": ("Qwen2.5", "2024-09-19"),
    "Qwen/Qwen2.5-1.5B": ("Qwen2.5", ""),
    "Qwen/Qwen3-8B-Base": ("Qwen3", "2025-04-29"),
    "Qwen/Qwen3-8B": ("Qwen3", "2025-04-29"),
    "Qwen/Qwen3-0.6B": ("Qwen3", "2025-04-29"),
    "meta-llama/*": ("Llama", ""),
    "meta-llama/Llama-2-7b-hf": ("Llama 2", "2023-07-18"),
    "meta-llama/Llama-2-7b-chat-hf": ("Llama 2", "2023-07-18"),
    "meta-llama/Meta-Llama-3-8B": ("Llama 3", ""),
    "meta-llama/Llama-3.1-8B": ("Llama 3", "2024-07-23"),
    "meta-llama/Llama-3.1-8B-Instruct": ("Llama 3", "2024-07-23"),
    "mistralai/Mistral-7B-v0.1": ("Mistral", "2023-09-27"),
    "mistralai/Mistral-7B-Instruct-v0.2": ("Mistral", "2023-12-11"),
    "google/gemma-2b": ("Gemma", "2024-02-21"),
    "google/gemma-3-4b-pt": ("Gemma", "2025-03-12"),
    "google/gemma-3-4b-it": ("Gemma", "2025-03-12"),
    "deepseek-ai/deepseek-llm-7b-base": ("DeepSeek", "2023-11-29"),
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B": ("DeepSeek", "2025-01-20"),
    "stabilityai/stable-diffusion-xl-base-1.0": ("Stable Diffusion", "2023-07-26"),
    "stabilityai/stable-diffusion-2": ("Stable Diffusion", "2022-11-24"),
    "black-forest-labs/FLUX.1-dev": ("FLUX", "2024-08-01"),
    "01-ai/Yi-6B": ("Yi", "2023-11-02"),
    "zai-org/chatglm-6b": ("GLM", "2023-03-14"),
    "internlm/internlm-7b": ("InternLM", "2023-07-06"),
    "microsoft/phi-2": ("Phi", "2023-12-12"),
    "google-bert/bert-base-uncased": ("BERT", ""),
    "openai/whisper-small": ("Whisper", "2022-09-21"),
    "nobody/riddle": ("unknown", "2024-01-01"),
}
MIRRORS = {
    "unsloth/*": ("same_name", "", "copy"),
    "unsloth/*-bnb-4bit": ("same_name", "", "quantized"),
    "unsloth/*-GGUF": ("same_name", "Qwen meta-llama google", "quantized"),
    "NousResearch/Llama-2-7b-hf": ("exact", "meta-llama/Llama-2-7b-hf", "copy"),
}
OVERRIDES = [
    ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "Qwen/Qwen2.5-7B", "weights_parent", "finetune"),
    ("Qwen/Qwen3-8B", "Qwen/Qwen3-8B-Base", "not_parent", ""),
]


def small_registry(folder: Path) -> Path:
    """Write the registry and return its folder."""
    files: dict[str, list[dict[str, Any]]] = {
        "organizations": [
            {"namespace": namespace, "organization": organization, "country": COUNTRIES[organization]}
            for namespace, organization in NAMESPACES.items()
        ],
        "families": [
            {"line": name, "parent": parent, "developer": developer, "modality": modality, "first_release": first}
            for name, (parent, developer, modality, first) in FAMILIES.items()
        ],
        "roots": [
            {"pattern": name, "line": family, "released_on": released} for name, (family, released) in ROOTS.items()
        ],
        "mirrors": [
            {"pattern": pattern, "rule": rule, "target": target, "relation": relation}
            for pattern, (rule, target, relation) in MIRRORS.items()
        ],
        "overrides": [
            {"model_id": model_id, "parent_id": parent_id, "role": role, "relation": relation}
            for model_id, parent_id, role, relation in OVERRIDES
        ],
    }
    return write_registry(folder, **files)
