"""What people said of documents that were read: which fields they confirmed or put right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from invoices import store
from invoices.invoice import Correction
from invoices.parsing.vocabulary import FIELDS
from vendors.readings import Reading


def said(found: Sequence[Reading]) -> dict[str, Mapping[str, Correction]]:
    """What the owners said of the documents, by invoice and field; documents nobody said anything of are left out."""
    owned = ((reading.user_id, reading.invoice_id) for reading in found if reading.invoice_id)
    invoices = store.each_owners(owned)
    return {invoice.invoice_id: invoice.corrections for invoice in invoices if invoice.corrections}


def put_right(found: Sequence[Reading]) -> Counter[str]:
    """In how many of the documents each field that is read was put right; which value it got is not told."""
    return Counter(
        name
        for corrections in said(found).values()
        for name, correction in corrections.items()
        if name in FIELDS and correction.value != correction.was
    )
