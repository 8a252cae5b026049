"""Place labels beside a chart so that none hides another."""

from __future__ import annotations

from collections.abc import Sequence


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Return label centres near `wanted` that do not overlap and stay within [low, high].

    All lengths share one unit. Order is kept. Labels that would overlap are merged into blocks, and
    each block sits at the mean of where its members want to be (pool adjacent violators), which
    moves every label as little as possible. Where the labels need more room than there is, they
    are spaced evenly.
    """
    if not wanted:
        return []
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    if sum(heights) > high - low:
        step = (high - low) / len(wanted)
        return _restore(order, [low + step * (rank + 0.5) for rank in range(len(wanted))])
    offsets, total = [], 0.0  # offset of each centre inside a gapless pile
    for i in order:
        offsets.append(total + heights[i] / 2)
        total += heights[i]
    starts = _isotonic([wanted[i] - offset for i, offset in zip(order, offsets, strict=True)])
    clamped = [min(max(start, low), high - total) for start in starts]
    return _restore(order, [start + offset for start, offset in zip(clamped, offsets, strict=True)])


def _isotonic(values: Sequence[float]) -> list[float]:
    """Return the nondecreasing sequence closest to `values` in least squares."""
    blocks: list[tuple[float, int]] = []
    for value in values:
        blocks.append((value, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (mean_b, n_b), (mean_a, n_a) = blocks.pop(), blocks.pop()
            blocks.append(((mean_a * n_a + mean_b * n_b) / (n_a + n_b), n_a + n_b))
    return [mean for mean, count in blocks for _ in range(count)]


def _restore(order: Sequence[int], placed: Sequence[float]) -> list[float]:
    result = [0.0] * len(order)
    for rank, i in enumerate(order):
        result[i] = placed[rank]
    return result
