"""PDF invoices that carry the same facts as XML: Factur-X (CII), ZUGFeRD 1.0 and UBL, each as small as its standard allows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from html import escape
from io import BytesIO

import pypdfium2

from invoices.parsing.result import Kind
from paypulse.sandbox.documents.receipts import Item, ReceiptFacts


class Syntax(StrEnum):
    """The XML's language, with the file name that its standard wants."""

    CII = "factur-x.xml"
    ZUGFERD_1 = "ZUGFeRD-invoice.xml"
    UBL = "ubl.xml"


def with_xml(pdf: bytes, xml: bytes, *, name: str = Syntax.CII) -> bytes:
    """The PDF with `xml` attached as a file of that name."""
    document = pypdfium2.PdfDocument(pdf)
    document.new_attachment(name).set_data(xml)
    out = BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


def invoice_xml(facts: ReceiptFacts, syntax: Syntax = Syntax.CII) -> bytes:
    """The facts in `syntax`."""
    body = _ubl(facts) if syntax is Syntax.UBL else _cii(facts, old=syntax is Syntax.ZUGFERD_1)
    return f'<?xml version="1.0" encoding="UTF-8"?>{body}'.encode()


def _cii(facts: ReceiptFacts, *, old: bool) -> str:
    """UN/CEFACT cross industry invoice; ZUGFeRD 1.0 has the same data under older element names."""
    head, deal = (
        ("HeaderExchangedDocument", "SpecifiedSupplyChainTradeTransaction")
        if old
        else ("ExchangedDocument", "SupplyChainTradeTransaction")
    )
    space = (
        "urn:ferd:CrossIndustryDocument:invoice:1p0"
        if old
        else "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
    )
    agreed, settled = (
        ("ApplicableSupplyChainTrade" if old else "ApplicableHeaderTrade") + "Agreement",
        ("ApplicableSupplyChainTrade" if old else "ApplicableHeaderTrade") + "Settlement",
    )
    sums = "SpecifiedTradeSettlementMonetarySummation" if old else "SpecifiedTradeSettlementHeaderMonetarySummation"
    number = _tag("ID", facts.invoice_number) + _tag("TypeCode", "381" if facts.kind is Kind.CREDIT_NOTE else "380")
    issued = _tag("IssueDateTime", _cii_day(facts.invoice_date))
    due = (
        _tag("SpecifiedTradePaymentTerms", _tag("DueDateDateTime", _cii_day(facts.due_date))) if facts.due_date else ""
    )
    total = _tag(
        sums,
        _tag("TaxTotalAmount", facts.tax)
        + _tag("GrandTotalAmount", facts.total)
        + _tag("DuePayableAmount", facts.total),
    )
    lines = "".join(_cii_line(item, old=old) for item in facts.items)
    seller = _tag(agreed, _tag("SellerTradeParty", _tag("Name", escape(facts.vendor))))
    money = _tag(settled, _tag("InvoiceCurrencyCode", facts.currency) + due + total)
    root = "CrossIndustryDocument" if old else "CrossIndustryInvoice"
    return f'<{root} xmlns="{space}">{_tag(head, number + issued)}{_tag(deal, lines + seller + money)}</{root}>'


def _cii_line(item: Item, *, old: bool) -> str:
    prefix = "SpecifiedSupplyChainTrade" if old else "SpecifiedLineTrade"
    sums = "SpecifiedTradeSettlementMonetarySummation" if old else "SpecifiedTradeSettlementLineMonetarySummation"
    price = _tag(f"{prefix}Agreement", _tag("NetPriceProductTradePrice", _tag("ChargeAmount", item.price)))
    count = _tag(f"{prefix}Delivery", _tag("BilledQuantity", item.quantity))
    total = _tag(f"{prefix}Settlement", _tag(sums, _tag("LineTotalAmount", item.total)))
    return _tag(
        "IncludedSupplyChainTradeLineItem",
        _tag("SpecifiedTradeProduct", _tag("Name", escape(item.description))) + price + count + total,
    )


def _cii_day(day: date) -> str:
    return f'<DateTimeString format="102">{day:%Y%m%d}</DateTimeString>'


def _ubl(facts: ReceiptFacts) -> str:
    credit = facts.kind is Kind.CREDIT_NOTE
    root = "CreditNote" if credit else "Invoice"
    head = (
        _tag("ID", facts.invoice_number)
        + _tag("IssueDate", facts.invoice_date)
        + (_tag("DueDate", facts.due_date) if facts.due_date else "")
    )
    code = "" if credit else _tag("InvoiceTypeCode", "380")
    seller = _tag("AccountingSupplierParty", _tag("Party", _tag("PartyName", _tag("Name", escape(facts.vendor)))))
    money = _tag("TaxTotal", _tag("TaxAmount", facts.tax)) + _tag(
        "LegalMonetaryTotal", _tag("TaxInclusiveAmount", facts.total)
    )
    lines = "".join(_ubl_line(item, credit=credit) for item in facts.items)
    space = f"urn:oasis:names:specification:ubl:schema:xsd:{root}-2"
    return f'<{root} xmlns="{space}">{head}{code}{_tag("DocumentCurrencyCode", facts.currency)}{seller}{money}{lines}</{root}>'


def _ubl_line(item: Item, *, credit: bool) -> str:
    quantity = _tag("CreditedQuantity" if credit else "InvoicedQuantity", item.quantity)
    inner = quantity + _tag("LineExtensionAmount", item.total) + _tag("Item", _tag("Name", escape(item.description)))
    return _tag("CreditNoteLine" if credit else "InvoiceLine", inner + _tag("Price", _tag("PriceAmount", item.price)))


def _tag(name: str, content: str | Decimal | date | None) -> str:
    return f"<{name}>{content}</{name}>"
