"""POST /v1/auth/signup: makes a person and signs them in."""

from __future__ import annotations

from accounts import audit, store, throttles, tokens
from accounts.passwords import WeakPasswordError
from accounts.store import InvalidEmailError, UserExistsError
from lambdas.api.contract import SignedIn, Signup
from lambdas.api.door import ApiRequest, Door
from lambdas.responses import Answer, ApiError, Code
from paypulse.core.config import config

handler = Door()


@handler.opens("POST /v1/auth/signup", scope=None, body=Signup, returns={201: (SignedIn,)}, fails=(409, 422, 429))
def sign_up(request: ApiRequest) -> Answer:
    """Sign up with an address, a name and a password."""
    throttles.check_source("signup-from", request.source_ip, limit=30, seconds=3600)
    if config().second_step == "everyone":
        raise ApiError(422, Code.INVALID_REQUEST, "Sign up on the site, where the second step is set up.")
    body: Signup = request.body
    try:
        user = store.create_user(email=body.email, name=body.name, password=body.password)
    except UserExistsError as error:
        raise ApiError(409, Code.USER_ALREADY_EXISTS, "The address belongs to somebody already.") from error
    except (WeakPasswordError, InvalidEmailError) as error:
        raise ApiError(422, Code.INVALID_REQUEST, error.message) from error
    audit.record(user.user_id, audit.Action.SIGNED_UP)
    return Answer(SignedIn(username=user.name, access_token=tokens.issue(user).token), "Welcome.", 201)
