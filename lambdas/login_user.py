"""POST /v1/auth/login: an address and a password for a bearer token."""

from __future__ import annotations

from accounts import audit, second, tokens
from accounts.signin import CredentialsError, authenticate
from lambdas.api.contract import Login, SignedIn
from lambdas.api.door import ApiRequest, Door
from lambdas.responses import Answer, ApiError, Code

handler = Door()


@handler.opens("POST /v1/auth/login", scope=None, body=Login, returns={200: (SignedIn,)}, fails=(401, 429))
def sign_in(request: ApiRequest) -> Answer:
    """Sign in with an address and a password."""
    body: Login = request.body
    try:
        user = authenticate(body.email, body.password, source=request.source_ip)
        second.demand(user.user_id, body.code)
    except CredentialsError as error:
        raise ApiError(401, Code.INVALID_CREDENTIALS, error.message) from error
    except second.CodeError as error:
        raise ApiError(401, Code.INVALID_CREDENTIALS, "Send a code of the authenticator app as well.") from error
    if second.is_demanded(is_staff=user.is_staff) and not second.is_on(user.user_id):
        raise ApiError(401, Code.INVALID_CREDENTIALS, "Sign in on the site first, and set up the second step.")
    audit.record(user.user_id, audit.Action.SIGNED_IN, by="api")
    return Answer(SignedIn(username=user.name, access_token=tokens.issue(user).token), "Signed in.")
