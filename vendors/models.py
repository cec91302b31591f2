"""What Django's admin sees of VendorConfig: labels, choices and help for the table's attributes."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from paypulse.core.categories import Category, SubType
from paypulse.dynamodb.models import ListField, MapField
from vendors.vendor import ParserType, State, Vendor, from_content


def _choices(values: Any) -> list[tuple[str, str]]:
    return [(str(value), str(value).replace("-", " ").capitalize()) for value in values]


class VendorConfig(models.Model):
    """One vendor row. It is written through vendors.store alone, which keeps its versions."""

    vendor_id = models.CharField(_("slug"), primary_key=True, max_length=60)
    vendor_name = models.CharField(_("name"), max_length=120)
    invoice_category = models.CharField(_("category"), max_length=10, choices=_choices(Category), default="retail")
    invoice_sub_type = models.CharField(_("kind"), max_length=20, choices=_choices(SubType), null=True, blank=True)
    email_patterns = ListField(_("senders"), default=list)
    subject_keywords = ListField(_("subjects"), default=list, blank=True)
    parser_type = models.CharField(_("reading"), max_length=10, choices=_choices(ParserType), default="generic")
    field_hints = MapField(_("hints"), default=dict, blank=True)
    supports_pdf = models.BooleanField(_("sends PDF"), default=True)
    supports_html = models.BooleanField(_("sends HTML"), default=True)
    currency = models.CharField(_("currency"), max_length=3, null=True, blank=True)
    locale = models.CharField(_("locale"), max_length=10, null=True, blank=True)
    logo_url = models.CharField(_("logo"), max_length=120, null=True, blank=True)
    notes = models.TextField(_("notes"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=_choices(State), default="draft", editable=False)
    active = models.BooleanField(_("active"), default=False, editable=False)
    drift = MapField(_("what changed"), null=True, editable=False)
    version = models.IntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created"), editable=False)
    updated_at = models.DateTimeField(_("changed"), editable=False)
    updated_by = models.CharField(_("changed by"), max_length=80, editable=False)

    class Meta:
        managed = False
        ordering = ("vendor_name",)
        verbose_name = _("vendor")
        verbose_name_plural = _("vendors")

    def __str__(self) -> str:
        return self.vendor_name

    @property
    def needs_look(self) -> bool:
        """Whether it is fetched, its documents have changed, and nobody of the staff has looked yet."""
        fetched = self.state in (State.ACTIVE, State.SHADOW)
        return fetched and bool(self.drift) and not self.drift.get("acknowledged")

    def vendor(self) -> Vendor:
        """The row as plain data. Raises InvalidRowError when the table holds something else."""
        names = [name for name in Vendor.__dataclass_fields__ if name != "version"]
        row = {name: getattr(self, name) for name in names}
        return from_content({**row, "notes": self.notes or ""}, version=self.version)
