"""`make run`: the whole product on this machine, from an empty folder or from where it was stopped."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import sysconfig
from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from threading import Event

from lambdas.bundle import build_local
from lambdas.catalogue import functions
from paypulse.core.aws import forget_clients
from paypulse.core.config import config
from paypulse.core.errors import PayPulseError
from paypulse.sandbox import emulator as aws
from paypulse.sandbox import fetching, people, provision
from paypulse.sandbox.emulator import Emulator, free_port
from paypulse.sandbox.google import FakeGoogle
from paypulse.sandbox.people import Person
from paypulse.sandbox.redelivery import Mark, redeliver
from paypulse.sandbox.show import Show
from paypulse.sandbox.site import WORLD, Site, World

_CLIENT = "paypulse-sandbox"


class AlreadyRunningError(PayPulseError):
    """Another PayPulse uses the folder."""


def run(asked: Namespace) -> int:
    """Start everything, say where it is, and wait for Ctrl-C. Returns the exit code."""
    show = Show()
    stopped = Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stopped.set())
    try:
        with sandbox(asked, show) as place:
            place.say(show)
            stopped.wait()
            show.say("", "Stopping ...")
    except PayPulseError as error:
        show.say("", f"make run: {error}")
        return 1
    show.say(f"Stopped. What it knows is in {asked.folder}; the next `make run` goes on from there.")
    return 0


class Place:
    """A running sandbox: where each part answers, and who may sign in."""

    def __init__(self, site: str, emulator: Emulator, google: FakeGoogle, *, api: str) -> None:
        self.site = site
        self.emulator = emulator
        self.google = google
        self.api = f"{emulator.url}{api}/v1"
        self.people: tuple[Person, ...] = ()

    def say(self, show: Show) -> None:
        """Everything a person at the terminal needs."""
        show.say(
            "",
            f"  PayPulse   {self.site}/",
            f"  World      {self.site}{WORLD}   (letters it sent, and a button for new mail)",
            f"  API        {self.api}",
            f"  Google     {self.google.url}",
            f"  AWS        {self.emulator.url}",
            "",
            *(_introduced(person) for person in self.people),
            "",
            "  Ctrl-C stops it all.",
        )


def _introduced(person: Person) -> str:
    role = "staff" if person.user.is_staff else "person"
    password = person.password or "(the password of the first run; `--new-passwords` chooses others)"
    return f"  {role:<10} {person.user.email}   {password}"


@contextmanager
def sandbox(asked: Namespace, show: Show) -> Iterator[Place]:
    """All of it until the block ends. Raises PayPulseError for what a person can mend."""
    folder: Path = asked.folder.resolve()
    with ExitStack() as stack:
        stack.enter_context(alone(folder))
        with show.step("AWS emulator: environment"):
            aws.install()
        with show.step("AWS emulator: start"):
            emulator = aws.start(folder)
            stack.callback(emulator.stop)
        site_port = free_port(asked.port)
        if asked.port not in (0, site_port):
            show.say(f"   Port {asked.port} is in use; the site takes {site_port}.")
        kept = _secrets(folder)
        google = FakeGoogle(clients={_CLIENT: kept["google"]}, folder=folder / "google").start()
        stack.callback(google.stop)
        site = f"http://127.0.0.1:{site_port}"
        environment = {
            **emulator.environment(),
            **google.environment(),
            "PAYPULSE_SITE_URL": site,
            "PAYPULSE_SECRET_KEY": kept["secret"],
            "PAYPULSE_PUSH_PLATFORM": provision.PUSH_PLATFORM,
        }
        _adopt(environment)
        api = _provision(folder, environment, show)
        _after_a_crash(stack, folder, show)
        place = Place(site, emulator, google, api=api)
        stack.callback(fetching.settle, emulator)
        _serve(stack, place, site_port, show)
        _inhabit(place, show, renew=asked.new_passwords)
        fetching.fetch(place.people[0].user.user_id, emulator, show)
        yield place


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder for the block. Raises AlreadyRunningError."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(f"another PayPulse is running on {folder}; stop that one first") from None
        yield


def _secrets(folder: Path) -> dict[str, str]:
    """What signs sessions and names us to Google, chosen once, so that sessions outlive a restart."""
    file = folder / "secrets.json"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(json.dumps({"secret": secrets.token_urlsafe(48), "google": secrets.token_urlsafe(24)}))
    kept: dict[str, str] = json.loads(file.read_text())
    return kept


def _adopt(environment: dict[str, str]) -> None:
    """From here on this process is a PayPulse with these settings."""
    os.environ.update(environment)
    config.cache_clear()
    forget_clients()


def _provision(folder: Path, environment: dict[str, str], show: Show) -> str:
    with show.step("Tables, buckets, queues, key") as step:
        provision.make_tables()
        provision.make_buckets()
        provision.make_queues()
        provision.make_key()
        provision.make_sender()
        provision.make_push()
        step.note = f"{len(provision.tables())} tables"
    with show.step("Functions: pack and deploy") as step:
        built = build_local(folder / "functions")
        packages = [provision.Package(f, b.path) for f, b in zip(functions(), built, strict=True)]
        for _ in step.each(provision.deploy(packages, _worn_by_functions(environment)), len(packages)):
            step.note = f"{len(packages)} functions"
    with show.step("Functions: connect to their events"):
        provision.connect(functions())
        return provision.make_api(functions())


def _worn_by_functions(environment: dict[str, str]) -> dict[str, str]:
    """What a function sees: the same settings, and our dependencies on its path."""
    ours = {name: value for name, value in environment.items() if not name.startswith("AWS_")}
    return {**ours, "AWS_ENDPOINT_URL": environment["AWS_ENDPOINT_URL"], "PYTHONPATH": sysconfig.get_path("purelib")}


def _serve(stack: ExitStack, place: Place, port: int, show: Show) -> None:
    with show.step("Site"):
        from paypulse.wsgi import application  # Django reads the settings when it is imported

        world = World(place.emulator.outbox, partial(people.another_mail, place.google))
        site = Site(application, world, port=port)
        site.start()
        stack.callback(site.stop)


def _after_a_crash(stack: ExitStack, folder: Path, show: Show) -> None:
    mark = Mark(folder)
    if mark.tells_of_a_crash:
        redeliver(show)
    mark.set()
    stack.callback(mark.clear)


def _inhabit(place: Place, show: Show, *, renew: bool) -> None:
    from vendors import rows

    with show.step("Vendor catalogue"):
        rows.load(by="catalogue")
    with show.step("People") as step:
        place.people = (people.alice(renew=renew), people.stina(renew=renew))
        step.note = ", ".join(person.user.email for person in place.people)
    messages = people.new_mail(place.google)
    if messages:
        with show.step("Inbox") as step:
            for message in step.each(messages, len(messages)):
                people.deliver(place.google, message)
            step.note = f"{len(messages)} mails over twelve months"
    if not people.connected(place.people[0].user):
        with show.step("Mailbox: sign in, agree at Google"):
            people.connect_mailbox(place.site, place.people[0])
