"""The AWS emulator with five manners it lacks: it saves as it goes, queues what it cannot run at once, says whether anything
is in work, answers what is asked again as the first time, and ends with us.

This file runs on the emulator's own interpreter and imports nothing of ours. MiniStack saves on a gentle stop only; this
saves a few seconds after every write, so that a crash costs at most those seconds. MiniStack also starts one process for
every event that comes while others run, where AWS lets events wait their turn; this lets `WORKERS` of a function run. And when the process that started it dies
without a word, its standard input ends: then it saves and stops, and whoever starts it anew waits for that.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import signal
import sys
import threading
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from ministack import app as emulator
from ministack.core.persistence import save_all
from ministack.services import dynamodb, lambda_svc

SAVE_EVERY = float(os.environ.get("SAVE_EVERY", "3"))
WORKERS = int(os.environ.get("WORKERS", "2"))

_REMEMBERED = 200
_LARGEST_ANSWER = 20_000
_written = threading.Event()
_answers: dict[bytes | None, list[Any]] = {}
_handle = emulator.app
_dispatch = lambda_svc._execute_function_dispatch
_turns: defaultdict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(WORKERS))


async def app(
    scope: Mapping[str, Any], receive: Callable[..., Awaitable[Any]], send: Callable[..., Awaitable[Any]]
) -> None:
    """MiniStack's own application, which also starts the saving and notes every request that may write."""
    if scope["type"] == "lifespan":
        saving = asyncio.create_task(_save_now_and_then())
        await _handle(scope, receive, send)
        saving.cancel()
        return
    if scope.get("path") == "/_sandbox/in-work":
        await _answer(send, json.dumps({"in_work": in_work()}).encode())
        return
    if scope.get("method") in ("GET", "HEAD"):
        await _handle(scope, receive, send)
        return
    _written.set()
    await _once(scope, receive, send)


async def _once(
    scope: Mapping[str, Any], receive: Callable[..., Awaitable[Any]], send: Callable[..., Awaitable[Any]]
) -> None:
    """Handle a request that may write; one that was answered well before gets that answer.

    Now and then an answer does not reach who asked. AWS's libraries then ask again under the same name, and would be told that
    what they make is there already.
    """
    name = dict(scope.get("headers", ())).get(b"amz-sdk-invocation-id")
    if name in _answers:
        while (await receive()).get("more_body"):
            pass
        for message in _answers[name]:
            await send(message)
        return
    sent: list[Any] = []

    async def noting(message: Any) -> None:
        sent.append(message)
        await send(message)

    await _handle(scope, receive, noting)
    if name and sent and sent[0].get("status", 500) < 400:
        _remember(name, sent)


def _remember(name: bytes, sent: list[Any]) -> None:
    if sum(len(each.get("body", b"")) for each in sent) <= _LARGEST_ANSWER:
        _answers[name] = sent
    if len(_answers) > _REMEMBERED:
        del _answers[next(iter(_answers))]


async def _answer(send: Callable[..., Awaitable[Any]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": body})


def in_work() -> bool:
    """Whether a function runs or waits for its turn, or a stream has records that its function has not seen."""
    return lambda_svc.executions_in_flight()[0] > 0 or any(map(_is_behind, lambda_svc._iter_all_esms()))


def _is_behind(mapping: tuple[str, str, dict[str, Any]]) -> bool:
    account, region, source = mapping
    if "/stream/" not in source["EventSourceArn"]:
        return False
    where = {"account_id": account, "region": region}
    table = source["EventSourceArn"].split("table/")[1].split("/")[0]
    begin, end = dynamodb.stream_start_position(table, **where), dynamodb.stream_end_position(table, **where)
    seen = lambda_svc._dynamodb_stream_positions._data.get((account, region, source["UUID"]), begin)
    return bool(max(seen, begin) < end)


async def _save_now_and_then() -> None:
    while True:
        await asyncio.sleep(SAVE_EVERY)
        if _written.is_set():
            _written.clear()
            # Taken on the loop's own thread, between two requests, so that it is one moment's state; written beside it.
            state = {name: _taken(get_state) for name, get_state in emulator._build_persistence_save_dict().items()}
            await asyncio.to_thread(save_all, state)


def _taken(get_state: Callable[[], Any]) -> Callable[[], Any]:
    try:
        state = get_state()
    except RuntimeError:  # a background thread of the emulator changed it meanwhile: the next round saves it
        _written.set()
        state = None
    return lambda: state


def in_turn(function: dict[str, Any], config: dict[str, Any], *call: Any) -> Any:
    """Run a function when one of its turns is free."""
    with _turns[config["FunctionName"]]:
        return _dispatch(function, config, *call)


def end_with_the_starter() -> None:
    """Stop gently once nobody holds the other end of our standard input."""
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    state = Path(os.environ["STATE_DIR"])
    state.mkdir(parents=True, exist_ok=True)
    lock = (state / "lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    threading.Thread(target=end_with_the_starter, daemon=True).start()
    emulator.app = app
    lambda_svc._execute_function_dispatch = in_turn
    sys.argv = ["ministack"]
    emulator.main()
