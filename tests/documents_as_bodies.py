"""Schemathesis sends a PDF or a mail as it sends any bytes: its own serializers know neither."""

import schemathesis

schemathesis.serializer.alias(["application/pdf", "message/rfc822"], "application/octet-stream")
