"""Names and ids, made from row numbers when they are needed: model ids, ObjectIds, commit hashes, times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tracker.demo.synthetic import words as vocabulary
from tracker.demo.synthetic.population.population import Ints, Population
from tracker.demo.synthetic.trend import SECONDS_A_DAY

STEM_LENGTH = 32  # keeps `publisher/stem-word-token-ending` within the Hub's 96 characters
Words = NDArray[np.uint64]

HEX = pl.Series([f"{number:04x}" for number in range(1 << 16)], dtype=pl.String)
CLOCK = pl.Series(
    [f"T{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}.000Z" for s in range(SECONDS_A_DAY)], dtype=pl.String
)
PAIRS = pl.Series([first + second for first in vocabulary.DIGITS for second in vocabulary.DIGITS], dtype=pl.String)
SINGLES = pl.Series(list(vocabulary.DIGITS), dtype=pl.String)


@dataclass(frozen=True)
class Naming:
    """What the names are made of, by row. Two rows never get the same name: each bears a token of its own."""

    publishers: pl.Series  # invented ones, then namespaces of the registry
    stems: pl.Series
    publisher: NDArray[np.int32]
    stem: NDArray[np.int32]
    word: NDArray[np.int16]
    style: NDArray[np.int8]
    special: Mapping[int, str]  # row -> the name it has instead

    def model_ids(self, rows: Ints, renamed: Mapping[int, str] | None = None) -> pl.Series:
        """Return the names of rows; `renamed` holds those that are called otherwise on a night."""
        token = rows * vocabulary.TOKEN_STEP % vocabulary.TOKEN
        names = woven(
            "{}/{}{}-{}{}{}{}",
            [
                self.publishers.gather(self.publisher[rows]),
                self.stems.gather(self.stem[rows]),
                WORDS.gather(self.word[rows]),
                PAIRS.gather(token // 46_656),
                PAIRS.gather(token // 36 % 1_296),
                SINGLES.gather(token % 36),
                ENDINGS.gather(self.style[rows]),
            ],
        )
        return replaced(names, rows, {**self.special, **(renamed or {})})


WORDS = pl.Series([f"-{word}" for word in vocabulary.SECOND + vocabulary.SIZE_WORDS], dtype=pl.String)
ENDINGS = pl.Series([ending for ending, _ in vocabulary.STYLES], dtype=pl.String)


def woven(template: str, columns: Sequence[pl.Series]) -> pl.Series:
    """Return the template row by row, its `{}` filled with the columns in order."""
    literals = template.split("{}")
    pieces: list[pl.Expr] = [pl.lit(literals[0])]
    for number, literal in enumerate(literals[1:]):
        pieces += [pl.col(str(number)), pl.lit(literal)]
    frame = pl.DataFrame({str(number): column for number, column in enumerate(columns)})
    return frame.select(pl.concat_str(pieces)).to_series()


def replaced(values: pl.Series, rows: Ints, by_row: Mapping[int, str]) -> pl.Series:
    """Return values with those of some rows exchanged."""
    if not by_row:
        return values
    wanted = np.sort(np.fromiter(by_row, dtype=np.int64, count=len(by_row)))
    found = np.minimum(np.searchsorted(wanted, rows), len(wanted) - 1)
    positions = np.flatnonzero(wanted[found] == rows)
    if not len(positions):
        return values
    return values.scatter(positions, [by_row[row] for row in rows[positions].tolist()])


def replaced_numbers(values: Ints, rows: Ints, by_row: Mapping[int, int]) -> Ints:
    """Return values with those of some rows exchanged."""
    if not by_row:
        return values
    wanted = np.sort(np.fromiter(by_row, dtype=np.int64, count=len(by_row)))
    found = wanted[np.minimum(np.searchsorted(wanted, rows), len(wanted) - 1)] == rows
    values = values.copy()
    values[found] = [by_row[row] for row in rows[found].tolist()]
    return values


def publisher_of(model_ids: pl.Series) -> pl.Series:
    """Return what stands before the slash; empty for a name without one."""
    parts = model_ids.str.splitn("/", 2).struct
    return pl.select(
        pl.when(parts.field("field_1").is_null()).then(pl.lit("")).otherwise(parts.field("field_0"))
    ).to_series()


def scrambled(seed: int, rows: Ints, stream: int) -> Words:
    """Return 64 bits a row that look like chance and never repeat within a stream (splitmix64)."""
    with np.errstate(over="ignore"):
        value = rows.astype(np.uint64) + np.uint64((seed * 2_654_435_761 + stream * 40_503) % (1 << 62))
        value = value * np.uint64(0x9E3779B97F4A7C15)
        value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(value ^ (value >> np.uint64(31)), dtype=np.uint64)


def hub_ids(population: Population, rows: Ints) -> pl.Series:
    """Return ObjectIds: eight hex digits of the creation time, then sixteen of their own."""
    time = population.created[rows].astype(np.uint64) << np.uint64(32)
    return woven("{}" * 6, [*_hex(time, 2), *_hex(scrambled(population.seed, rows, 1), 4)])


def hashes(population: Population, rows: Ints, revision: Ints) -> pl.Series:
    """Return the forty hex digits of each repository's present commit."""
    at = rows + revision * 1_000_003
    parts = [scrambled(population.seed, at, stream) for stream in (2, 3, 4)]
    return woven("{}" * 10, [*_hex(parts[0], 4), *_hex(parts[1], 4), *_hex(parts[2], 2)])


def times(moments: Ints) -> pl.Series:
    """Return epoch seconds as the Hub writes them: 2026-11-22T07:30:00.000Z."""
    first, last = (int(moments.min()) // SECONDS_A_DAY, int(moments.max()) // SECONDS_A_DAY) if len(moments) else (0, 0)
    calendar = pl.Series([str(np.datetime64(day, "D")) for day in range(first, last + 1)], dtype=pl.String)
    return calendar.gather(moments // SECONDS_A_DAY - first) + CLOCK.gather(moments % SECONDS_A_DAY)


def _hex(value: Words, pieces: int) -> list[pl.Series]:
    """Return the leading `pieces` times four hex digits of 64 bits."""
    shifts = [np.uint64(48 - 16 * piece) for piece in range(pieces)]
    return [HEX.gather(((value >> shift) & np.uint64(0xFFFF)).astype(np.uint32)) for shift in shifts]
