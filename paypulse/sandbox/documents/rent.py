"""Rent notices as PDF in six invented landlord layouts, four of them Swedish or classic, the rest English, German, French."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from invoices.parsing.rental import RentPart
from paypulse.sandbox.documents.pages import Sheet
from paypulse.sandbox.documents.wording import day, long_day, money, month, number


class Layout(StrEnum):
    """One invented landlord's way to set a rent notice; COLUMNS draws all labels first and all values after them."""

    GIRO = "giro"
    COLUMNS = "columns"
    TABLE = "table"
    ENGLISH = "english"
    GERMAN = "german"
    FRENCH = "french"


@dataclass(frozen=True, slots=True)
class RentLine:
    """One line of the breakdown; a negative amount is a deduction."""

    part: RentPart
    description: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RentFacts:
    """All that a rent notice says; the total is the sum of its lines, of which `vat` is a part."""

    landlord: str
    tenant: str
    invoice_number: str
    invoice_date: date
    due_date: date
    period_start: date
    period_end: date
    lines: tuple[RentLine, ...]
    currency: str = "SEK"
    ocr_number: str | None = None
    bankgiro: str | None = None
    plusgiro: str | None = None
    iban: str | None = None
    creditor_reference: str | None = None
    vat: Decimal | None = None

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))


def rent_notice(facts: RentFacts, layout: Layout = Layout.GIRO) -> bytes:
    """The notice as a one-page PDF."""
    sheet = Sheet(facts.landlord)
    _DRAW[layout](sheet, facts)
    return sheet.finished()


def _breakdown(sheet: Sheet, facts: RentFacts, top: float, *, language: str) -> float:
    """The lines with their amounts at the right; the height after the last one."""
    for count, line in enumerate(facts.lines):
        sheet.write(line.description, (60, top + 14 * count))
        sheet.write(number(line.amount, language), (535, top + 14 * count), right=True)
    return top + 14 * len(facts.lines)


def _giro(sheet: Sheet, facts: RentFacts) -> None:
    sheet.write(facts.landlord, (50, 60), size=16, bold=True)
    sheet.write("HYRESAVI", (360, 60), size=16, bold=True)
    sheet.pairs([("Avinummer", facts.invoice_number), ("Avidatum", day(facts.invoice_date, "sv"))], (360, 84))
    sheet.pairs(
        [("Avser", f"{day(facts.period_start, 'sv')} - {day(facts.period_end, 'sv')}"), ("Hyresgäst", facts.tenant)],
        (360, 112),
    )
    sheet.write(f"Specifikation för {month(facts.period_start, 'sv')}", (60, 220), bold=True)
    sheet.write("Belopp", (535, 220), bold=True, right=True)
    end = _breakdown(sheet, facts, 238, language="sv")
    if facts.vat:
        sheet.write(f"varav moms {number(facts.vat, 'sv')}", (60, end + 6), size=8)
    sheet.write("Förfallodatum", (60, end + 34), bold=True)
    sheet.write("Summa att betala", (420, end + 34), bold=True, right=True)
    sheet.write(day(facts.due_date, "sv"), (60, end + 50), size=11)
    sheet.write(money(facts.total, currency=facts.currency, language="sv"), (420, end + 50), size=11, right=True)
    _giro_slip(sheet, facts)


def _giro_slip(sheet: Sheet, facts: RentFacts) -> None:
    """The tear-off at the foot: receiver, then the line a machine reads, kronor and öre apart."""
    kronor, ore = f"{facts.total:.2f}".split(".")
    sheet.rule(600)
    sheet.write("INBETALNING/GIRERING AVI", (60, 620), size=8)
    sheet.pairs(
        [("Till bankgiro", facts.bankgiro), ("Till plusgiro", facts.plusgiro), ("Betalningsmottagare", facts.landlord)],
        (60, 640),
        across=110,
    )
    for text, left in (("Referensnummer (OCR)", 60), ("Svenska kronor", 330), ("öre", 400)):
        sheet.write(text, (left, 700), size=8)
    sheet.rule(760)
    sheet.write(f"# {facts.ocr_number} #", (60, 790), size=11)
    sheet.write(kronor, (330, 790), size=11)
    sheet.write(ore, (400, 790), size=11)
    sheet.write(f"> {(facts.bankgiro or facts.plusgiro or '').replace('-', '')}#41#", (450, 790), size=11)


def _columns(sheet: Sheet, facts: RentFacts) -> None:
    """Labels and values are two passes over the page, so that a text dump has all the labels and then all the values."""
    pairs = [
        *[
            ("Referensnummer/OCR", facts.ocr_number),
            ("Fakturanummer", facts.invoice_number),
            ("Fakturadatum", day(facts.invoice_date, "sv")),
        ],
        *[("Förfallodatum", day(facts.due_date, "sv")), ("Bankgiro", facts.bankgiro), ("Plusgiro", facts.plusgiro)],
    ]
    shown = [pair for pair in pairs if pair[1]]
    amounts = [number(line.amount, "sv") for line in facts.lines]
    foot = 300 + 15 * len(facts.lines)
    sheet.write(f"Hyresavi {month(facts.period_start, 'sv')}", (50, 70), size=14, bold=True)
    sheet.column([label for label, _ in shown], (50, 110))
    sheet.column([line.description for line in facts.lines], (50, 300), step=15)
    sheet.column(["Moms", "Totalt att betala"] if facts.vat else ["Totalt att betala"], (50, foot + 10), step=16)
    sheet.column([value or "" for _, value in shown], (190, 110.6))
    sheet.column(amounts, (400, 300.6), step=15, right=True)
    sheet.column(
        [number(value, "sv") for value in (facts.vat, facts.total) if value], (400, foot + 10.6), step=16, right=True
    )
    sheet.column([facts.landlord, f"Hyresgäst: {facts.tenant}"], (330, 70), step=18)


def _table(sheet: Sheet, facts: RentFacts) -> None:
    vat = facts.vat or Decimal("0.00")
    sheet.write(facts.landlord, (50, 56), size=12)
    sheet.write("Hyresfaktura", (50, 84), size=20, bold=True)
    sheet.column(["Fakturanr", facts.invoice_number], (50, 120))
    sheet.column(["Fakturadatum", day(facts.invoice_date, "sv")], (170, 120))
    sheet.column(["Förfaller", long_day(facts.due_date, "sv")], (290, 120))
    sheet.column(["OCR-nummer", facts.ocr_number or ""], (420, 120))
    sheet.write(f"Hyresperiod: {day(facts.period_start, 'sv')} – {day(facts.period_end, 'sv')}", (50, 170))
    sheet.write("Beskrivning", (60, 220), bold=True)
    sheet.write("Summa", (535, 220), bold=True, right=True)
    end = _breakdown(sheet, facts, 240, language="sv")
    sheet.rule(end + 4)
    for text, right in (("Netto", 300), ("Moms", 400), ("Att betala", 535)):
        sheet.write(text, (right, end + 24), bold=True, right=True)
    for value, right in ((facts.total - vat, 300), (vat, 400), (facts.total, 535)):
        sheet.write(number(value, "sv"), (right, end + 40), right=True)
    sheet.pairs(
        [("Bankgiro", facts.bankgiro), ("Plusgiro", facts.plusgiro), ("IBAN", facts.iban)], (50, 700), across=70
    )
    sheet.write(
        f"Hyresgäst {facts.tenant}. Vid försenad betalning tas påminnelseavgift om 60,00 kr ut.", (50, 760), size=8
    )


def _letter(sheet: Sheet, facts: RentFacts, words: _Words) -> None:
    """The plain letter that the English, German and French landlords share."""
    language = words.language
    period = f"{day(facts.period_start, language)} - {day(facts.period_end, language)}"
    sheet.write(facts.landlord, (50, 60), size=13, bold=True)
    sheet.write(facts.tenant, (50, 110))
    sheet.write(f"{words.title} {month(facts.period_start, language)}", (50, 160), size=15, bold=True)
    dates = [
        (words.issued, day(facts.invoice_date, language)),
        (words.due, day(facts.due_date, language)),
        (words.period, period),
    ]
    sheet.pairs([(words.number, facts.invoice_number), *dates], (50, 190))
    end = _breakdown(sheet, facts, 290, language=language)
    if facts.vat:
        sheet.write(
            f"{words.vat}: {money(facts.vat, currency=facts.currency, language=language)}", (60, end + 6), size=8
        )
    sheet.rule(end + 12)
    sheet.write(words.total, (60, end + 28), bold=True)
    sheet.write(money(facts.total, currency=facts.currency, language=language), (535, end + 28), bold=True, right=True)
    sheet.pairs([("IBAN", _spaced(facts.iban)), (words.reference, facts.creditor_reference)], (50, end + 80))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    language: str
    title: str
    number: str
    issued: str
    due: str
    period: str
    vat: str
    total: str
    reference: str


_ENGLISH = _Words(
    language="en",
    title="Rent statement",
    number="Statement number",
    issued="Statement date",
    due="Payment due",
    period="Rental period",
    vat="including VAT",
    total="Total amount due",
    reference="Payment reference",
)
_GERMAN = _Words(
    language="de",
    title="Mietrechnung",
    number="Rechnungsnummer",
    issued="Rechnungsdatum",
    due="Fällig am",
    period="Abrechnungszeitraum",
    vat="enthaltene MwSt.",
    total="Zahlbetrag",
    reference="Verwendungszweck",
)
_FRENCH = _Words(
    language="fr",
    title="Avis d'échéance",
    number="Avis n°",
    issued="Date d'émission",
    due="À payer avant le",
    period="Période",
    vat="dont TVA",
    total="Total à payer",
    reference="Référence",
)

_DRAW: dict[Layout, Callable[[Sheet, RentFacts], None]] = {
    Layout.GIRO: _giro,
    Layout.COLUMNS: _columns,
    Layout.TABLE: _table,
    Layout.ENGLISH: lambda sheet, facts: _letter(sheet, facts, _ENGLISH),
    Layout.GERMAN: lambda sheet, facts: _letter(sheet, facts, _GERMAN),
    Layout.FRENCH: lambda sheet, facts: _letter(sheet, facts, _FRENCH),
}


def _spaced(iban: str | None) -> str | None:
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4)) if iban else None
