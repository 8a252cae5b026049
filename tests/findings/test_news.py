"""What a week shows for the first time, of rows as measures give them."""

from __future__ import annotations

from datetime import date

from tracker.findings.nights import news

MONDAY, UNTIL = date(2026, 11, 2), date(2026, 11, 8)


def test_a_mark_is_told_in_the_week_that_passes_it() -> None:
    rows = [
        {"name": name, "days": days, "snapshot_date": day, "passed": passed, "flag": flag}
        for name, days, day, passed, flag in (
            ("zq/one", 12, date(2026, 11, 4), True, "ok"),
            ("zq/late", 1, date(2026, 11, 8), True, "gap"),
            ("zq/before", 5, date(2026, 11, 1), True, "ok"),
            ("zq/still", 6, date(2026, 11, 5), False, "ok"),
        )
    ]
    told = list(news.of_marks(rows, MONDAY, UNTIL, "1 million"))
    assert [(each.plain, each.number) for each in told] == [
        ("zq/one has passed 1 million downloads, 12 days after its release.", 12),
        ("zq/late has passed 1 million downloads, at most 1 day after its release.", 1),
    ]


def test_first_ggufs_are_those_of_the_week() -> None:
    rows = [
        {"root_id": name, "days": days, "age": age}
        for name, days, age in (("zq/b", 3, 9), ("zq/a", 0, 5), ("zq/older", 3, 10), ("zq/none", None, 4))
    ]
    [told] = news.of_ggufs(rows, MONDAY, UNTIL)
    assert told.plain == "2 roots had their first GGUF this week, soonest zq/a on its first day." and told.number == 2
    [one] = news.of_ggufs(rows[:1], MONDAY, UNTIL)
    assert one.plain == "1 root had its first GGUF this week, soonest zq/b after 3 days."
    assert list(news.of_ggufs(rows[2:], MONDAY, UNTIL)) == []


def test_a_month_is_whole_once() -> None:
    assert news.whole_since(date(2026, 10, 31), UNTIL) == "2026-10"
    assert news.whole_since(date(2026, 11, 1), UNTIL) is None
    assert news.whole_since(date(2026, 8, 3), UNTIL) == "2026-10", "nights were missed"
    assert news.whole_since(None, date(2027, 1, 1)) == "2026-12"


def test_what_a_month_has_come_to() -> None:
    rows = [
        {"month": "2026-10", "top_10": 0.25, "top_1000": None},
        {"month": "2026-11", "top_10": 0.5, "top_1000": 0.9},
    ]
    [few] = news.of_downloads(rows, "2026-10")
    assert few.plain == "In October 2026 the ten most downloaded models had 25.0% of downloads." and few.number == 0.25
    [many] = news.of_downloads(rows, "2026-11")
    assert many.plain.endswith("had 50.0% of downloads, the 1,000 most downloaded 90.0%.")
    assert list(news.of_downloads([{"month": "2026-10", "top_10": None, "top_1000": None}], "2026-10")) == []


def test_publishers_who_move_are_counted_and_the_most_common_move_is_named() -> None:
    rows = [
        {"month": month, "family_before": before, "family": now, "publishers": publishers}
        for month, before, now, publishers in (
            ("2026-10", "Qwen", "Qwen", 30),
            ("2026-10", "Qwen", "Llama", 3),
            ("2026-10", "Llama", "Gemma", 4),
            ("2026-10", "Llama", "unreviewed", 9),
            ("2026-09", "Gemma", "Qwen", 50),
        )
    ]
    [told] = news.of_switches(rows, "2026-10", ("unreviewed",))
    assert told.number == 16 and told.plain == (
        "In October 2026 16 of 46 publishers built on another family than before, most from Llama to Gemma (4)."
    )
    assert list(news.of_switches(rows[:1], "2026-10", ())) == []
