"""Personal tokens for scripts: made, listed and ended."""

from __future__ import annotations

from accounts import personal_tokens
from accounts.claims import Scope
from lambdas.api.contract import MadeToken, NewToken, Token, TokenList
from lambdas.api.door import ApiRequest, Door
from lambdas.responses import Answer, ApiError, Code

handler = Door()


@handler.opens("GET /v1/tokens", scope=Scope.ACCOUNT, returns={200: (TokenList,)})
def listed(request: ApiRequest) -> Answer:
    """The caller's personal tokens, newest first, with their last use."""
    found = [
        Token(
            token_id=each.token_id,
            name=each.name,
            scopes=[str(scope) for scope in each.scopes],
            created_at=each.created_at.isoformat(),
            last_used_at=each.last_used_at.isoformat() if each.last_used_at else None,
        )
        for each in personal_tokens.of(request.user_id)
    ]
    return Answer(TokenList(tokens=found))


@handler.opens(
    "POST /v1/tokens", scope=Scope.ACCOUNT, body=NewToken, returns={201: (MadeToken,)}, fails=(422,), shown_once=True
)
def made(request: ApiRequest) -> Answer:
    """Make a personal token; it is shown this once."""
    body: NewToken = request.body
    if personal_tokens.is_full(request.user_id):
        raise ApiError(422, Code.INVALID_REQUEST, f"There are {personal_tokens.MOST} tokens already; end one first.")
    scopes = tuple(Scope(each) for each in dict.fromkeys(body.scopes))
    if request.claims is None or not request.claims.scopes.issuperset(scopes):
        raise ApiError(403, Code.INVALID_TOKEN, "A token cannot give more than it has.")
    return Answer(
        MadeToken(token=personal_tokens.make(request.user_id, name=body.name, scopes=scopes)), "Keep it safe.", 201
    )


@handler.opens("DELETE /v1/tokens/{token_id}", scope=Scope.ACCOUNT, returns={200: (TokenList,)}, fails=(404,))
def ended(request: ApiRequest) -> Answer:
    """Make one of the caller's personal tokens worthless; gives those that are left."""
    personal_tokens.end(request.user_id, request.path["token_id"])
    return listed(request)
