"""The look: colours apart for every eye, fonts with every letter, and files that are the same bytes."""

from __future__ import annotations

import io
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pytest
from colorspacious import cspace_convert, deltaE
from PIL import Image

from tests.charts import made
from tests.charts.legible import assert_clear
from tracker.charts.forms import labels
from tracker.charts.look import colors, press, sheet, svg
from tracker.charts.look import type as letters
from tracker.charts.look.colors import THEMES, hex_of
from tracker.charts.look.scene import Scene
from tracker.errors import SettingsError

SIGHTS = {"normal": None, "deutan": "deuteranomaly", "protan": "protanomaly", "tritan": "tritanomaly"}
STACK = ("cn1", "cn2", "cn3", "us1", "us2", "us3", "eu1", "eu2", "eu3", "ot1", "un1", "un2")


def seen(color: str, sight: str) -> np.ndarray:
    """Return a colour as an eye of that sight sees it, sRGB from 0 to 1."""
    rgb = np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    kind = SIGHTS[sight]
    if kind is None:
        return rgb
    space = {"name": "sRGB1+CVD", "cvd_type": kind, "severity": 100}
    return np.clip(cspace_convert(rgb, space, "sRGB1"), 0, 1)


def apart(one: str, other: str, theme: str) -> float:
    """Return the least CAM02-UCS distance of two roles over all sights."""
    a, b = hex_of(one, theme), hex_of(other, theme)
    return min(float(deltaE(seen(a, sight), seen(b, sight), input_space="sRGB1")) for sight in SIGHTS)


@pytest.mark.parametrize("theme", THEMES)
def test_origins_stay_apart_for_every_eye(theme: str) -> None:
    for one, other in combinations([colors.area(group) for group in colors.NAMED], 2):
        assert apart(one, other, theme) >= 14, (one, other)


@pytest.mark.parametrize("theme", THEMES)
def test_neighbours_of_the_stack_stay_apart_for_every_eye(theme: str) -> None:
    for one, other in pairwise(STACK):
        assert apart(one, other, theme) >= 13, (one, other)


@pytest.mark.parametrize("theme", THEMES)
def test_text_has_the_contrast_of_text(theme: str) -> None:
    """WCAG 2: 4.5 to 1, on the background and on what texts stand on."""
    for role in ("ink", "muted", "accent", "cni", "usi", "eui", "oti", "uni", "ok", "warn", "differs"):
        for ground in ("bg", "surface"):
            assert colors.contrast(hex_of(role, theme), hex_of(ground, theme)) >= 4.5, (role, ground)
    for text, ground in (("ok", "okbg"), ("warn", "warnbg"), ("differs", "differsbg")):
        assert colors.contrast(hex_of(text, theme), hex_of(ground, theme)) >= 4.5, ground
    for hue in ("cn1", "us1", "eu1", "ot1", "un1"):
        for step in range(1, 6):
            cell = f"{hue}.{step}"
            assert colors.contrast(hex_of(colors.on(cell, theme), theme), hex_of(cell, theme)) >= 4.5, cell


def test_lines_of_one_hue_never_share_a_colour_while_shades_last() -> None:
    crowd = [(name, colors.CHINA) for name in ("Qwen", "DeepSeek", "GLM")] + [("Llama", colors.US), ("Phi", colors.US)]
    assert len(set(colors.lines(crowd))) == 5
    assert colors.lines([("Qwen", colors.CHINA)]) == ["cn1"]


def test_fonts_have_every_letter_that_figures_may_hold() -> None:
    registry = "".join(path.read_text() for path in Path("data/registry").glob("*.csv"))
    extended = "".join(map(chr, range(0x100, 0x180)))
    for text in (registry, extended, "ȘșȚț–—…·×−"):
        assert not [char for char in set(text) if char.isprintable() and letters.lacks(char)]
    assert letters.lacks("通") and letters.lacks("🦙") and letters.lacks("ש")


def test_text_is_measured_cut_broken_and_balanced() -> None:
    assert letters.width("iii", 10) < letters.width("WWW", 10)
    assert letters.width("通义", 10) == pytest.approx(21)
    cut = letters.cut("a name that is far too long for its room", 12, 90)
    assert cut.endswith("…") and letters.width(cut, 12) <= 90
    assert all(letters.width(line, 12) <= 60 for line in letters.wrap("x" * 50 + " and more words", 12, 60))
    lines = letters.balance("Qwen leads with 47% of new derivatives in October 2026", 24, 500)
    wide = [letters.width(line, 24, letters.SERIF) for line in lines]
    assert len(lines) == 2 and min(wide) > 0.6 * max(wide)


def test_labels_never_overlap_and_move_little() -> None:
    placed = labels.spread([0.5, 0.51, 0.9], [0.1, 0.1, 0.1], 0, 1)
    assert placed == pytest.approx([0.455, 0.555, 0.9])
    crowded = labels.spread([1.0] * 20, [0.1] * 20, 0, 1)
    assert min(crowded) > 0 and max(crowded) < 1 and crowded == sorted(crowded)
    assert labels.spread([], [], 0, 1) == []


@pytest.mark.parametrize("size", sheet.SIZES)
@pytest.mark.parametrize("suffix", sheet.KINDS)
def test_the_same_figure_gives_the_same_bytes(suffix: str, size: str) -> None:
    one, other = (sheet.render(made.draw("families", made.shares(5)), suffix, "dark", size) for _ in range(2))
    assert one == other and one


@pytest.mark.parametrize("theme", THEMES)
def test_a_png_has_every_role_exactly_and_few_colours(theme: str) -> None:
    scene = Scene(200, 200)
    for at, role in enumerate(colors.roles()):
        scene.rect(4 * at, 0, 4, 200, role)
    for at in range(60):  # more blends than a palette has room for
        scene.line([(0, 3 * at), (200, 3 * at + 40)], "cn1", 1.3, opacity=0.4)
    image = Image.open(io.BytesIO(press.png(scene, theme, "t", "d")))
    held = {color for _, color in image.convert("RGB").getcolors(10**6)}
    assert image.mode == "P" and len(held) <= 256
    figure = made.draw("families", made.shares(12))
    drawn = Image.open(io.BytesIO(sheet.render(figure, ".png", theme, "web"))).convert("RGB")
    held = {"#{:02X}{:02X}{:02X}".format(*color) for _, color in drawn.getcolors(10**6)}
    assert {hex_of(role, theme) for role in ("bg", "ink", "muted", "cn1", "us1", "eu1")} <= held
    assert drawn.size[0] == 1776


def test_sheets_have_the_sizes_that_they_are_for() -> None:
    figure = made.draw("families", made.shares(12))
    for size, pixels in {"slide": (1920, 1080), "square": (1080, 1080)}.items():
        assert Image.open(io.BytesIO(sheet.render(figure, ".png", "light", size))).size == pixels
    root = ElementTree.fromstring(sheet.render(figure, ".svg", "light", "slide"))
    assert (root.get("width"), root.get("height")) == ("1920", "1080")


def test_an_svg_file_needs_nothing_else() -> None:
    text = sheet.render(made.draw("families", made.shares(5)), ".svg", "dark", "web").decode()
    assert "var(" not in text and "http" not in text.replace("http://www.w3.org/2000/svg", "")
    root = ElementTree.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    title, told = root.find(f"{space}title"), root.find(f"{space}desc")
    assert title is not None and told is not None and title.text and "Qwen" in (told.text or "")
    assert "Qwen" in [each.text for each in root.iter(f"{space}text")], "text stays text"


@pytest.mark.parametrize("name", made.STRANGE)
def test_strange_names_stand_in_every_format(name: str) -> None:
    figure = made.draw("families", made.shares(5, [name, "Llama"]), about=made.facts(origin_of={name: "CN"}))
    text = sheet.render(figure, ".svg", "light", "web").decode()
    root = ElementTree.fromstring(text)
    every = " ".join(each.text or "" for each in root.iter())
    assert "<script>" not in text
    shown = svg.clean(" ".join(name.split()))
    assert any(part in " ".join(every.split()) for part in (shown, shown[:8])), "the name, or its beginning"
    for suffix in (".png", ".pdf"):
        assert sheet.render(figure, suffix, "light", "web")
    rows = pl.read_csv(figure.csv().encode())
    assert not any(str(each).startswith(("=", "+", "@")) for each in rows["part"])


def test_a_name_of_two_lines_is_drawn_as_one() -> None:
    assert press.drawable("two\nlines\tof\rit") == "two lines of it"


def test_letters_that_no_font_has_are_never_boxes() -> None:
    figure = made.draw("families", made.shares(5, ["🦙🦙", "Llama"]), about=made.facts(origin_of={"🦙🦙": "US"}))
    stands = press.stands_for("🦙🦙")
    assert press.drawable("new 🦙🦙 here") == f"new {stands} here"
    scene = sheet._spelt(figure, sheet.compose(figure, sheet.SIZES["web"]), sheet.SIZES["web"])
    assert any(f"{stands} for U+1F999" in text.text for text in scene.texts())


def test_other_suffixes_are_refused() -> None:
    with pytest.raises(SettingsError, match=r"\.svg, \.png, \.pdf, \.csv, not as \.gif"):
        sheet.render(made.draw("families", made.shares(5)), ".gif", "light", "web")


def test_data_has_its_units() -> None:
    head = made.draw("families", made.shares(5)).csv().splitlines()[0]
    assert head == "month,part,share (part of 1),n (models)"


def test_an_id_that_stands_for_a_name_has_its_room() -> None:
    """A long id stands where three letters stood: everything is laid out anew with it."""
    names = ["🦙", "שלום", "Llama", "🦙🦙 x", "Qwen"]
    for chart, group in (("families", "family"), ("origins", "publisher_country")):
        figure = made.draw(chart, made.shares(9, names, group), about=made.facts(origin_of=dict.fromkeys(names, "US")))
        for form in sheet.SIZES.values():
            scene = sheet._spelt(figure, sheet.compose(figure, form), form)
            assert_clear(scene, f"{chart} at {form.width:.0f}")
            assert not [text.text for text in scene.texts() if press.drawable(text.text) != text.text]
