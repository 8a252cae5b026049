"""Make the fonts of charts and pages from the packages @fontsource/inter and @fontsource/source-serif-4.

`npm pack` both, unpack each into a folder of its own name, then, with fonttools and brotli installed:
`python -m tests.fonts FOLDER`. One file a weight comes out twice: .ttf is measured and drawn with, .woff2 is embedded.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import merge, subset
from fontTools.ttLib import TTFont

OUT = Path(__file__).parents[1] / "tracker" / "charts" / "look" / "fonts"
WANTED = {
    "inter-400": ("inter", 400),
    "inter-600": ("inter", 600),
    "serif-600": ("source-serif-4", 600),
}
LETTERS = [*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, "ȘșȚț–—‘’“”„…•−×·‑€")]


def main(packages: Path) -> None:
    """Write the fonts of every weight, cut to LETTERS: Latin Extended-A, Ș, ț and typographic signs."""
    for name, (package, weight) in WANTED.items():
        parts = [
            packages / package / "files" / f"{package}-{part}-{weight}-normal.woff2" for part in ("latin", "latin-ext")
        ]
        font = _joined(parts)
        options = subset.Options(layout_features=["kern", "tnum"], name_IDs=[0, 1, 2, 4, 6, 13, 14], hinting=False)
        cut = subset.Subsetter(options)
        cut.populate(unicodes=LETTERS)
        cut.subset(font)
        _rename(font, name)
        for suffix, flavor in ((".ttf", None), (".woff2", "woff2")):
            font.flavor = flavor
            font.save(OUT / f"{name}{suffix}", reorderTables=None)


def _rename(font: TTFont, name: str) -> None:
    """Give the font a name of its own: an altered one may not keep a reserved name, and none installed has this."""
    for record in font["name"].names:
        if record.nameID in (1, 4, 6):
            record.string = f"tracker-{name}"
    font["OS/2"].usWeightClass = 400  # found by its name alone, whatever weight is asked for


def _joined(parts: list[Path]) -> TTFont:
    plain = []
    for part in parts:
        font = TTFont(part, recalcTimestamp=False)
        font.flavor = None
        plain.append(part.with_suffix(".ttf"))
        font.save(plain[-1])
    return merge.Merger().merge([str(each) for each in plain])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
