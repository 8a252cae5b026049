"""Which page shows which chart. A chart that is named nowhere has its own page and its place among all charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

ELSEWHERE = ("tokens", "rating")  # what other sources than the Hub say

# page -> the charts on it, in order; one that is not there, or has no rows, is left out
PLACES: Mapping[str, Sequence[str]] = {
    "index.html": ("origins",),
    "families/index.html": ("ranks", "multiples", "concentration", "uptake"),
    "origins.html": ("origins", "cumulative", "matrix", *ELSEWHERE),
    "claims.html": ("claims",),
    "method.html": ("definitions", "coverage"),
}
OF_A_FAMILY = ("family", "lines", "tree", "signals")  # drawn of each large family, on its own page

# what is offered as PNG and PDF as well, the rest being had from `tracker chart`: at most 40
PICTURED = ("index.html", "report", "families/index.html", "origins.html", "claims.html")
MOST_PICTURED = 40
