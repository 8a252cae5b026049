"""A name is cut into runs of letters and of digits, whatever stands between them: as Python cuts it."""

from __future__ import annotations

import random
import re
import string

import duckdb

from tracker import measures

NAMES = (
    "Qwen/Qwen2.5-7B", "openai/gpt-oss-20b", "a--b__c..d", "-x-", "1<2>3><4", "通义/千问2", "İı K/ſ9", "x\ty\n7 z",
    "007", "A|B", "R&D #1 {x}", "", "ab" * 150 + "9",
)  # fmt: skip


def test_words_are_those_of_python() -> None:
    letters, rng = string.printable + "é통\u2028", random.Random(1)
    names = [*NAMES, *("".join(rng.choices(letters, k=rng.randrange(30))) for _ in range(3000))]
    spelt = f"select {measures.part('as_words')} as words from (select unnest(?) as name)"
    with duckdb.connect() as connection:
        found = [words for (words,) in connection.execute(spelt, [names]).fetchall()]
        lower = [name for (name,) in connection.execute("select lower(unnest(?))", [names]).fetchall()]
    assert [words.split() for words in found] == [re.findall("[a-z]+|[0-9]+", name[:200]) for name in lower]
    assert all(words == "" or (words[0] != " " and words[-1] == " ") for words in found)
