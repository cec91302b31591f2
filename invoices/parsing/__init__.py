"""The reading engine: bytes of a PDF, an HTML page or a mail in, facts with their evidence out. Pure; no clock, no network."""

from __future__ import annotations

from invoices.parsing.document.errors import DocumentError, Refusal
from invoices.parsing.document.model import Document
from invoices.parsing.document.opening import open_document
from invoices.parsing.reader import read

# Raised whenever the same document may be read differently, so that stored readings can be told from newer ones.
READER_VERSION = 4

__all__ = ["READER_VERSION", "Document", "DocumentError", "Refusal", "open_document", "read"]
