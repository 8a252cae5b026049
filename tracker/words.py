"""The closed word lists that several rooms share: what a command offers, an answer knows and the registry accepts.

And how a number of things is written in a sentence.

May import: nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

# lineage: codes of the engine are positions in these tuples
HUB_RELATIONS = ("finetune", "adapter", "quantized", "merge")  # what a model may declare on the Hub
RELATIONS = (*HUB_RELATIONS, "copy", "other")
EVIDENCES = ("override", "hub", "tag", "mirror", "inferred")  # best first
STATUSES = ("root", "derived", "dangling", "outside", "cycle")
VARIANTS = ("default", "as_uploaded", "teacher", "inferred")  # the readings of lineage that are kept

# answers: what the rows of a share may be grouped by
GROUPS = (
    "family", "line", "developer", "origin_country", "region", "base_publisher", "base_namespace", "publisher",
    "publisher_country", "publisher_organization", "library_name", "pipeline_tag", "license", "license_class",
    "size_class", "relation",
)  # fmt: skip
GROUP_ALIASES: Mapping[str, str] = {
    "library": "library_name", "task": "pipeline_tag", "licence": "license", "size": "size_class",
    "organization": "publisher_organization", "licence_class": "license_class",
}  # fmt: skip
SIZE_CLASSES = ("0-1B", "1-5B", "5-10B", "10-50B", "50-100B", "100-250B", "250B+", "undeclared")
# what a licence leaves to whoever takes the weights, the freest first; beside them `unknown` and `unreviewed`
LICENSE_CLASSES = ("open-source", "permissive-weights", "restricted", "non-commercial")
OPENNESS_WORDS = ("open", "closed")  # are a model's weights given out; beside them `unknown` and `unreviewed`
SIGNAL_SOURCES = ("openrouter", "arena", "epoch_eci", "modelscope")  # whose names of models the registry reads
UNNAMED_LICENSES = ("other", "unknown")  # identifiers of the Hub that name no licence
# what a trend or a ranking lists -> the column that names it
LISTS: Mapping[str, str] = {
    "families": "family",
    "lines": "line",
    "developers": "developer",
    "models": "model_id",
    "publishers": "publisher",
    "countries": "origin_country",
    "tasks": "pipeline_tag",
    "libraries": "library_name",
    "licenses": "license",
    "license_classes": "license_class",
    "sizes": "size_class",
}
# what a trend or a ranking counts -> the column that is summed
COUNTERS: Mapping[str, str] = {"downloads": "downloads_30d", "likes": "likes", "derivatives": "derivatives"}
TOKENS, RATING = "tokens", "rating"  # what other sources than the Hub count
COUNTRIES = ("origin", "publisher")  # of the base's developer, or of the uploader
STEPS = ("night", "month")
SIGNAL_STEPS = ("day", "week", "month")  # of tokens
RANKED = 10_000  # rows of a ranking that are looked through for what was among the first of another day

# definitions: what each closed choice may be
CHOICES: Mapping[str, tuple[str, ...]] = {
    "edge": ("root", "nearest", "direct", "itself", "name"),
    "counts": ("derivatives", "models"),
    "credit": ("fractional", "full", "first"),
    "mirrors": ("rolled_up", "as_uploaded"),
    "two_origin": ("weights", "teacher"),
    "inferred": ("out", "in"),
    "own_organization": ("in", "out"),
    "removed": ("in", "out", "only"),
    "counter": ("downloads_30d", "downloads_all_time"),
    "denominator": ("derivatives", "traced", "listed", "models"),
    "time_axis": ("created", "first_seen", "stock"),
}

# a model's architecture, which stands among its tags: model types of transformers' configurations
ARCHITECTURES = frozenset(
    """
    albert aya_vision baichuan bart bert bert_generation big_bird blip blip-2 bloom camembert chatglm clip
    codegen cohere cohere2 command-r convbert convnext dbrx deberta deberta-v2 deepseek_v2 deepseek_v3
    deepseek_v32 deepseek_v4 detr dinov2 dinov3_vit distilbert electra ernie ernie4_5 esm exaone exaone4 falcon
    falcon_h1 falcon_mamba florence2 gemma gemma2 gemma3 gemma3_text gemma3n gemma4 glm glm4 glm4_moe glm4v
    glm_moe_dsa gpt2 gpt_bigcode gpt_neo gpt_neox gpt_oss gptj granite granitemoe granitemoehybrid hubert
    idefics2 idefics3 internlm internlm2 internlm3 internvl_chat jamba jetmoe kimi_k2 kimi_k25 layoutlm
    layoutlmv3 lfm2 llama llama4 llava llava_next longformer longt5 m2m_100 mamba mamba2 marian mbart minicpm
    minicpm3 minicpmv minimax minimax_m2 mistral mistral3 mixtral mllama mobilebert modernbert mpnet mpt mt5
    musicgen nemotron nemotron_h nllb-moe nomic_bert olmo olmo2 olmo3 olmoe opt orion paligemma pegasus
    persimmon phi phi-msft phi3 phi3_v phi4mm phimoe pixtral plamo qwen qwen2 qwen2_5_vl qwen2_audio qwen2_moe
    qwen2_vl qwen3 qwen3_5 qwen3_5_moe qwen3_moe qwen3_next qwen3_vl qwen3_vl_moe roberta rwkv rwkv7 sam sam2
    seamless_m4t seed_oss siglip siglip2 smollm3 smolvlm speecht5 squeezebert stablelm starcoder2 swin
    switch_transformers t5 t5gemma timesfm trocr umt5 vision-encoder-decoder vit vits wav2vec2 wav2vec2-bert
    wavlm whisper xglm xlm xlm-roberta xlnet xmod yi yolos zamba zamba2
    """.split()  # noqa: SIM905  a list of quoted words would be three times as long to read
)

# labels of what happened around a night, and where a model may have come from
BULK_UPLOAD, MASS_DELETION = "bulk upload", "mass deletion"
UPLOADS = ("singly", "bulk")

# claims: what our data say to a published figure. The first three where its author published his rule, the next two
# where he did not
VERDICTS = ("reproduced", "within band", "differs", "possible", "impossible", "cannot")
REPRODUCED, WITHIN_BAND, DIFFERS, POSSIBLE, IMPOSSIBLE, CANNOT = VERDICTS

# when a night may begin, UTC: the Hub's counters move between 07 and 10. A start that comes too early says so
DUE_HOUR = 10
NOT_DUE = f"not due before {DUE_HOUR:02d}:00 UTC"
NIGHT_HOURS = 4.0  # that one may take; half an hour is usual, and what hangs leaves room for other attempts of the day

RunStatus = Literal["running", "landed", "loaded", "published", "refused", "failed", "interrupted"]
# why a published figure changed later: it was wrong at its source, data came late, the method or the registry changed,
# or the fault was ours
RestatementClass = Literal["source", "routine", "method", "correction"]
RESTATEMENT_CLASSES: tuple[str, ...] = get_args(RestatementClass)
UseRights = Literal["rows", "share-alike", "aggregates", "none"]  # what of a source may leave the machine
USE_RIGHTS: tuple[str, ...] = get_args(UseRights)
THEMES = ("light", "dark")
SIZES = ("web", "print", "slide", "square")  # what a chart's file is for

LOG_FORMATS = ("text", "json")  # of a file that every step is noted in


def several(number: int, what: str, verbs: tuple[str, str] | None = None) -> str:
    """Return `1 night`, `1,200 nights`; with `verbs` (of one, of more) also what it does: `1 night is`."""
    verb = "" if verbs is None else f" {verbs[number != 1]}"
    return f"{number:,} {what}{'s' * (number != 1)}{verb}"
