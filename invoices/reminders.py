"""What a day brings a person: rent that is due or missing, and once a week what rose and what waits for a look."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from invoices import notifications, store, summaries
from paypulse.core.clock import today

# What comes once a year has come three times in that.
_LOOKED_BACK: Final = timedelta(days=800)


def remind(user_id: str) -> None:
    """Tell a person what the day brings: rent due soon or missing, and once a week prices that rose and what needs a look."""
    notifications.tell_waiting(user_id)
    day = today()
    rents = store.list_rental(user_id)
    notifications.tell(notifications.due_soon(rents, today=day, days=notifications.due_soon_days(user_id)))
    notifications.tell(notifications.rent_missing(rents, today=day))
    if day.weekday() == 0:
        asks = summaries.asked(user_id).count
        notifications.tell(notifications.digest(user_id, asks=asks, today=day))
        latest = store.list_retail(user_id, since=day - _LOOKED_BACK, limit=1000).items
        notifications.tell(notifications.price_raised(user_id, latest, today=day))
