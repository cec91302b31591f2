"""Dates in fifteen languages and every order, and the order of day and month decided from the document."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.parsing.fields.dates import EARLIEST, LATEST, DayOrder, day_order, find_dates, months, partial_dates

DAYS = st.dates(min_value=EARLIEST, max_value=LATEST)


@given(day=DAYS)
def test_iso_dates_are_read_back(day: date) -> None:
    (found,) = find_dates(f"Datum {day.isoformat()}.")
    assert found.value == day


@given(day=DAYS, name=st.sampled_from(sorted(months())))
def test_every_month_name_is_read(day: date, name: str) -> None:
    first = date(day.year, months()[name], min(day.day, 28))
    (found,) = find_dates(f"{first.day}. {name} {first.year}")
    assert found.value == first


@given(day=DAYS)
def test_a_slashed_date_keeps_both_readings_until_the_order_is_known(day: date) -> None:
    (found,) = find_dates(f"{day.day:02}/{day.month:02}/{day.year}")
    assert found.under(DayOrder.DAY_FIRST) == day or found.order is DayOrder.MONTH_FIRST
    assert day in (found.value, found.other)


@given(text=st.text(max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    for found in find_dates(text):
        assert EARLIEST <= found.value <= LATEST


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("August 3 , 2014", date(2014, 8, 3)),
        ("Sat Jan 10 12:44:36 2015", date(2015, 1, 10)),
        ("10JAN25", date(2025, 1, 10)),
        ("5 de mayo de 2024", date(2024, 5, 5)),
        ("1er mars 2024", date(2024, 3, 1)),
        ("14. května 2024", date(2024, 5, 14)),
        ("15 Μαρτίου 2026", date(2026, 3, 15)),
        ("12. maaliskuuta 2026", date(2026, 3, 12)),
        ("3 września 2025", date(2025, 9, 3)),
        ("2024年5月14日", date(2024, 5, 14)),
        ("令和6年5月1日", date(2024, 5, 1)),
        ("２０２４年５月１４日", date(2024, 5, 14)),
        ("ご注文日：2026年3月2日", date(2026, 3, 2)),
        ("Date:2026-03-01", date(2026, 3, 1)),
        ("2026.03.05.", date(2026, 3, 5)),
        ("12.5.24", date(2024, 5, 12)),
    ],
)
def test_dates_as_they_are_written(text: str, day: date) -> None:
    (found,) = find_dates(text)
    assert found.value == day


@pytest.mark.parametrize(
    "text", ["192.168.1.12", "1.234.567", "2023-13-45", "december 2026", "tel 08-12 34 56", "version 1.2.3"]
)
def test_what_is_no_date(text: str) -> None:
    assert find_dates(text) == ()


def test_another_date_of_the_document_shows_the_order() -> None:
    mentions = [*find_dates("03/04/2026"), *find_dates("04/25/2026")]
    assert day_order(mentions, month_first_hint=False) == (DayOrder.MONTH_FIRST, True)


def test_the_mails_date_shows_the_order() -> None:
    mentions = find_dates("03/04/2026")
    assert day_order(mentions, month_first_hint=False, near=date(2026, 3, 4)) == (DayOrder.MONTH_FIRST, True)


def test_without_a_sign_the_order_is_not_certain() -> None:
    assert day_order(find_dates("03/04/2026"), month_first_hint=False) == (DayOrder.DAY_FIRST, False)


def test_a_date_without_a_year_is_put_nearest() -> None:
    (found,) = partial_dates("Thursday 28 December", around=date(2026, 1, 3))
    assert found.value == date(2025, 12, 28) and found.without_year


def test_a_short_date_that_may_begin_with_the_year_is_asked_about_and_the_later_one() -> None:
    (found,) = find_dates("26-04-14")
    assert {found.value, found.other} == {date(2014, 4, 26), date(2026, 4, 14)}
    assert day_order([found], month_first_hint=False) == (DayOrder.YEAR_FIRST, False)
    (found,) = find_dates("14-05-26")
    order, certain = day_order([found], month_first_hint=False)
    assert (found.under(order), certain) == (date(2026, 5, 14), False)


@pytest.mark.parametrize("beside", ["26-04-30 26-04-14", "2026-05-01 26-04-14", "26-04-14, 26-04-07"])
def test_another_date_tells_whether_a_short_one_begins_with_the_year(beside: str) -> None:
    mentions = find_dates(beside)
    order, certain = day_order(mentions, month_first_hint=False)
    found = next(each for each in mentions if each.other and each.other == date(2026, 4, 14))
    assert found.under(order) == date(2026, 4, 14)
    assert certain


def test_the_mails_date_tells_whether_a_short_one_begins_with_the_year() -> None:
    mentions = find_dates("26-04-14")
    assert day_order(mentions, month_first_hint=False, near=date(2026, 5, 2)) == (DayOrder.YEAR_FIRST, True)
