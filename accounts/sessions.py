"""Django's sessions in our Sessions table: found by the hash of their key, listed by person, forgotten by DynamoDB."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from pynamodb.exceptions import DoesNotExist, PutError

from accounts import tables
from accounts.devices import stored_key
from paypulse.core.clock import now


class SessionStore(SessionBase):
    """A session. One that was ended elsewhere cannot be saved back into being."""

    def load(self) -> dict[str, Any]:
        row = self._row(self.session_key)
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row.session_data)

    def exists(self, session_key: str) -> bool:
        return self._row(session_key) is not None

    def create(self) -> None:
        while True:
            self._session_key = cast("Any", self)._get_new_session_key()
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()
        data = cast("Any", self)._get_session(no_load=must_create)
        exists = tables.Session.session_key.exists()
        try:
            self._item(data).save(tables.Session.session_key.does_not_exist() if must_create else exists)
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            raise (CreateError if must_create else UpdateError) from error
        return None

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            tables.Session(stored_key(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        """Nothing: the table's TTL does it."""

    def _item(self, data: dict[str, Any]) -> tables.Session:
        user_id = data.get("_auth_user_id")
        return tables.Session(
            session_key=stored_key(str(self.session_key)),
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(modification=now()),
            user_id=user_id,
            user_agent=data.get("user_agent"),
            created_at=_moment(data.get("signed_in_at")),
            last_seen_at=now() if user_id else None,
        )

    @staticmethod
    def _row(session_key: str | None) -> tables.Session | None:
        if not session_key:
            return None
        try:
            row = tables.Session.get(stored_key(session_key), consistent_read=True)
        except DoesNotExist:
            return None
        return row if row.expire_date > now() else None


def _moment(epoch: object) -> datetime | None:
    return datetime.fromtimestamp(epoch, UTC) if isinstance(epoch, int) else None
