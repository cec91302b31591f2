"""manage.py reread: read stored originals anew, keeping what people corrected."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.mailboxes import each_connected
from invoices import redrive


class Command(BaseCommand):
    help = "Read stored originals anew, of one person or one vendor or all; what people corrected stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", help="the id of one person; without it, everybody with a connected mailbox")
        parser.add_argument("--vendor", help="the id of one vendor row")
        parser.add_argument("--older-than", type=int, help="only what was read by a reader before this version")

    def handle(self, *args: Any, **options: Any) -> None:
        people = [options["user"]] if options["user"] else sorted({user_id for user_id, _ in each_connected()})
        found: Counter[str] = Counter()
        for user_id in people:
            for result in redrive.reread(user_id, vendor_id=options["vendor"], older_than=options["older_than"]):
                found[str(result.outcome)] += 1
        self.stdout.write(
            ", ".join(f"{count} {outcome}" for outcome, count in sorted(found.items())) or "nothing to read"
        )
