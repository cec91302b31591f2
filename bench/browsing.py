"""A hundred people who browse at once, each their own pages: `python -m bench.browsing [PEOPLE]`; an error fails it."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from statistics import quantiles
from wsgiref.simple_server import make_server

import requests

import tests.conftest  # noqa: F401  (sets a test's environment before anything of ours is imported)
from bench._engine import engine
from tests.e2e.site import Quiet, Server, cloud, session_of

PEOPLE = 100
WALK = ("/", "/invoices/", "/invoices/?q=spotify", "{first}", "/rent/", "/vendors/", "/review/", "/")
PATIENCE_S = 60


class _Crowded(Server):
    request_queue_size = 256


def main(people: int = PEOPLE) -> int:
    """Print what they got and how long they waited; gives the number of answers that were no page."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "paypulse.settings")
    django.setup()
    with engine(), cloud():
        visitors = [_visitor(number) for number in range(people)]
        with _serving() as site:
            start = threading.Barrier(people)
            begun = time.perf_counter()
            with ThreadPoolExecutor(people) as pool:
                seen = [
                    each for walk in pool.map(lambda visitor: _walk(site, visitor, start), visitors) for each in walk
                ]
            took = time.perf_counter() - begun
    answers = Counter(answer for answer, _ in seen)
    waits = sorted(seconds for _, seconds in seen)
    p50, p95 = quantiles(waits, n=20)[9], quantiles(waits, n=20)[18]
    print(f"{people} people, {len(seen)} pages in {took:.1f} s ({len(seen) / took:.0f} a second)")
    print(
        f"a page took p50 {p50:.2f} s, p95 {p95:.2f} s, at most {waits[-1]:.2f} s, all {people} waiting for one process"
    )
    print("answers:", dict(answers))
    return len(seen) - answers["200"]


def _visitor(number: int) -> tuple[str, str]:
    """A person with some invoices of their own: their session, and the address of their latest receipt."""
    from accounts import store as people
    from paypulse.core.clock import today
    from tests import household

    user = people.add(email=f"person{number}@example.com", name=f"Person {number}", password_hash="!")
    kept = [household.receipt(user.user_id, f"{n}", shop=n, day=today() - timedelta(days=n * 9)) for n in range(6)]
    kept.append(household.rent(user.user_id, (today().replace(day=1) + timedelta(days=32)).replace(day=1)))
    household.summarise(user.user_id, kept)
    return session_of(user.user_id), f"/invoices/{kept[0].invoice_id}/"


def _walk(site: str, visitor: tuple[str, str], start: threading.Barrier) -> list[tuple[str, float]]:
    """Each page's status (or the error's name) and the seconds it took."""
    session, first = visitor
    found = []
    start.wait()
    with requests.Session() as browser:
        browser.trust_env = False
        browser.cookies.set("sessionid", session)
        for place in WALK:
            begun = time.perf_counter()
            found.append((_asked(browser, site + place.format(first=first), first), time.perf_counter() - begun))
    return found


def _asked(browser: requests.Session, place: str, own: str) -> str:
    """The status; a list that does not hold the person's own receipt is an error too."""
    try:
        answer = browser.get(place, timeout=PATIENCE_S, allow_redirects=False)
    except requests.RequestException as error:
        return type(error).__name__
    if place.endswith("/invoices/") and own not in answer.text:
        return "not their own page"
    return str(answer.status_code)


@contextmanager
def _serving() -> Iterator[str]:
    from paypulse.wsgi import application

    with make_server("127.0.0.1", 0, application, server_class=_Crowded, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(5)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
