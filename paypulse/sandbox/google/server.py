"""The local Google as a web server: its addresses, its control panel, and the thread or process it runs in."""

from __future__ import annotations

import time
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from threading import RLock, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from paypulse.sandbox.google import consent, gmail
from paypulse.sandbox.google.answers import ApiError, OAuthError, answer, not_found
from paypulse.sandbox.google.batch import batch
from paypulse.sandbox.google.faults import Fault, Quota
from paypulse.sandbox.google.mail import Mailbox
from paypulse.sandbox.google.oauth import ISSUER, Authority, Grant, Tokens, identity
from paypulse.sandbox.google.state import Folder

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

GMAIL_SCOPES = (
    "openid",
    "https://www.googleapis.com/auth/userinfo.email",
    "https://www.googleapis.com/auth/gmail.readonly",
)
_READERS = (GMAIL_SCOPES[2], "https://www.googleapis.com/auth/gmail.modify", "https://mail.google.com/")
_GMAIL = "/gmail/v1/users/<user>"
_LOOPBACK = "127.0.0.1"

# Each Gmail call by the name that the quota and the counters know it by.
_CALLS = {
    "profile": "/profile",
    "labels.list": "/labels",
    "messages.list": "/messages",
    "messages.get": "/messages/<message_id>",
    "attachments.get": "/messages/<message_id>/attachments/<attachment_id>",
    "history.list": "/history",
}
_OTHERS = {
    "consent": ("/o/oauth2/v2/auth", "/o/oauth2/auth"),
    "token": ("/token",),
    "revoke": ("/revoke",),
    "tokeninfo": ("/tokeninfo",),
    "userinfo": ("/v1/userinfo", "/oauth2/v3/userinfo"),
    "certificates": ("/oauth2/v1/certs",),
    "key_set": ("/oauth2/v3/certs",),
    "configuration": ("/.well-known/openid-configuration",),
    "batch": ("/batch", "/batch/gmail/v1"),
    "control": ("/_control/<action>",),
}


class FakeGoogle:
    """Google on a loopback port. `with FakeGoogle() as google:` serves it on a free one until the block ends.

    `calls` counts what was asked by name ("messages.get", "token", ...), `log` holds method and address of every call.
    `latency` seconds pass before each answer. With `folder` its mail and grants outlive it.
    """

    def __init__(
        self,
        *,
        clients: Mapping[str, str] | None = None,
        folder: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.clock = clock
        self.authority = Authority(dict(clients or {"test-client": "test-client-secret"}), clock)
        self.quota = Quota(clock=clock)
        self.faults: list[Fault] = []
        self.calls: Counter[str] = Counter()
        self.log: list[str] = []
        self.latency = 0.0
        self.url = ""
        self._folder = Folder(folder) if folder else None
        self.mailboxes: dict[str, Mailbox] = self._folder.load(self.authority) if self._folder else {}
        self._lock = RLock()
        self._urls = Map(list(_rules()))

    # -- running

    def __enter__(self) -> FakeGoogle:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, port: int = 0) -> FakeGoogle:
        """Serve on `port` of the loopback address (a free one, without) from a thread."""
        self._server = make_server(_LOOPBACK, port, self, threaded=True, request_handler=_Quiet)
        self.url = f"http://{_LOOPBACK}:{self._server.server_port}"
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self) -> None:
        """End the server; what `folder` keeps is on disk already."""
        self._server.shutdown()
        self._server.server_close()

    def environment(self) -> dict[str, str]:
        """The settings that make PayPulse and Google's libraries take this for Google."""
        client_id, client_secret = next(iter(self.authority.clients.items()))
        return {
            "GOOGLE_CLIENT_ID": client_id,
            "GOOGLE_CLIENT_SECRET": client_secret,
            "GOOGLE_AUTH_URI": f"{self.url}/o/oauth2/v2/auth",
            "GOOGLE_TOKEN_URI": f"{self.url}/token",
            "GOOGLE_REVOKE_URI": f"{self.url}/revoke",
            "GOOGLE_USERINFO_URI": f"{self.url}/v1/userinfo",
            "GOOGLE_TOKENINFO_URI": f"{self.url}/tokeninfo",
            "GOOGLE_GMAIL_ENDPOINT": self.url,
            # The site's own callback is plain http on a loopback address, which oauthlib refuses otherwise.
            "OAUTHLIB_INSECURE_TRANSPORT": "1",
        }

    # -- what a person or a test does to it

    def add_account(self, email: str, *, name: str = "") -> Mailbox:
        """The account of that address, made if there is none."""
        with self._lock:
            mailbox = self.mailboxes.setdefault(email, Mailbox(email, name))
            self._save()
            return mailbox

    def deliver(
        self,
        email: str,
        raw: bytes,
        *,
        sent: datetime | None = None,
        labels: Iterable[str] = ("INBOX", "UNREAD"),
    ) -> str:
        """Put a mail into the account; returns its message id. Its internal date is `sent`, or the Date header's."""
        with self._lock:
            mailbox = self.mailboxes.setdefault(email, Mailbox(email))
            mail = mailbox.deliver(raw, sent=sent.timestamp() if sent else None, labels=labels)
            self._save()
            return mail.message_id

    def remove(self, email: str, message_id: str) -> None:
        """The person deletes a mail for good."""
        with self._lock:
            self.mailboxes[email].remove(message_id)
            self._save()

    def label(self, email: str, message_id: str, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """The person moves a mail: into TRASH, out of INBOX, under a label of their own."""
        with self._lock:
            mailbox = self.mailboxes[email]
            mailbox.relabel(mailbox.mails[message_id], add=add, remove=remove)
            self._save()

    def fail(self, pattern: str = ".", **fault: Any) -> Fault:
        """Make coming calls go wrong whose "METHOD /address?query" matches `pattern`; see Fault for how."""
        fault_ = Fault(pattern, **fault)
        self.faults.append(fault_)
        return fault_

    def heal(self) -> None:
        """No call goes wrong on demand any more."""
        self.faults.clear()

    def grant(self, email: str, *, scopes: Iterable[str] = GMAIL_SCOPES) -> Tokens:
        """Tokens as an app gets them after consent, without the consent page."""
        with self._lock:
            self.mailboxes.setdefault(email, Mailbox(email))
            client_id = next(iter(self.authority.clients))
            tokens = self.authority.issue(Grant(email, client_id, tuple(scopes), self.clock()), refresh=True)
            self._save()
            return tokens

    def revoke(self, email: str) -> None:
        """The person takes every app's access back."""
        with self._lock:
            self.authority.revoke_person(email)
            self._save()

    def expire_access(self, email: str) -> None:
        """Every access token of the person ends now; a refresh still works."""
        with self._lock:
            self.authority.expire_access(email)
            self._save()

    def expire_history(self, email: str) -> None:
        """Every history id handed out so far is gone."""
        with self._lock:
            self.mailboxes[email].forget_history()
            self._save()

    def _save(self) -> None:
        if self._folder:
            self._folder.save(self.mailboxes, self.authority)

    # -- answering

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.dispatch(Request(environ))(environ, start_response)

    def dispatch(self, request: Request) -> Response:
        """The answer to one request, errors included."""
        try:
            name, arguments = self._urls.bind_to_environ(request.environ).match()
            if name == "batch":
                return batch(request, self.dispatch)
            return self._answered(request, name, arguments)
        except (ApiError, OAuthError) as error:
            return error.response()
        except HTTPException as error:
            return not_found().response() if error.code == 404 else Response(str(error), error.code or 500)

    def _answered(self, request: Request, name: str, arguments: Mapping[str, str]) -> Response:
        if name == "control":
            return self._control(request, **arguments)
        cut = self._go_wrong(request, name)
        with self._lock:
            if name in _CALLS:
                reply = answer(self._gmail(request, name, arguments))
            else:
                reply = getattr(self, f"_{name}")(request)
        return _cut_short(reply) if cut else reply

    def _go_wrong(self, request: Request, name: str) -> bool:
        """Count the call, wait, and raise what was asked for. Returns whether the answer is to be cut short."""
        call = f"{request.method} {request.full_path.rstrip('?')}"
        with self._lock:
            self.calls[name] += 1
            self.log.append(call)
            fault = next((each for each in self.faults if each.strikes(call)), None)
        time.sleep(self.latency + (fault.delay if fault else 0))
        if fault and (error := fault.refusal()):
            raise error
        return bool(fault and fault.cut)

    # -- Gmail

    def _gmail(self, request: Request, name: str, arguments: Mapping[str, str]) -> dict[str, Any]:
        mailbox = self._mailbox(request, arguments["user"])
        self.quota.charge(mailbox.email, name)
        if name == "messages.list":
            return gmail.messages(mailbox, request.args, now=self.clock())
        if name == "messages.get":
            return gmail.message(mailbox, arguments["message_id"], request.args)
        if name == "attachments.get":
            return gmail.attachment(mailbox, arguments["message_id"], arguments["attachment_id"])
        if name == "history.list":
            return gmail.history(mailbox, request.args)
        return gmail.profile(mailbox) if name == "profile" else gmail.labels(mailbox)

    def _mailbox(self, request: Request, user: str) -> Mailbox:
        grant = self.authority.bearer(request.headers.get("Authorization", ""), any_of=_READERS)
        if user not in ("me", grant.email):
            raise ApiError(403, reason="forbidden", message=f"Delegation denied for {grant.email}")
        return self.mailboxes[grant.email]

    # -- OAuth

    def _consent(self, request: Request) -> Response:
        query = request.values.to_dict()
        if query.get("client_id") not in self.authority.clients:
            return Response("Error 401: invalid_client", 401)
        if not query.get("redirect_uri", "").startswith(("http://", "https://")):
            return Response("Error 400: redirect_uri_mismatch", 400)
        if request.method == "GET":
            return Response(consent.page(query, accounts=self.mailboxes), content_type="text/html; charset=utf-8")
        return self._decided(request, query)

    def _decided(self, request: Request, query: dict[str, str]) -> Response:
        sent_back = {"state": query["state"]} if "state" in query else {}
        scopes = request.form.getlist("granted")
        if query.get("decision") == "allow" and scopes and query.get("account") in self.mailboxes:
            sent_back |= {"code": self.authority.allow(query, scopes=scopes), "scope": " ".join(scopes)}
        else:
            sent_back["error"] = "access_denied"
        joint = "&" if "?" in query["redirect_uri"] else "?"
        return Response("", 302, {"Location": f"{query['redirect_uri']}{joint}{urlencode(sent_back)}"})

    def _token(self, request: Request) -> Response:
        form = request.form.to_dict()
        if request.authorization and request.authorization.username:
            form["client_id"] = request.authorization.username
            form["client_secret"] = request.authorization.password or ""
        tokens, grant = self.authority.exchange(form)
        self._save()
        body = {"access_token": tokens.access_token, "expires_in": tokens.expires_in, "token_type": "Bearer"}
        body["scope"] = " ".join(tokens.scopes)
        if tokens.refresh_token:
            body["refresh_token"] = tokens.refresh_token
            if self.authority.grant_lifetime is not None:  # as Google does while the consent screen is in testing
                body["refresh_token_expires_in"] = int(self.authority.grant_lifetime)
        if "openid" in tokens.scopes:
            body["id_token"] = self.authority.id_token(grant, self.mailboxes[grant.email])
        return answer(body)

    def _revoke(self, request: Request) -> Response:
        self.authority.revoke_token(request.values.get("token", ""))
        self._save()
        return answer({})

    def _userinfo(self, request: Request) -> Response:
        grant = self.authority.bearer(request.headers.get("Authorization", ""))
        return answer(identity(self.mailboxes[grant.email]))

    def _tokeninfo(self, request: Request) -> Response:
        try:
            grant = self.authority.bearer(request.values.get("access_token", ""))
        except ApiError:
            raise OAuthError("invalid_token", "Invalid Value") from None
        until = self.authority.access[request.values["access_token"]][1]
        who = identity(self.mailboxes[grant.email])
        body = {"azp": grant.client_id, "aud": grant.client_id, "sub": who["sub"], "email": who["email"]}
        times = {"exp": str(int(until)), "expires_in": str(int(until - self.clock()))}
        return answer(body | times | {"scope": " ".join(grant.scopes), "email_verified": "true"})

    def _certificates(self, _: Request) -> Response:
        return answer(self.authority.certificates())

    def _key_set(self, _: Request) -> Response:
        return answer(self.authority.key_set())

    def _configuration(self, request: Request) -> Response:
        root = request.host_url.rstrip("/")
        body = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{root}/o/oauth2/v2/auth",
            "jwks_uri": f"{root}/oauth2/v3/certs",
        }
        others = {"token_endpoint": "token", "userinfo_endpoint": "v1/userinfo", "revocation_endpoint": "revoke"}
        return answer(body | {name: f"{root}/{path}" for name, path in others.items()})

    # -- the control panel, for whoever holds this machine

    def _control(self, request: Request, action: str) -> Response:
        data = request.get_json(silent=True) or {}
        if action == "deliver":
            return answer({"id": self.deliver(data["email"], b64decode(data["raw"]))})
        if action == "fail":
            self.fail(**data)
        elif action == "revoke":
            self.revoke(data["email"])
        elif action == "expire-access":
            self.expire_access(data["email"])
        elif action != "calls":
            raise not_found()
        return answer({"calls": self.calls})


def _rules() -> Iterable[Rule]:
    yield from (Rule(f"{_GMAIL}{path}", endpoint=name, methods=["GET"]) for name, path in _CALLS.items())
    for name, paths in _OTHERS.items():
        yield from (Rule(path, endpoint=name) for path in paths)


def _cut_short(reply: Response) -> Response:
    """The same headers over half of the body, so that the client sees a broken connection."""
    body = reply.get_data()
    reply.response = [body[: len(body) // 2]]
    reply.headers["Content-Length"] = str(len(body))
    return reply


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the name is werkzeug's
        """Say nothing: addresses hold searches."""
