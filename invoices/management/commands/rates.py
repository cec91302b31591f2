"""manage.py rates: store the exchange rates of a file that the European Central Bank published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from invoices import rates


class Command(BaseCommand):
    help = "Store the rates of eurofxref-hist.csv, so that amounts can be added in a home currency."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV file, out of its ZIP")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = rates.keep(rates.parse(options["file"].read_text("utf-8")))
        except (OSError, rates.RatesError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} days kept")
