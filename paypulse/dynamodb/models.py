"""What Django models over our tables share: fields for lists and maps, and a save that undoes nobody's work."""

from __future__ import annotations

from collections.abc import Collection
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from django.db import models

from paypulse.core.errors import ConflictError

if TYPE_CHECKING:
    AnyField = models.Field[Any, Any]
else:
    AnyField = models.Field  # the stubs' type parameters do not exist at run time


class ListField(AnyField):
    """A DynamoDB list, as a Python list."""

    def get_internal_type(self) -> str:
        return "ListField"

    def value_to_string(self, obj: models.Model) -> str:
        return ", ".join(map(str, self.value_from_object(obj) or ()))


class MapField(AnyField):
    """A JSON attribute, as Python dicts, lists and scalars."""

    def get_internal_type(self) -> str:
        return "MapField"


class VersionedModel(models.Model):
    """A facade whose save writes only the fields that changed, and only if nobody saved since it was read.

    The table has a number attribute `version`. `save(update_fields=...)` says which fields are meant and is not guarded.
    """

    version = models.IntegerField(default=1, editable=False)

    class Meta:
        abstract = True
        managed = False

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any) -> Any:
        instance = super().from_db(db, field_names, values, **kwargs)
        instance._loaded = deepcopy(instance._stored())
        return instance

    def _stored(self) -> dict[str, Any]:
        return {field.attname: self.__dict__.get(field.attname) for field in self._meta.concrete_fields}

    def changed_fields(self) -> list[str]:
        """The names of the fields whose value differs from what was read."""
        loaded = getattr(self, "_loaded", {})
        return [name for name, value in self._stored().items() if name not in loaded or loaded[name] != value]

    def save(self, **kwargs: Any) -> None:
        """Raises ConflictError when the row was changed or deleted since it was read."""
        if self._state.adding or kwargs.get("update_fields") is not None:
            super().save(**kwargs)
        else:
            self._save_changes()
        self._loaded = deepcopy(self._stored())

    def _save_changes(self) -> None:
        changes = {name: getattr(self, name) for name in self.changed_fields() if name != "version"}
        if not changes:
            return
        read, rows = self.version, type(self)._base_manager
        if not rows.filter(pk=self.pk, version=read).update(**changes, version=read + 1):
            raise ConflictError(f"{self._meta.verbose_name} {self.pk} was changed by somebody else", key=self.pk)
        self.version = read + 1
