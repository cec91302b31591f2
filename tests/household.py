"""A person with a year of invoices, written through the stores and kept in S3 as the real way would leave them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts import mailboxes
from accounts.google import GMAIL_READONLY, GoogleTokens
from accounts.mailboxes import Mailbox
from invoices import documents, jobs, ledger, store, summaries
from invoices.documents import Origin
from invoices.invoice import Fact, Invoice, InvoiceState, Line, Source
from invoices.rows import to_row
from invoices.tables import RetailInvoice
from invoices.words import packed
from paypulse.core.categories import Category, SubType
from paypulse.core.clock import now
from paypulse.sandbox.documents.receipts import Item, ReceiptFacts, receipt_html
from paypulse.sandbox.documents.rent import Layout, RentFacts, RentLine, rent_notice

SHOPS = (
    ("spotify", "Spotify", SubType.SUBSCRIPTIONS, "129.00", "SEK"),
    ("vattenfall", "Vattenfall", SubType.UTILITY, "684.50", "SEK"),
    ("ica", "ICA Maxi", SubType.GROCERY, "1243.75", "SEK"),
    ("foodora", "foodora", SubType.FOOD_DELIVERY, "289.00", "SEK"),
    ("elgiganten", "Elgiganten", SubType.TECHNOLOGY, "2490.00", "SEK"),
    ("zalando", "Zalando", SubType.CLOTHING, "899.00", "SEK"),
    ("aws", "Amazon Web Services", SubType.TECHNOLOGY, "12.38", "USD"),
    ("lufthansa", "Lufthansa", SubType.TRAVEL, "214.20", "EUR"),
)


_PLACE = "body>table:nth-of-type(3)>tr:nth-of-type(1)>td:nth-of-type(2)"


def fact(value: Any, *, status: str = "proved", snippet: str = "", path: str | None = None, box: Any = None) -> Fact:
    """A fact as reading leaves it."""
    place = {"snippet": snippet or str(value), "part": 0, "page": 0 if box else None, "box": box, "path": path}
    sure = {"proved": 0.98, "read": 0.86, "unsure": 0.41}[status]
    return Fact(value=str(value), confidence=sure, status=status, method="label", evidence=(place,))


def invoice(user_id: str, digest: str, **values: Any) -> Invoice:
    """A plain receipt of this person with the values given; `digest` makes its id."""
    day = values.get("invoice_date") or now().date()
    origin = Origin(
        mailbox_id="m1",
        message_id=digest,
        part=0,
        vendor_id=values.get("vendor_id"),
        received_at=datetime.combine(day, datetime.min.time(), UTC),
    )
    rental = values.get("category") is Category.RENTAL
    key = documents.key(
        user_id,
        origin,
        sub_type=None if rental else values.get("sub_type", SubType.MISCELLANEOUS),
        suffix="pdf" if rental else "html",
    )
    plain: dict[str, Any] = dict.fromkeys(
        "vendor_id vendor_name total_amount currency tax invoice_date due_date period_start period_end invoice_number order_number "
        "ocr_number bankgiro plusgiro iban duplicate_of linked_to paid_on vendor_version duplicate_key entry_id".split()
    )
    plain |= {
        "user_id": user_id,
        "invoice_id": key.invoice_id,
        "category": Category.RETAIL,
        "sub_type": None if rental else SubType.MISCELLANEOUS,
        "kind": "receipt",
        "state": InvoiceState.OK,
        "line_items": (),
        "reasons": (),
        "facts": {},
        "corrections": {},
        "history": (),
        "s3_path": str(key),
        "source": Source.GMAIL,
        "content_hash": hashlib.sha256(f"{user_id}{digest}".encode()).hexdigest(),
        "reader_version": 1,
        "received_at": origin.received_at,
        "created_at": now(),
        "updated_at": now(),
        "version": 1,
    }
    return Invoice(**{**plain, **values})


def keep(made: Invoice, content: bytes) -> Invoice:
    """An invoice's row and its original, without the transaction that reading needs: a year is there in a second."""
    vendor = made.vendor_id
    origin = Origin(mailbox_id="m1", message_id=made.invoice_id, part=0, vendor_id=vendor, received_at=made.received_at)
    documents.store(made.s3_path, content, origin=origin)
    to_row(made).save()
    return store.invoice(made.user_id, made.invoice_id)


def receipt(user_id: str, digest: str, *, shop: int = 0, day: date, **values: Any) -> Invoice:
    """A kept receipt of one of SHOPS, with its original."""
    vendor_id, name, kind, price, currency = SHOPS[shop % len(SHOPS)]
    amount = values.pop("total_amount", Decimal(price))
    made = invoice(
        user_id,
        digest,
        vendor_id=vendor_id,
        vendor_name=name,
        sub_type=kind,
        total_amount=amount,
        currency=currency,
        invoice_date=day,
        order_number=f"A-{digest}",
        line_items=(Line(description=f"Ting {digest}", quantity=Decimal(1), unit_price=amount, total_price=amount),),
        facts={
            "total_amount": fact(amount, path="body>table:nth-of-type(3)>tr:nth-of-type(1)>td:nth-of-type(2)"),
            "vendor_name": fact(name, status="read", path="body>h1:nth-of-type(1)"),
            "invoice_date": fact(day, status="read"),
        },
    )
    shown = ReceiptFacts(
        vendor=name,
        sub_type=kind,
        invoice_date=day,
        items=(Item(name=f"Ting {digest}", price=abs(amount or Decimal(1))),),
        order_number=f"A-{digest}",
    )
    return keep(replace(made, **values), receipt_html(replace(shown, currency=currency)).encode())


def rent(user_id: str, month: date, *, base: str = "8912.00", **values: Any) -> Invoice:
    """A kept rent notice that is due on the last day before `month`."""
    lines = (
        ("base_rent", "Hyra", Decimal(base)),
        ("cold_water", "Kallvatten", Decimal(61 + month.month * 3)),
        ("warm_water", "Varmvatten", Decimal(120 + month.month)),
        ("electricity", "El", Decimal("214.50")),
        ("parking", "Bilplats", Decimal(450)),
    )
    total = sum((amount for _, _, amount in lines), Decimal(0))
    due = month - timedelta(days=1)
    made = invoice(
        user_id,
        f"rent{month:%Y%m}",
        category=Category.RENTAL,
        sub_type=None,
        kind="rent_notice",
        vendor_id="wallenstam",
        vendor_name="Hyresbolaget",
        total_amount=total,
        currency="SEK",
        invoice_date=due - timedelta(days=15),
        due_date=due,
        ocr_number="7041726110",
        bankgiro="5050-1055",
        line_items=tuple(Line(description=text, total_price=amount, component=name) for name, text, amount in lines),
        facts={
            "total_amount": fact(total, box=(364.97, 377.09, 400.0, 387.62)),
            "due_date": fact(due, status="read", box=(190.0, 144.09, 236.03, 154.62)),
        },
    )
    facts = RentFacts(
        landlord="Hyresbolaget",
        tenant="Alice Andersson",
        invoice_number="26110417",
        invoice_date=due - timedelta(days=15),
        due_date=due,
        period_start=month,
        period_end=month,
        lines=tuple(RentLine(_part(name), text, amount) for name, text, amount in lines),
        ocr_number="7041726110",
        bankgiro="5050-1055",
    )
    return keep(replace(made, **values), rent_notice(facts, Layout.COLUMNS))


def _part(name: str) -> Any:
    from paypulse.sandbox.documents.rent import RentPart

    return RentPart[name.upper()]


def a_year(user_id: str, *, today: date) -> list[Invoice]:
    """Twelve months of receipts and rent, one refund, one duplicate, two that need a look."""
    kept = []
    for back in range(13):
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        first = date(year, month + 1, 1)
        if first <= today:
            kept += [
                receipt(user_id, f"{back}-{shop}", shop=shop, day=min(date(year, month + 1, 3 + shop * 2), today))
                for shop in _bought(back)
            ]
        if back < 12:
            following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
            kept.append(
                rent(user_id, following, base="8912.00" if back < 5 else "8640.00", paid_on=following if back else None)
            )
    day = max(today - timedelta(days=4), today.replace(day=1))
    kept.append(receipt(user_id, "refund", shop=5, day=day, kind="credit_note", total_amount=Decimal("-899.00")))
    unsure = {
        "total_amount": fact(
            "324.00", status="unsure", path="body>table:nth-of-type(3)>tr:nth-of-type(1)>td:nth-of-type(2)"
        )
    }
    kept += [
        receipt(
            user_id,
            f"unsure{n}",
            shop=3,
            day=day,
            total_amount=Decimal("324.00"),
            state=InvoiceState.NEEDS_LOOK,
            reasons=("total_amount",),
            facts=unsure,
        )
        for n in (1, 2)
    ]
    summarise(user_id, kept)
    return kept


def summarise(user_id: str, invoices: list[Invoice]) -> None:
    """What the stream's function does a moment after each write."""
    for month in {summaries.month_of(each) for each in invoices}:
        summaries.recompute(user_id, month)


def many(user_id: str, count: int, *, today: date) -> None:
    """So many plain receipts of the last ten years, as large as real ones, without originals, and their summaries."""
    words = [packed(" ".join(f"ord{(first * 7 + each) * 7919 % 10007}" for each in range(150))) for first in range(9)]
    made = [
        invoice(
            user_id,
            f"many{number}",
            vendor_id=SHOPS[number % 5][0],
            vendor_name=SHOPS[number % 5][1],
            sub_type=SHOPS[number % 5][2],
            total_amount=Decimal(number % 900) + Decimal("9.90"),
            currency="SEK",
            # Whoever has few has some in each of the last thirteen months too.
            invoice_date=today - timedelta(days=number * 15 if number < 27 else number % 3650),
            order_number=f"M-{number}",
            facts={
                name: fact(number % 900, path=_PLACE) for name in ("total_amount", "currency", "vendor_name", "tax")
            },
            words=words[number % len(words)],
        )
        for number in range(count)
    ]
    with RetailInvoice.batch_write() as batch:
        for each in made:
            batch.save(to_row(each))
    summarise(user_id, [each for each in made if each.day > today - timedelta(days=400)])


def _bought(back: int) -> list[int]:
    return [0, 1, 2] + [shop for shop in range(3, len(SHOPS)) if (back + shop) % 3 == 0]


def work(user_id: str) -> None:
    """A job that ended, one that runs, and a ledger of every kind."""
    done = jobs.begin(user_id, kind="sync", request={})
    jobs.advance(
        user_id, done.job_id, state=jobs.JobState.DONE, counts={"found": 74, "stored": 70, "duplicate": 2, "ignored": 2}
    )
    for number, state in enumerate(ledger.EntryState):
        ledger.put(
            ledger.Entry(
                user_id=user_id,
                mailbox_id="m1",
                message_id=f"18f{number:05x}",
                part=0,
                state=state,
                vendor_id="ica",
                sent_at=now(),
            )
        )


def mailbox(user_id: str, *, days_left: int = 30) -> Mailbox:
    """A connected mailbox whose grant ends in so many days."""
    ends = now() + timedelta(days=days_left)
    tokens = GoogleTokens(
        access_token="a", refresh_token="r", expires_at=now() + timedelta(hours=1), grant_expires_at=ends
    )
    return mailboxes.connect(
        user_id, google_id="1", email="alice@gmail.example", tokens=tokens, scopes=[GMAIL_READONLY]
    )


def dynamodb_client() -> Any:
    """The one client that every table of ours talks through."""
    return store.RetailInvoice._get_connection().connection.client
