"""Turns over Flask: what the check of Amazon's signature costs, and how many one worker answers.

Both skills are served by gunicorn alike, under the same load. Hello world is as flask-ask-sdk's
own documents have it, with its checks off; ours writes its log too.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from certificates import NOW, Amazon
from skills import QUESTION, conversation, environment
from table import Row

TURNS = 1500
BURSTS, REQUESTS, CLIENTS = 20, 200, 4  # short bursts: other programs come and go meanwhile


def rows() -> Iterator[Row]:
    """The check alone, then a production server; with a memory in a file, as a host has it."""
    amazon = Amazon()
    body = json.dumps(question()).encode()
    headers = amazon.headers(body)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BACK_COACH_MEMORY"] = f"sqlite:///{folder}/memory.sqlite3"
        yield _check(amazon, body, headers)
        yield from _workers(amazon, body, headers)


def question() -> dict[str, Any]:
    """A question of the check-up answered, at the time at which the tests' certificates hold."""
    event = conversation()[QUESTION]
    sent = NOW.isoformat().replace("+00:00", "Z")
    return {**event, "request": {**event["request"], "timestamp": sent}}


def _check(amazon: Amazon, body: bytes, headers: Mapping[str, str]) -> Row:
    """Our app with and without it, in one process, the chain known since the first request."""
    from skill.flask_app import create_app
    from skill.signature import Verifier, parse

    verifier = Verifier(roots=[amazon.root.certificate], fetch=amazon.fetch, clock=lambda: NOW)
    with Path(os.devnull).open("w") as nowhere, _stderr(nowhere):  # the log
        bare, checked = (
            create_app(verify=verify, speaker=False).test_client()
            for verify in (lambda _, body: parse(body), verifier.envelope)
        )
        turns = [
            (_seconds(bare, body, headers), _seconds(checked, body, headers)) for _ in range(TURNS)
        ]
    without, with_it = (quiet(times) * 1000 for times in zip(*turns, strict=True))
    return Row("verified Flask turn, chain cached (unverified), ms", without, with_it, 1.10)


def quiet(times: Iterable[float]) -> float:
    """The lower quartile: other programs on the machine only ever add."""
    return statistics.quantiles(times)[0]


@contextmanager
def _stderr(stream: Any) -> Iterator[None]:
    kept, sys.stderr = sys.stderr, stream
    try:
        yield
    finally:
        sys.stderr = kept


def _seconds(app: Any, body: bytes, headers: Mapping[str, str]) -> float:
    """The processor's seconds for one turn."""
    began = time.thread_time()
    assert app.post("/alexa", data=body, headers=headers).status_code == 200
    return time.thread_time() - began


def _workers(amazon: Amazon, body: bytes, headers: Mapping[str, str]) -> Iterator[Row]:
    """One gunicorn worker each, four clients at a time, each request on a connection of its own.

    The check a second time, as a share of all that a request takes the worker; then how many
    requests that makes a second.
    """
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "root.pem").write_bytes(amazon.root.pem)
        (Path(folder) / "chain.pem").write_bytes(amazon.served)
        with (
            _gunicorn("hello_world", folder) as theirs,
            _gunicorn("unverified", folder) as bare,
            _gunicorn("back_coach", folder) as ours,
        ):
            servers = (theirs, bare, ours)
            for server in servers:
                _burst(server.port, body, headers, 20)
            bursts = [[_busy(server, body, headers) for server in servers] for _ in range(BURSTS)]
    hello, without, coach = (quiet(each) / REQUESTS for each in zip(*bursts, strict=True))
    yield Row("the same over gunicorn, ms", without * 1000, coach * 1000, 1.10)
    name = "requests a second of one worker's, verified (unverified)"
    yield Row(name, 1 / hello, 1 / coach, 1.50, at_least=True)


class Server(NamedTuple):
    """A gunicorn: the port it listens on, and its own process, parent of its worker."""

    port: int
    process: int

    def used(self) -> float:
        """The processor's seconds that its workers have used."""
        workers = Path(f"/proc/{self.process}/task/{self.process}/children").read_text().split()
        threads = (Path(f"/proc/{worker}/task").iterdir() for worker in workers)
        stats = ((thread / "schedstat").read_text() for thread in chain.from_iterable(threads))
        return sum(int(stat.split()[0]) for stat in stats) / 1e9


def _busy(server: Server, body: bytes, headers: Mapping[str, str]) -> float:
    """The processor's seconds that a burst of requests takes the worker."""
    before = server.used()
    _burst(server.port, body, headers, REQUESTS)
    return server.used() - before


@contextmanager
def _gunicorn(app: str, folder: str) -> Iterator[Server]:
    """A server that answers, with one worker."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", f"hosts:{app}()"],
        env={
            **environment(),
            "BENCH_CERTIFICATES": folder,
            "BACK_COACH_MEMORY": os.environ["BACK_COACH_MEMORY"],
        },
        cwd=Path(__file__).parent,
        stderr=subprocess.DEVNULL,
    )
    try:
        while server.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        yield Server(port, server.pid)
    finally:
        server.terminate()
        server.wait()


def _burst(port: int, body: bytes, headers: Mapping[str, str], requests: int) -> None:
    """Send requests, a few at a time, and see that each is answered with 200."""
    head = {**headers, "Host": "localhost", "Connection": "close", "Content-Length": len(body)}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    request = f"POST /alexa HTTP/1.1\r\n{lines}\r\n".encode() + body
    clients = [
        threading.Thread(target=_client, args=(port, request, requests // CLIENTS))
        for _ in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()


def _client(port: int, request: bytes, times: int) -> None:
    for _ in range(times):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(request)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
        assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
