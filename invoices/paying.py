"""Paying an invoice from a phone: the texts of payment QR codes, and the codes as SVG."""

from __future__ import annotations

import io
import json
from decimal import Decimal

import segno

from invoices.invoice import Invoice

_EPC_LIMIT = 331
_PAID_BY_CODE = ("invoice", "rent_notice")
_MUST_BE_SURE = ("total_amount", "currency", "iban", "bankgiro", "plusgiro", "ocr_number")


def code(invoice: Invoice) -> str | None:
    """The text that pays `invoice`, or None: where nothing is to be paid, no standard applies, or a part of it is unsure.

    A wrong amount or account would be paid in earnest, so that what the reader was not sure of makes no code.
    """
    if invoice.kind not in _PAID_BY_CODE or not invoice.is_counted or invoice.paid_on is not None:
        return None
    if any(invoice.is_unsure(name) for name in _MUST_BE_SURE):
        return None
    return epc(invoice) or usingqr(invoice)


def epc(invoice: Invoice) -> str | None:
    """The SEPA credit transfer text (EPC069-12 version 002), or None where it does not apply: euro, an IBAN, a payee, 0.01 up."""
    amount = invoice.total_amount
    if invoice.currency != "EUR" or not invoice.iban or not invoice.vendor_name or amount is None:
        return None
    if not Decimal("0.01") <= amount <= Decimal("999999999.99"):
        return None
    reference = invoice.ocr_number or invoice.invoice_number or ""
    # Service tag, version, UTF-8, SEPA credit transfer, no BIC (version 002), payee, IBAN, amount, no purpose, no ISO 11649
    # reference, remittance text.
    lines = (
        "BCD",
        "002",
        "1",
        "SCT",
        "",
        _line(invoice.vendor_name, 70),
        _compact(invoice.iban),
        f"EUR{amount:.2f}",
        "",
        "",
        _line(reference, 140),
    )
    text = "\n".join(lines).rstrip("\n")
    return text if len(text.encode()) <= _EPC_LIMIT else None


def usingqr(invoice: Invoice) -> str | None:
    """The Swedish UsingQR text (version 1, bankgiro or plusgiro in kronor), or None where it does not apply."""
    number, kind = (invoice.bankgiro, "BG") if invoice.bankgiro else (invoice.plusgiro, "PG")
    if invoice.currency != "SEK" or not number or invoice.total_amount is None or invoice.total_amount <= 0:
        return None
    facts: dict[str, object] = {
        "uqr": 1,
        "tp": 1,
        "nme": _line(invoice.vendor_name or "", 70) or None,
        "iref": invoice.ocr_number or invoice.invoice_number,
        "idt": f"{invoice.invoice_date:%Y%m%d}" if invoice.invoice_date else None,
        "ddt": f"{invoice.due_date:%Y%m%d}" if invoice.due_date else None,
        "pt": kind,
        "acc": number,
    }
    fields = json.dumps(
        {name: value for name, value in facts.items() if value is not None}, ensure_ascii=False, separators=(",", ":")
    )
    return f'{fields[:-1]},"due":{invoice.total_amount:.2f}}}'


def code_svg(text: str) -> str:
    """The QR code of `text` (error correction M, as EPC069-12 asks) as an SVG element of presentational attributes alone."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        border=4,
        dark="#000",
        light="#fff",
        svgclass=None,
        lineclass=None,
    )
    return out.getvalue().decode()


def _line(text: str, limit: int) -> str:
    return " ".join(text.split())[:limit]


def _compact(iban: str) -> str:
    return "".join(iban.split()).upper()
