"""The words of rent notices in Swedish, English, German, French, Dutch, Danish, Norwegian and Finnish."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache


class RentPart(StrEnum):
    """What a line of a rent notice's breakdown pays for."""

    BASE_RENT = "base_rent"
    COLD_WATER = "cold_water"
    WARM_WATER = "warm_water"
    ELECTRICITY = "electricity"
    HEATING = "heating"
    PARKING = "parking"
    ADJUSTMENT = "adjustment"
    ROUNDING = "rounding"
    VAT = "vat"
    OTHER = "other"


@cache
def _pattern(listed: str) -> re.Pattern[str]:
    """Any of the comma-separated words or phrases, standing alone; made when first needed, not when imported."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(word.strip()) for word in listed.split(','))})(?!\w)", re.I)


# In this order: "retroactive rent" is an adjustment, "rent of a parking space" is parking, and what is left is rent.
_PARTS = {
    RentPart.ROUNDING: (
        "öresavrundning, öresutjämning, avrundning, rounding, rundung, arrondi, afronding, øreafrunding, øreavrunding, pyöristys"
    ),
    RentPart.VAT: ("moms, mervärdesskatt, vat, mwst, mehrwertsteuer, umsatzsteuer, tva, btw, mva, alv"),
    RentPart.ADJUSTMENT: (
        "retroaktiv, retroaktiv hyra, retroaktivt, rabatt, hyresrabatt, avdrag, hyresavdrag, kredit, kreditering, justering, avräkning, tillgodo, "
        "återbetalning, reglering, adjustment, discount, credit, rebate, deduction, reduction, "
        "arrears, gutschrift, nachlass, korrektur, nachzahlung, mietminderung, minderung, erstattung, guthaben, remise, régularisation, "
        "avoir, déduction, rappel, correctie, korting, verrekening, regulering, hyvitys"
    ),
    RentPart.WARM_WATER: (
        "varmvatten, varmt vatten, vv, hot water, warm water, warmwasser, eau chaude, warm water, varmtvann, varmt vand, lämmin vesi"
    ),
    RentPart.COLD_WATER: (
        "kallvatten, kallt vatten, kv, vatten, cold water, water, kaltwasser, wasser, eau froide, eau, koud water, kaldtvann, koldt vand, vand, vann, kylmä vesi, vesi, vesimaksu"
    ),
    RentPart.ELECTRICITY: (
        "el, elavgift, elförbrukning, elkostnad, hushållsel, electricity, power, strom, stromkosten, électricité, elektriciteit, elektricitet, strøm, sähkö"
    ),
    RentPart.HEATING: (
        "värme, uppvärmning, heating, heat, heizung, heizkosten, chauffage, verwarming, varme, oppvarming, lämmitys"
    ),
    RentPart.PARKING: (
        "p-plats, bilplats, parkering, parkeringsplats, parkeringsavgift, garage, garageplats, carport, mc-plats, hyra p-plats, parking, parking space, "
        "stellplatz, tiefgarage, garagenmiete, stationnement, place de parking, parkeerplaats, parkeringsplads, autopaikka"
    ),
    RentPart.BASE_RENT: (
        "hyra, månadsavgift, grundhyra, bashyra, kallhyra, månadshyra, bostadshyra, lägenhetshyra, lokalhyra, hyra bostad, rent, base rent, basic rent, monthly rent, "
        "miete, kaltmiete, grundmiete, nettokaltmiete, wohnungsmiete, loyer, loyer principal, loyer hors charges, huur, kale huur, huurprijs, "
        "husleje, husleie, vuokra"
    ),
}
_TITLE = (
    "hyresavi, hyresavin, hyresfaktura, hyresspecifikation, hyresaviseringen, avgiftsavi, rent statement, rent notice, rent invoice, rental statement, rent bill, "
    "rent payment notice, rent demand, demand for rent, rent request, statement of rent, rent due, mietrechnung, mietzahlung, mietforderung, mietabrechnung, mietaufstellung, miete für, "
    "avis d'échéance, avis d’échéance, appel de loyer, quittance de loyer, avis de loyer, huurfactuur, huurnota, huurspecificatie, "
    "huslejeopkrævning, huslejeregning, husleiefaktura, vuokralasku"
)
_SWEDISH = "avgiftsavi, hyresavi, hyresavin, hyresfaktura, hyresspecifikation"
_CAR = "car rental, rental car, rent a car, mietwagen, autovermietung, biluthyrning, hyrbil, location de voiture, autoverhuur, leiebil"

_LISTED = {
    "total_amount": (
        "summa att betala, totalt att betala, belopp att betala, total att betala, att betala, totalbelopp, total amount due, total amount payable, "
        "amount due, total due, total to pay, amount to pay, total payable, balance due, zahlbetrag, zu zahlender betrag, zu zahlen, gesamtmiete, "
        "gesamtbetrag, rechnungsbetrag, total à payer, montant à payer, net à payer, total dû, montant total, te betalen, totaal te betalen, "
        "til betaling, at betale, å betale, maksettava, yhteensä, totalt, summa, total, gesamt, summe, totaal, i alt"
    ),
    "tax": "varav moms, moms, momsbelopp, including vat, vat included, vat, enthaltene mwst, mwst, mehrwertsteuer, umsatzsteuer, dont tva, tva, btw, mva",
    "due_date": (
        "förfallodatum, förfallodag, förfaller, förfaller till betalning, betalas senast, oss tillhanda senast, sista betalningsdag, payment due date, "
        "payment due, due date, due by, pay by, fällig am, fälligkeit, fälligkeitsdatum, zahlbar bis, fällig zum, à payer avant le, date d'échéance, "
        "date limite de paiement, à régler avant le, échéance, vervaldatum, uiterste betaaldatum, betalen voor, forfaldsdato, betalingsdato, forfallsdato, "
        "eräpäivä"
    ),
    "invoice_date": (
        "fakturadatum, avidatum, aviseringsdatum, utskriftsdatum, statement date, invoice date, issue date, date of issue, rechnungsdatum, ausstellungsdatum, "
        "date d'émission, date de facture, factuurdatum, fakturadato, laskun päivä, päiväys"
    ),
    "invoice_number": (
        "avinummer, avinr, avi nr, fakturanummer, fakturanr, faktura nr, statement number, statement no, invoice number, invoice no, notice number, "
        "rechnungsnummer, rechnungs-nr, rechnungsnr, rechnung nr, avis n°, avis no, numéro d'avis, facture n°, numéro de facture, factuurnummer, "
        "laskun numero"
    ),
    "ocr_number": (
        "referensnummer/ocr, ocr/referensnummer, ocr-/referensnummer, referensnummer (ocr), ocr-nummer, ocrnummer, ocr nummer, ocr-nr, ocrnr, ocr nr, ocr, "
        "referensnummer, betalningsreferens, meddelande/ocr"
    ),
    "bankgiro": "till bankgiro, bankgiro, bankgironummer, bankgironr, bg-nr, bg nr, bg",
    "plusgiro": "till plusgiro, plusgiro, plusgironummer, plusgironr, postgiro, pg-nr, pg nr, pg",
    "period": (
        "avser perioden, avser period, hyresperiod, avser, period, rental period, rent period, billing period, period covered, abrechnungszeitraum, "
        "mietzeitraum, zeitraum, période, période de location, periode, huurperiode, vuokrakausi"
    ),
}


LABELS = {field: tuple(label.strip() for label in listed.split(",")) for field, listed in _LISTED.items()}


def rent_part(description: str) -> RentPart:
    """What the line pays for, OTHER where no word of it says."""
    return next((part for part, words in _PARTS.items() if _pattern(words).search(description)), RentPart.OTHER)


def titled_rent(texts: Iterable[str]) -> bool:
    """Whether a text names a rent notice, and none speaks of rented cars."""
    joined = "\n".join(texts)
    return _says(_TITLE, joined) and not _says(_CAR, joined)


def titled_in_swedish(texts: Iterable[str]) -> bool:
    """Whether a text names a rent notice in Swedish, as only landlords in Sweden do."""
    return _says(_SWEDISH, "\n".join(texts))


def _says(listed: str, text: str) -> bool:
    """Whether a listed phrase stands in the text; most texts hold none of the letters, which is seen at once."""
    folded = text.casefold()
    return any(phrase in folded for phrase in _folded(listed)) and bool(_pattern(listed).search(text))


@cache
def _folded(listed: str) -> tuple[str, ...]:
    return tuple(phrase.strip().casefold() for phrase in listed.split(","))
