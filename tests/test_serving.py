"""The production server as an operator starts it: over HTTP, on the loopback address."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from skill import serving
from skill.flask_app import MOST_REQUEST_BYTES

SECONDS = 30
SECRET = "my-foot-drags"
_LISTENING = re.compile(r"Listening at: http://127\.0\.0\.1:(\d+)")


class Server:
    """gunicorn with our settings, on a free port."""

    def __init__(self, **environment: str) -> None:
        command = [Path(sys.executable).with_name("gunicorn"), "--config", "python:skill.serving"]
        self.process = subprocess.Popen(
            [*command, "--bind", "127.0.0.1:0", "--workers", "1"],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "BACK_COACH_SKILL_ID": "amzn1.ask.skill.ours", **environment},
        )
        self.log: list[str] = []
        self.port = 0
        self._up = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert self._up.wait(SECONDS), self.log

    def _read(self) -> None:
        for line in self.process.stderr:
            self.log.append(line)
            if found := _LISTENING.search(line):
                self.port = int(found[1])
                self._up.set()

    def stop(self) -> int:
        """The exit status, once it has stopped as the system tells it to."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(SECONDS)
        self._reader.join(SECONDS)
        self.process.stderr.close()
        return status

    def ask(self, path: str, body: bytes | None = None) -> int:
        """The status of the answer."""
        try:
            url = f"http://127.0.0.1:{self.port}{path}"
            with urllib.request.urlopen(url, data=body, timeout=SECONDS) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code


@pytest.fixture(scope="module")
def server():
    server = Server()
    yield server
    server.stop()


def test_it_is_healthy(server):
    assert server.ask("/healthz") == 200


def test_what_amazon_did_not_sign_is_answered_400(server):
    assert server.ask("/alexa", b'{"version": "1.0"}') == 400


def test_a_request_too_big_is_answered_400(server):
    assert server.ask("/alexa", b"x" * (MOST_REQUEST_BYTES + 1)) == 400


def test_chunks_that_are_none_are_answered_400(server):
    head = "POST /alexa HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
    with socket.create_connection(("127.0.0.1", server.port), SECONDS) as caller:
        caller.sendall(head.encode())
        assert caller.recv(4096).startswith(b"HTTP/1.1 400")


NOWHERE = "sqlite:////dev/null/memory.sqlite3"


@pytest.mark.parametrize(("memory", "secret"), [("here", ""), (NOWHERE, ""), (NOWHERE, "secret")])
def test_a_memory_that_cannot_be_kept_is_said_in_the_log_at_the_start(memory, secret):
    server = Server(BACK_COACH_MEMORY=memory, BACK_COACH_SECRET=secret)
    assert server.ask("/healthz") == 200, "and costs nobody an answer"
    server.stop()
    (line,) = [line for line in server.log if "memory: " in line]
    assert json.loads(line)["level"] == "error"


def test_an_address_that_nobody_sends_is_turned_away_by_the_server_itself(server):
    assert server.ask("/" + "x" * serving.limit_request_line) == 414


def test_the_local_speakers_page_is_not_offered_to_the_world(server):
    assert server.ask("/") == 404


def test_the_log_is_json_and_holds_nothing_that_was_sent(server):
    server.ask(f"/alexa?{SECRET}", SECRET.encode())
    server.ask(f"/{SECRET}")
    server.ask(f"/{SECRET}" * 200)
    lines = [json.loads(line) for line in server.log]
    assert {"time", "level", "event"} <= set.intersection(*map(set, lines))
    assert any(line.get("path") == "/alexa" for line in lines)
    assert SECRET not in "".join(server.log)


def test_told_to_stop_it_answers_what_is_under_way_and_leaves():
    server = Server()
    body = b'{"version": "1.0"}'
    head = f"POST /alexa HTTP/1.1\r\nHost: here\r\nContent-Length: {len(body)}\r\n"
    with socket.create_connection(("127.0.0.1", server.port), SECONDS) as caller:
        caller.sendall(f"{head}Expect: 100-continue\r\nConnection: close\r\n\r\n".encode())
        assert caller.recv(100).startswith(b"HTTP/1.1 100"), "a worker has the request"
        server.process.send_signal(signal.SIGTERM)
        caller.sendall(body)
        answer = b""
        while more := caller.recv(4096):
            answer += more
    assert answer.startswith(b"HTTP/1.1 400"), "it was answered: nobody signed it"
    assert server.stop() == 0


def test_a_request_is_one_line_of_the_log_though_the_server_has_a_log_too():
    server = Server()
    server.ask("/healthz")
    server.stop()
    assert [json.loads(line).get("path") for line in server.log].count("/healthz") == 1


def test_it_listens_on_this_machine_alone_and_alexas_patience_is_kept():
    assert serving.bind.startswith("127.0.0.1:")
    assert serving.timeout <= 10
    assert serving.graceful_timeout <= serving.timeout
