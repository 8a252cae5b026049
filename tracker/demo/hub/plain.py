"""Any number of plain models, made while they are read: for measuring, where what they say does not matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

FIRST_CREATED = datetime(2022, 3, 2, 23, 29, 4, tzinfo=UTC)  # the oldest createdAt on the Hub
LAST_NIGHT = date(2026, 11, 21)
SECONDS_BETWEEN = 42  # 3.5 million models reach to the end of 2026


class PlainEcosystem:
    """`models` models in order of creation on one night, each with the nightly walk's fields, about 700 bytes."""

    synthetic = True

    def __init__(self, models: int, last_night: date = LAST_NIGHT) -> None:
        self.models = models
        self._night = last_night

    @property
    def nights(self) -> Sequence[date]:
        """The one night."""
        return [self._night]

    def lines(self, night: date) -> Iterator[bytes]:
        """Yield the models, oldest first."""
        for number in range(self.models):
            yield _line(number)

    def renames(self, night: date) -> Mapping[str, str]:
        """Return nothing: no plain model was renamed."""
        return {}


def _line(number: int) -> bytes:
    moment = FIRST_CREATED + timedelta(seconds=number * SECONDS_BETWEEN)
    hub_id, created_at = _hub_id(number, moment), moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    publisher, downloads = f"publisher-{number % 4_001}", number * 7_919 % 100_003 if number % 3 == 0 else 0
    parent, parent_name = _hub_id(number // 2, FIRST_CREATED), f"publisher-{number // 2 % 4_001}/model-{number // 2}"
    return (
        f'{{"_id":"{hub_id}","id":"{publisher}/model-{number}","author":"{publisher}",'
        f'"baseModels":{{"relation":"finetune","models":[{{"_id":"{parent}","id":"{parent_name}"}}]}},'
        f'"disabled":false,"gated":false,"lastModified":"{created_at}","likes":{number % 17},"trendingScore":0,'
        f'"private":false,"sha":"{number:040x}","downloads":{downloads},"downloadsAllTime":{downloads * 9},'
        f'"tags":["transformers","safetensors","text-generation","base_model:{parent_name}",'
        f'"base_model:finetune:{parent_name}","license:apache-2.0","endpoints_compatible","region:us"],'
        f'"pipeline_tag":"text-generation","library_name":"transformers","createdAt":"{created_at}",'
        f'"safetensors":{{"parameters":{{"BF16":{number * 1_000}}},"total":{number * 1_000}}}}}'
    ).encode()


def _hub_id(number: int, moment: datetime) -> str:
    return f"{int(moment.timestamp()):08x}{number:016x}"
