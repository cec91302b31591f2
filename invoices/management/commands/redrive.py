"""manage.py redrive: dead letters back on their queues, and given-up mails another try."""

from __future__ import annotations

from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser

from invoices import redrive

_QUEUES: Final = (
    "fetch-invoices",
    "fetch-latest-invoice",
    "fetch-retail-invoices",
    "audit-gaps",
    "remind-due",
    "read-again",
    "background-jobs",
    "erase-user",
)


class Command(BaseCommand):
    help = (
        "Put the dead letters back on their queues; with --user, fetch again the mails of a person that were given up."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--queue", choices=_QUEUES, help="one queue; without it, all of them")
        parser.add_argument("--user", help="the id of a person whose given-up mails are to be tried again")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["user"]:
            self.stdout.write(f"{redrive.give_another_try(options['user'])} mails will be tried again")
            return
        for queue in [options["queue"]] if options["queue"] else _QUEUES:
            self.stdout.write(f"{queue}: {redrive.empty_dead_letters(queue)} put back")
