"""An example of each published type, made from the type and from what its members are called."""

from __future__ import annotations

from typing import Any, Final

from msgspec import inspect

_BY_NAME: Final[dict[str, Any]] = {
    "email": "alice@example.com",
    "google_email": "alice@gmail.example",
    "name": "Alice",
    "Login.code": "123456",
    "Item.name": "Cable",
    "Dish.name": "Margherita",
    "Garment.name": "Shirt",
    "Food.name": "Bread",
    "NewToken.name": "script",
    "Token.name": "script",
    "NewPushDevice.name": "Alice's phone",
    "NewPushDevice.token": "made-by-the-platform-of-this-phone",
    "PushDeviceRow.name": "Alice's phone",
    "username": "Alice",
    "password": "correct horse battery staple",
    "access_token": "eyJhbGciOiJIUzI1NiJ9.example.signature",
    "refresh_token": "1//example",
    "scope": ["https://www.googleapis.com/auth/gmail.readonly"],
    "message": "Gmail is connected.",
    "expires_in": 3600,
    "InvoiceID": "inv_5f1c0b7a9d2e4c68",
    "invoice_id": "inv_5f1c0b7a9d2e4c68",
    "UserID": "user_0a11ce00-0000-4000-8000-000000000001",
    "Due Date": "31-03-2026",
    "due_date_month": "3",
    "due_date_year": "2026",
    "Total Amount": 8312.40,
    "Moms": 0,
    "Hyra": 8000,
    "El": 312.40,
    "Kallvatten": None,
    "Varmvatten": None,
    "OCR": "1234567897",
    "Filename": "wallenstam_2026-03-01_7d1f.pdf",
    "currency": "SEK",
    "state": "ok",
    "vendor_name": "Nordkorg",
    "total_amount": 120.50,
    "tax": 12.91,
    "price": 30.25,
    "sub_type": "grocery",
    "category": "retail",
    "vendor_id": "nordkorg",
    "store_name": "Nordkorg Centrum",
    "version": 1,
    "needs_look": 0,
    "month": "2026-03",
    "amount": 241.00,
    "kind": "receipt",
    "invoice_number": "10023",
    "order_number": None,
    "description": "Bread",
    "quantity": 2,
    "unit_price": 30.25,
    "total_price": 60.50,
    "statuses": {"total_amount": "proved"},
    "counts": {"found": 3, "stored": 2, "duplicate": 1, "ignored": 0, "failed": 0, "waiting": 0},
    "cursor": "eyJuZXh0IjoiMjAyNi0wMS0wOSJ9",
    "url": "https://example.com/paypulse",
    "secret": "made-for-you-and-shown-once",
    "content_type": "application/pdf",
    "job_id": "job_20261124_5f1c0b7a",
    "byVendor": {"nordkorg": 2},
    "errors": [],
    "error": None,
    "result": {},
    "erased": {"RetailInvoices": 12},
    "vendor_category": "grocery",
    "code": "INVALID_REQUEST",
}
_DAYS: Final = ("created_on", "invoice_date", "due_date", "paid_on", "from", "to", "start_date", "end_date")


# What stands in a union for "not there"; msgspec describes UNSET as a custom type.
_ABSENT: Final = (inspect.NoneType, inspect.CustomType)


def example(kind: Any) -> Any:
    """A plausible value of the published type `kind`, ready for JSON."""
    return _of(inspect.type_info(kind), "")


def _of(info: inspect.Type, name: str) -> Any:
    if name in _BY_NAME:
        value = _BY_NAME[name]
        return " ".join(value) if isinstance(value, list) and isinstance(info, inspect.StrType) else value
    if name in _DAYS:
        return "2026-03-05"
    match info:
        case inspect.Metadata():
            return _of(info.type, name)
        case inspect.StructType():
            return _tag(info) | {each.encode_name: _member(info, each) for each in info.fields}
        case inspect.UnionType():
            return _of(next(each for each in info.types if not isinstance(each, _ABSENT)), name)
        case inspect.ListType():
            return [_of(info.item_type, "")]
        case inspect.DictType():
            return {"2026": _of(info.value_type, "")}
    return _plain(info)


def _member(of: inspect.StructType, each: inspect.Field) -> Any:
    own = f"{of.cls.__name__}.{each.encode_name}"
    return _BY_NAME[own] if own in _BY_NAME else _of(each.type, each.encode_name)


def _tag(info: inspect.StructType) -> dict[str, Any]:
    return {info.tag_field: info.tag} if info.tag_field else {}


def _plain(info: inspect.Type) -> Any:
    match info:
        case inspect.BoolType():
            return False
        case inspect.EnumType():
            return str(next(iter(info.cls)))
        case inspect.IntType() | inspect.DecimalType() | inspect.FloatType():
            return 1
        case inspect.StrType():
            return "text"
    return None
