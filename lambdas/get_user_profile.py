"""GET /v1/user/me: who the caller is, and whether a Gmail account is connected."""

from __future__ import annotations

from accounts.claims import Scope
from accounts.mailboxes import MailboxState, mailboxes
from lambdas.api.contract import Profile
from lambdas.api.door import ApiRequest, Door
from lambdas.responses import Answer

handler = Door()


@handler.opens("GET /v1/user/me", scope=Scope.READ, returns={200: (Profile,)})
def profile(request: ApiRequest) -> Answer:
    """The caller's name, address, first day and Gmail connection."""
    user = request.user()
    connected = any(each.state is MailboxState.CONNECTED for each in mailboxes(user.user_id))
    return Answer(
        Profile(
            name=user.name,
            email=user.email,
            created_on=user.created_at.date().isoformat(),
            gmail_account_connected=connected,
        )
    )
