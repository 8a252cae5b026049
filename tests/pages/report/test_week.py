"""Weeks of ISO 8601: the first days of January may belong to the year before."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pytest

from tracker.errors import SettingsError
from tracker.pages.report.week import Week


def test_the_year_is_that_of_the_thursday() -> None:
    assert str(Week.of(date(2027, 1, 1))) == "2026-W53"
    assert str(Week.of(date(2024, 12, 30))) == "2025-W01"
    assert Week.read("2026-W53").monday == date(2026, 12, 28) and Week.read("2026w53").sunday == date(2027, 1, 3)


def test_weeks_agree_with_sql_and_sort_as_they_follow() -> None:
    days = [date(2019, 12, 20) + timedelta(days=at) for at in range(3000)]
    weeks = [Week.of(day) for day in days]
    assert weeks == sorted(weeks) and [str(week) for week in weeks] == sorted(str(week) for week in weeks)
    with duckdb.connect() as connection:
        truncated = connection.execute("select date_trunc('week', unnest($days))::date", {"days": days}).fetchall()
    assert [week.monday for week in weeks] == [day for (day,) in truncated]


@pytest.mark.parametrize("text", ["2025-W53", "2026-W54", "2026-W00", "2026-47", "week 3", "", "2026-W1"])
def test_what_is_no_week_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(SettingsError, match=r"has no week|is not a week"):
        Week.read(text)
