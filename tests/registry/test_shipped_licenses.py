"""The licences that are shipped: each change of terms that has a day, on both sides, and the known exceptions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracker import registry

OPEN, PERMISSIVE, RESTRICTED, NON_COMMERCIAL = "open-source", "permissive-weights", "restricted", "non-commercial"
CHANGES = [
    ("01-ai/Yi-34B", "2024-05-30", RESTRICTED, OPEN),
    ("apple/OpenELM-3B", "2025-02-26", PERMISSIVE, NON_COMMERCIAL),
    ("facebook/dinov2-base", "2023-08-31", NON_COMMERCIAL, OPEN),
    ("internlm/internlm2-chat-7b", "2025-01-15", RESTRICTED, OPEN),
    ("Lightricks/LTX-Video", "2025-03-05", NON_COMMERCIAL, RESTRICTED),
    ("microsoft/phi-2", "2024-01-01", NON_COMMERCIAL, OPEN),
    ("MiniMaxAI/MiniMax-M2", "2025-11-13", OPEN, PERMISSIVE),
    ("MiniMaxAI/MiniMax-M2.5", "2026-03-06", PERMISSIVE, RESTRICTED),
    ("nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16", "2026-03-15", RESTRICTED, PERMISSIVE),
    ("openbmb/MiniCPM-2B-sft-bf16", "2025-06-06", RESTRICTED, OPEN),
    ("openbmb/MiniCPM-V-2_6", "2025-09-15", RESTRICTED, OPEN),
    ("stabilityai/stable-diffusion-3-medium", "2024-07-05", NON_COMMERCIAL, RESTRICTED),
    ("stabilityai/stable-video-diffusion-img2vid", "2024-07-05", NON_COMMERCIAL, RESTRICTED),
    ("tiiuae/falcon-40b", "2023-05-31", RESTRICTED, OPEN),
    ("zai-org/chatglm-6b", "2023-07-14", NON_COMMERCIAL, RESTRICTED),
]
# from one line to the next: the developer wrote another text
STEPS = {
    "DeepSeek": (("deepseek-ai/DeepSeek-V2", RESTRICTED), ("deepseek-ai/DeepSeek-R1", OPEN)),
    "Gemma": (("google/gemma-3-4b-it", RESTRICTED), ("google/gemma-4-31B-it", OPEN)),
    "GLM": (("zai-org/glm-4-9b", RESTRICTED), ("zai-org/GLM-4.5", OPEN)),
    "Kimi": (("moonshotai/Kimi-K2-Instruct", PERMISSIVE), ("moonshotai/Kimi-K3", RESTRICTED)),
    "MiniMax": (("MiniMaxAI/MiniMax-M1-80k", OPEN), ("MiniMaxAI/MiniMax-M2.7", NON_COMMERCIAL)),
    "Qwen": (("Qwen/Qwen1.5-72B", RESTRICTED), ("Qwen/Qwen3-32B", OPEN)),
    "Tencent": (("tencent/Hunyuan-A13B-Instruct", RESTRICTED), ("tencent/Hy3", OPEN)),
}


@pytest.fixture(scope="module")
def licensing():
    return registry.load().licensing


@pytest.mark.parametrize(("model", "day", "before", "since"), CHANGES)
def test_a_change_of_terms_is_told_on_both_sides(licensing, model, day, before, since):
    first = date.fromisoformat(day)
    found = [licensing.of(model, None, on) for on in (first - timedelta(days=1), first)]
    assert [each.license_class for each in found] == [before, since]
    assert all(each.row and each.row.source_url for each in found)


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
def test_a_family_whose_later_line_has_another_text_is_told(licensing, steps):
    assert [licensing.of(model, None, date(2026, 11, 1)).license_class for model, _ in steps] == [
        license_class for _, license_class in steps
    ]


@pytest.mark.parametrize(
    ("model", "tag"),
    [
        ("Kwai-Kolors/Kolors", "apache-2.0"),
        ("deepseek-ai/Janus-Pro-7B", "mit"),
        ("zai-org/cogvlm-chat-hf", "apache-2.0"),
    ],
)
def test_a_tag_that_names_the_licence_of_the_code_does_not_decide(licensing, model, tag):
    found = licensing.of(model, tag, date(2026, 11, 1))
    assert (found.license_class, found.row.exception) == (RESTRICTED, True)
    assert tag in found.row.notes
