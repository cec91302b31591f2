"""manage.py vendors load | diff | export: the shipped vendor rows and the table."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from vendors import rows
from vendors.forms import hint_fault
from vendors.shipped import shipped
from vendors.vendor import InvalidRowError


class Command(BaseCommand):
    help = "Load the shipped vendor rows, say how they differ from the table, or write the table out as a file."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("load", help="write new and outdated rows; what staff edited or deleted stays as it is")
        actions.add_parser("diff", help="say which shipped rows differ from the table, and in which fields")
        export = actions.add_parser("export", help="write every row of the table in the catalogue's form")
        export.add_argument("--output", type=Path, help="the file to write; without it, the screen")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['action']}")(options)
        except (rows.CatalogueError, InvalidRowError) as error:
            raise CommandError(str(error)) from error

    def _load(self, _options: dict[str, Any]) -> None:
        compared = rows.load(hint_fault=hint_fault)
        self._say_left_alone(compared)
        counts = Counter(each.standing for each in compared)
        self.stdout.write(
            f"{counts[rows.Standing.NEW]} added, {counts[rows.Standing.OUTDATED]} brought up to date, "
            f"{counts[rows.Standing.SAME]} unchanged, "
            f"{counts[rows.Standing.EDITED] + counts[rows.Standing.DELETED]} left as staff made them."
        )

    def _diff(self, _options: dict[str, Any]) -> None:
        rows.check(shipped(), hint_fault=hint_fault)
        for each in rows.compare():
            if each.standing is not rows.Standing.SAME:
                self.stdout.write(f"{each.vendor.vendor_id}: {each.standing}")
                for change in each.changes:
                    self.stdout.write(f"  {change.field}: {change.old!r} -> {change.new!r}")

    def _export(self, options: dict[str, Any]) -> None:
        text = rows.export()
        if options["output"]:
            options["output"].write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text, ending="")

    def _say_left_alone(self, compared: tuple[rows.Comparison, ...]) -> None:
        for each in compared:
            if each.standing in (rows.Standing.EDITED, rows.Standing.DELETED):
                fields = ", ".join(change.field for change in each.changes)
                self.stdout.write(f"{each.vendor.vendor_id}: {each.standing} by staff, left alone. {fields}".rstrip())
