"""The vocabulary of what is made up: names of publishers and models, profiles (library, task, tags), licences, sizes.

None of the words is the name of a model family or of a lab.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FIRST = (
    "Amber", "Ashen", "Azure", "Brisk", "Cinder", "Cobalt", "Copper", "Coral", "Dapple", "Drift", "Dusky", "Fern",
    "Flint", "Frost", "Gentle", "Gilded", "Hazel", "Hollow", "Indigo", "Ivory", "Jade", "Keen", "Lilac", "Linen",
    "Marble", "Mellow", "Misty", "Moss", "Ochre", "Pale", "Pine", "Quiet", "Russet", "Saffron", "Silver", "Slate",
    "Sunny", "Umber", "Velvet", "Wild",
)  # fmt: skip
SECOND = (
    "Acorn", "Anchor", "Barrel", "Beacon", "Birch", "Bramble", "Bridge", "Brook", "Candle", "Canyon", "Clover", "Cove",
    "Creek", "Dune", "Ember", "Field", "Garden", "Glade", "Grove", "Harbor", "Heron", "Hill", "Island", "Juniper",
    "Kettle", "Lantern", "Ledge", "Loom", "Maple", "Marsh", "Meadow", "Mill", "Nest", "Orchard", "Otter", "Pebble",
    "Pond", "Quarry", "Quill", "Raven", "Reed", "Ridge", "River", "Robin", "Shore", "Sparrow", "Spring", "Stone",
    "Thicket", "Thistle", "Tide", "Timber", "Trail", "Valley", "Wharf", "Willow", "Window",
    "Wren", "Yarrow", "Zephyrine",
)  # fmt: skip
PROVIDERS = ("cumulus", "fastlane", "harborside", "stillwater")  # of inference
SIZE_WORDS = ("tiny", "125m", "350m", "1b", "3b", "7b", "13b", "base", "large", "xl")
PUBLISHER_ENDINGS = ("", "-ai", "-labs", "-research", "-models", "42", "-hub", "-ml", "-studio", "-works")

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
TOKEN = 36**5  # distinct tokens of five characters; odd multiplier and modulus keep neighbours apart
TOKEN_STEP = 17_365_349  # coprime to 36

FINETUNE, ADAPTER, QUANTIZED, MERGE = range(4)
# relation -> how the names of such models end, and the variant of the profile that goes with the ending
STYLES: tuple[tuple[str, str], ...] = (
    ("", "plain"), ("-SFT", "plain"), ("-DPO", "plain"), ("-v2", "plain"), ("-tuned", "untasked"), ("-ft", "bare"),
    ("-lora", "adapter"), ("-adapter", "adapter"), ("-QLoRA", "adapter"), ("-peft", "adapter"),
    ("-GGUF", "gguf"), ("-Q4_K_M-GGUF", "gguf"), ("-AWQ", "packed"), ("-GPTQ-Int4", "packed"), ("-mlx-4bit", "packed"),
    ("-merge", "merged"), ("-slerp", "merged"),
    ("", "plain"), ("-base", "plain"), ("", "untasked"), ("", "bare"), ("-test", "bare"),
)  # fmt: skip
STYLES_OF = {FINETUNE: (0, 6), ADAPTER: (6, 10), QUANTIZED: (10, 15), MERGE: (15, 17), -1: (17, 22)}
VARIANTS = ("plain", "untasked", "bare", "adapter", "gguf", "packed", "merged")


@dataclass(frozen=True)
class Task:
    """What models of one modality say about themselves."""

    modality: str
    library: str
    pipeline: str
    tags: tuple[str, ...]
    weight: float  # among the models that no registered family explains


TASKS = (
    Task("text", "transformers", "text-generation", ("llama", "conversational", "text-generation-inference"), 0.42),
    Task("code", "transformers", "text-generation", ("qwen2", "code", "text-generation-inference"), 0.04),
    Task("vision-language", "transformers", "image-text-to-text", ("conversational",), 0.03),
    Task("embedding", "sentence-transformers", "sentence-similarity", ("feature-extraction",), 0.06),
    Task("reranking", "sentence-transformers", "text-ranking", ("cross-encoder",), 0.01),
    Task("speech", "transformers", "automatic-speech-recognition", ("whisper", "generated_from_trainer"), 0.06),
    Task("audio", "transformers", "text-to-audio", ("music",), 0.02),
    Task("image", "diffusers", "text-to-image", ("stable-diffusion",), 0.16),
    Task("video", "diffusers", "text-to-video", ("video",), 0.02),
    Task("time-series", "transformers", "time-series-forecasting", ("time-series",), 0.01),
    Task("robotics", "lerobot", "robotics", ("act",), 0.05),
    Task("biology", "transformers", "fill-mask", ("esm", "protein"), 0.01),
    Task("multimodal", "transformers", "any-to-any", ("multimodal",), 0.01),
    Task("other", "stable-baselines3", "reinforcement-learning", ("deep-reinforcement-learning",), 0.10),
)  # fmt: skip
MODALITIES = tuple(task.modality for task in TASKS)

# tags of licences; those behind the first ten are only given where a real developer's terms have them
LICENSES = (
    "apache-2.0", "mit", "", "other", "llama3.1", "gemma", "cc-by-nc-4.0", "creativeml-openrail-m", "openrail",
    "cc-by-4.0", "llama2", "llama3", "llama3.2", "llama3.3", "llama4", "openrail++", "cc-by-nc-sa-4.0", "bsd-3-clause",
    "cc-by-sa-4.0", "bigcode-openrail-m", "bigscience-bloom-rail-1.0", "intel-research", "apple-amlr",
)  # fmt: skip
LICENSE_WEIGHTS = (0.40, 0.16, 0.18, 0.07, 0.04, 0.03, 0.04, 0.04, 0.02, 0.02, *[0.0] * 13)
# what stands between the tags of the profile and the licence: languages, papers, datasets
EXTRAS: tuple[tuple[str, ...], ...] = (
    (), ("en",), (), ("en", "zh"), (), ("multilingual",), (), ("fr",), (), ("ja",), ("zh",), ("ko",),
    ("trl", "sft", "en"), ("arxiv:2309.00071", "en"), ("arxiv:2505.09388",),
    ("dataset:synthetic-demo/instructions", "en"),
)  # fmt: skip
SIZES = (
    22_713_216, 66_955_010, 109_482_240, 334_092_288, 494_032_768, 751_632_384, 1_235_814_400, 1_543_714_304,
    3_085_938_688, 4_022_468_096, 6_738_415_616, 7_615_616_512, 8_030_261_248, 8_190_735_360, 14_768_307_200,
    27_432_406_640, 32_763_876_352, 70_553_706_496, 235_093_634_560, 684_531_386_000,
)  # fmt: skip
GATES = ("false", '"auto"', '"manual"')


@dataclass(frozen=True)
class Profile:
    """Library, pipeline tag (None: not given) and the leading tags of one kind of repository."""

    library: str | None
    pipeline: str | None
    tags: tuple[str, ...]


def profiles() -> list[Profile]:
    """Return all profiles: TASKS times VARIANTS, in the order of `profile_numbers`."""
    return [_profile(task, variant) for task in TASKS for variant in VARIANTS]


def profile_numbers(modality: NDArray[np.int64], style: NDArray[np.int8]) -> NDArray[np.int16]:
    """Return the profile of each model, from its modality (in TASKS) and style (in STYLES)."""
    variant = np.array([VARIANTS.index(each) for _, each in STYLES])
    return np.asarray(modality * len(VARIANTS) + variant[style], dtype=np.int16)


def _profile(task: Task, variant: str) -> Profile:
    if variant == "bare":
        return Profile(None, None, ())
    if variant == "untasked":
        return Profile(task.library, None, (task.library, "safetensors"))
    if variant == "adapter":
        return Profile("peft", task.pipeline, ("peft", "safetensors", "lora", task.pipeline))
    if variant == "gguf":
        return Profile(None, task.pipeline, ("gguf", task.pipeline, "endpoints_compatible"))
    extra = {"plain": (), "packed": ("4-bit",), "merged": ("mergekit", "merge")}[variant]
    return Profile(task.library, task.pipeline, (task.library, "safetensors", *task.tags, *extra, task.pipeline))


def publishers(count: int) -> list[str]:
    """Return the names of `count` invented publishers."""
    pairs = [f"{first}{second}".lower() for first in FIRST for second in SECOND]
    spread = [pairs[(number * 1_361) % len(pairs)] for number in range(len(pairs))]  # 1361: coprime to their number
    kinds = len(spread) * len(PUBLISHER_ENDINGS)
    return [
        spread[number % len(spread)]
        + PUBLISHER_ENDINGS[number // len(spread) % len(PUBLISHER_ENDINGS)]
        + (f"-{number // kinds}" if number >= kinds else "")
        for number in range(count)
    ]


def fantasy_words() -> list[str]:
    """Return what invented models are called after."""
    return [f"{first}-{second}" for second in SECOND for first in FIRST]
