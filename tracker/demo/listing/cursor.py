"""The Hub's page cursor: base64 of a MongoDB filter over the sort key and `_id`.

`{"$or":[{"downloads":2,"_id":{"$gt":"6390..."}},{"downloads":{"$lt":2}},{"downloads":null}]}` asks for
what comes after one model in the order (key descending, `_id` ascending, nulls last). It names a
position, not a page: it is evaluated against the models as they are when the request arrives, so a
model whose counter rises past the position is skipped and one that falls behind it is seen twice.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, TypeAlias

Value: TypeAlias = float | int | str | None


class BadCursor(ValueError):
    """A cursor that the Hub would not have written."""


@dataclass(frozen=True)
class Cursor:
    """The position after the model `after` (an `_id`) whose sort key is `value`."""

    key: str
    value: Value
    after: str
    nulls: bool = True  # cursors of 2022 did not go on to models without the key
    search: str | None = None  # where the text search stands; the Hub's own affair, handed back as it came

    def encode(self) -> str:
        """Return the base64 text, as it stands (percent-encoded) in a `Link`."""
        alternatives: list[dict[str, Any]] = [{self.key: self.value, "_id": {"$gt": self.after}}]
        if self.value is not None:
            alternatives.append({self.key: {"$lt": self.value}})
            alternatives += [{self.key: None}] if self.nulls else []
        position: dict[str, Any] = {"$or": alternatives}
        if self.search is not None:
            position["searchSequenceToken"] = self.search
        text = json.dumps(position, separators=(",", ":"))
        return base64.b64encode(text.encode()).decode()

    @classmethod
    def decode(cls, text: str, key: str) -> Cursor:
        """Read a cursor over `key`. Raises BadCursor for anything else."""
        try:
            position = json.loads(base64.b64decode(text, validate=True))
            alternatives, search = position["$or"], position.get("searchSequenceToken")
            value, after = alternatives[0][key], alternatives[0]["_id"]["$gt"]
        except (binascii.Error, ValueError, KeyError, IndexError, TypeError) as error:
            raise BadCursor(f"Invalid cursor for sort key {key}") from error
        if not (isinstance(after, str) and isinstance(value, (int, float, str, type(None)))):
            raise BadCursor(f"Invalid cursor for sort key {key}")
        cursor = cls(key, value, after, nulls={key: None} in alternatives or value is None, search=search)
        if any(each not in json.loads(base64.b64decode(cursor.encode()))["$or"] for each in alternatives):
            raise BadCursor(f"Invalid cursor for sort key {key}")
        return cursor
