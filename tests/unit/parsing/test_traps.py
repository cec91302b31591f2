"""Invoices made at random with rows that look like totals and are none: a wrong total is never sure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

import pytest

from invoices.parsing import read
from invoices.parsing.result import Status
from tests.unit.parsing.papers import table

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Speech:
    """How a language names what stands on an invoice; `traps` are other things than the total."""

    money: str
    rate: Decimal
    titles: tuple[str, ...]
    totals: tuple[str, ...]
    nets: tuple[str, ...]
    taxes: tuple[str, ...]
    postage: tuple[str, ...]
    traps: tuple[str, ...]

    def price(self, value: Decimal) -> str:
        written = f"{value:,.2f}"
        if self.money.startswith("$"):
            return self.money.format(written)
        return self.money.format(written.replace(",", "\u00a0").replace(".", ","))


SPEECHES = {
    "en": Speech(
        money="${}",
        rate=Decimal("0.20"),
        titles=("Invoice", "Receipt", "Tax invoice"),
        totals=("Total", "Grand total", "Amount due", "Order total", "You paid", "Settled with thanks"),
        nets=("Subtotal", "Net", "Goods"),
        taxes=("Tax", "VAT 20%", "Sales tax"),
        postage=("Shipping", "Delivery", "Handling"),
        traps=(
            *("Previous balance", "Credit limit", "Total savings", "Minimum payment", "Total this year", "Sum insured"),
            *("Average monthly total", "Estimated next bill", "Total before discounts", "Gift card balance"),
        ),
    ),
    "sv": Speech(
        money="{} kr",
        rate=Decimal("0.25"),
        titles=("Faktura", "Kvitto"),
        totals=("Att betala", "Totalt", "Summa", "Totalbelopp", "Ditt köp kostade"),
        nets=("Netto", "Delsumma", "Varor"),
        taxes=("Moms", "Moms 25%"),
        postage=("Frakt", "Porto"),
        traps=(
            *("Ingående saldo", "Kreditgräns", "Du sparade", "Totalt i år", "Aktiekapital", "Beräknad årskostnad"),
            *("Lägsta belopp att betala", "Försäkringsbelopp", "Ordinarie pris", "Medlemspoäng"),
        ),
    ),
    "de": Speech(
        money="{} €",
        rate=Decimal("0.19"),
        titles=("Rechnung", "Quittung"),
        totals=("Gesamtbetrag", "Summe", "Rechnungsbetrag", "Zu zahlen", "Ihr Preis"),
        nets=("Netto", "Zwischensumme", "Warenwert"),
        taxes=("MwSt. 19%", "USt"),
        postage=("Versand", "Lieferung"),
        traps=(
            *("Alter Saldo", "Ihre Ersparnis", "Kreditrahmen", "Stammkapital", "Jahressumme", "Mindestbetrag"),
            *("Voraussichtlicher Abschlag", "Versicherungssumme", "Anzahlung geleistet", "UVP gesamt"),
        ),
    ),
}


def invoice(random: Random, speech: Speech) -> tuple[bytes, Decimal, list[Decimal]]:
    """A page, its true total, which the page does not always print, and its lines."""
    goods = [Decimal(random.randint(50, 90_000)) * CENT for _ in range(random.randint(1, 5))]
    postage = Decimal(random.randint(100, 2_000)) * CENT if random.random() < 0.4 else Decimal(0)
    net = sum(goods, postage)
    included = random.random() < 0.5
    tax = (net * speech.rate / (1 + speech.rate if included else 1)).quantize(CENT)
    total = net if included else net + tax
    rows = [(f"Thing {number}", speech.price(price)) for number, price in enumerate(goods)]
    rows += [(random.choice(speech.nets), speech.price(sum(goods, Decimal(0))))] if random.random() < 0.6 else []
    rows += [(random.choice(speech.postage), speech.price(postage))] if postage else []
    rows += [(random.choice(speech.taxes), speech.price(tax))] if random.random() < 0.7 else []
    rows += [(random.choice(speech.totals), speech.price(total))] if random.random() < 0.93 else []
    for _ in range(random.randint(0, 4)):
        trap = (random.choice(speech.traps), speech.price(Decimal(random.randint(100, 300_000)) * CENT))
        rows.insert(random.choice((0, len(rows))), trap)
    return _page(random, f"<h1>{random.choice(speech.titles)}</h1><p>2026-03-05</p>", rows), total, goods


def _page(random: Random, head: str, rows: list[tuple[str, str]]) -> bytes:
    layouts = (
        table(*rows),
        "".join(f"<p>{name}: {price}</p>" for name, price in rows),
        "".join(f"<div>{name}</div><div>{price}</div>" for name, price in rows),
    )
    return f'<html><head><meta charset="utf-8"></head><body>{head}{random.choice(layouts)}</body></html>'.encode()


@pytest.mark.parametrize("language", SPEECHES)
def test_among_rows_that_look_like_totals_none_is_wrong_and_sure(language: str) -> None:
    random = Random(language)
    read_right, wrong = 0, []
    for _ in range(250):
        page, total, _lines = invoice(random, SPEECHES[language])
        found = read(page).total_amount
        read_right += found is not None and found.value == total
        if found and found.value != total and found.status is not Status.UNSURE:
            wrong.append((found.value, total, page.decode()))
    assert wrong == []
    assert read_right > 200


@pytest.mark.parametrize("language", SPEECHES)
def test_among_rows_that_look_like_lines_none_are_wrong_and_sure(language: str) -> None:
    random = Random(f"lines {language}")
    read_right, wrong = 0, []
    for _ in range(150):
        page, _total, lines = invoice(random, SPEECHES[language])
        reading = read(page)
        right = [item.total_price for item in reading.line_items] == lines
        read_right += right
        if reading.lines_total and not right and reading.lines_total.status is not Status.UNSURE:
            wrong.append((reading.line_items, page.decode()))
    assert wrong == []
    assert read_right > 90


def net_alone(random: Random, speech: Speech) -> bytes:
    """A page that calls the net its total, prints the tax below and the sum of the two nowhere."""
    goods = [Decimal(random.randint(500, 90_000)) * CENT for _ in range(random.randint(1, 5))]
    net = sum(goods, Decimal(0))
    rows = [(f"Thing {number}", speech.price(price)) for number, price in enumerate(goods)]
    rows.append((random.choice(speech.totals[:4]), speech.price(net)))
    rows.append((random.choice(speech.taxes), speech.price((net * speech.rate).quantize(CENT))))
    return _page(random, f"<h1>{random.choice(speech.titles)}</h1><p>2026-03-05</p>", rows)


@pytest.mark.parametrize("language", SPEECHES)
def test_a_net_that_is_called_the_total_is_asked_about(language: str) -> None:
    random = Random(language)
    pages = [net_alone(random, SPEECHES[language]) for _ in range(150)]
    found = [(read(page).total_amount, page.decode()) for page in pages]
    assert [page for total, page in found if total and total.status is not Status.UNSURE] == []


def net_by_rates(random: Random, speech: Speech) -> bytes:
    """A page that calls the net its total, with the taxes of one rate or of several above or below it, and their bases."""
    rates = [random.choice((speech.rate * 100, Decimal(6))) for _ in range(random.randint(1, 4))]
    goods = [(Decimal(random.randint(2_000, 90_000)) * CENT, rate) for rate in rates]
    rows = [(f"Thing {number}", speech.price(price)) for number, (price, _) in enumerate(goods)]
    taxes = []
    for rate in dict.fromkeys(rates):
        base = sum((price for price, each in goods if each == rate), Decimal(0))
        words = f"{speech.taxes[0]} {rate.normalize():f}%{random.choice(('', f' {speech.price(base)}'))}"
        taxes.append((words, speech.price((base * rate / 100).quantize(CENT))))
    total = (random.choice(speech.totals[:4]), speech.price(sum((price for price, _ in goods), Decimal(0))))
    rows += [total, *taxes] if random.random() < 0.5 else [*taxes, total]
    return _page(random, f"<h1>{random.choice(speech.titles)}</h1><p>2026-03-05</p>", rows)


@pytest.mark.parametrize("language", ["en", "sv"])
def test_a_net_that_is_called_the_total_is_asked_about_where_its_taxes_have_their_rates(language: str) -> None:
    random = Random(language)
    pages = [net_by_rates(random, SPEECHES[language]) for _ in range(200)]
    found = [(read(page).total_amount, page.decode()) for page in pages]
    assert [page for total, page in found if total and total.status is not Status.UNSURE] == []


def unknown_words(random: Random) -> tuple[bytes, Decimal]:
    """A page whose words are in no list: lines, their sum, its tax, the two together and, now and then, something more."""
    goods = [Decimal(random.randint(500, 90_000)) * CENT for _ in range(random.randint(1, 5))]
    net = sum(goods, Decimal(0))
    rate = random.choice((25, 24, 21, 19, 9))
    tax = (net * rate / 100).quantize(CENT)
    more = Decimal(random.randint(100, 2_000)) * CENT * random.choice((0, 0, 1, -1))
    amounts = [*goods, net, tax, *([net + tax] if random.random() < 0.8 else [])]
    amounts += [more, net + tax + more] if more else []
    rows = [(_word(random), f"{amount:.2f}") for amount in amounts]
    tax_row = len(goods) + 1
    rows[tax_row] = (f"{_word(random)} {rate}%", f"{tax:.2f}") if random.random() < 0.5 else rows[tax_row]
    for _ in range(random.randint(0, 2)):
        rows.insert(random.choice((0, len(rows))), (_word(random), f"{random.randint(100, 300_000) * CENT:.2f}"))
    return _page(random, "<h1>Invoice</h1><p>EUR, 2026-03-05</p>", rows), net + tax + more


def _word(random: Random) -> str:
    return "".join(random.choice("bdfgklmnprstvz") + random.choice("aeiou") for _ in range(random.randint(2, 4)))


def test_among_words_that_no_list_knows_a_total_is_sure_only_where_it_is_proved() -> None:
    random = Random("unknown")
    sure, wrong = 0, []
    for _ in range(300):
        page, total = unknown_words(random)
        found = read(page).total_amount
        if found and found.status is not Status.UNSURE:
            sure += 1
            wrong += [] if found.value == total else [(found.value, total, page.decode())]
    assert wrong == []
    assert sure > 50
