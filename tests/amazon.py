"""Amazon's services, on a port of this machine and on a bad day: real HTTP, real waiting."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

REMINDERS, TIMERS = "/v1/alerts/reminders", "/v1/alerts/timers"
ZONE = "/v2/devices/amzn1.ask.device.test/settings/System.timeZone"
TOKEN = "a-token-that-is-nobodys-business"


@dataclass
class Request:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Amazon:
    """What is answered by method and path, and what was asked."""

    answers: dict[tuple[str, str], tuple[int, bytes]] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    held: list[str] = field(default_factory=list)  # paths that wait until the client hangs up
    stalled: list[str] = field(default_factory=list)  # the same, after the first few bytes
    port: int = 0

    def __post_init__(self) -> None:
        self.answer("GET", ZONE, 200, "UTC")
        self.answer("GET", REMINDERS, 200, {"totalCount": "0", "alerts": [], "links": None})
        self.answer("POST", REMINDERS, 200, {"alertToken": "a1", "status": "ON"})
        self.answer("GET", TIMERS, 200, {"totalCount": 0, "timers": []})
        self.answer("POST", TIMERS, 200, {"id": "t1", "status": "ON"})

    def answer(self, method: str, path: str, status: int, body: Any = b"") -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers[method, path] = (status, raw)

    def system(self) -> dict[str, Any]:
        """What a request's `context.System` says of it."""
        return {
            "apiEndpoint": f"http://127.0.0.1:{self.port}",
            "apiAccessToken": TOKEN,
            "device": {"deviceId": "amzn1.ask.device.test", "supportedInterfaces": {}},
        }

    def sent(self, method: str) -> list[Any]:
        """The bodies of the requests of a method, in order."""
        return [request.body for request in self.asked if request.method == method]


@contextmanager
def amazon(tls: tuple[Path, Path] | None = None) -> Iterator[Amazon]:
    """The services, until the block is left; over TLS with a certificate and its key."""
    service = Amazon()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            size = int(self.headers["Content-Length"] or 0)
            raw = self.rfile.read(size)
            body = json.loads(raw) if raw else None
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.asked.append(Request(self.command, self.path, headers, body))
            if self.path in service.stalled:
                self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"al')
            if self.path in (*service.held, *service.stalled):
                self.rfile.read(1)  # returns when the client has hung up
                self.close_connection = True
                return
            status, answer = service.answers.get((self.command, self.path), (404, b""))
            self.send_response(status)
            if status in range(300, 400):
                self.send_header("Location", f"http://127.0.0.1:{service.port}{TIMERS}")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PUT = do_DELETE = _any  # noqa: N815 - the library's names

        def handle(self) -> None:
            with suppress(OSError):  # the client went away
                super().handle()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    service.port = server.server_port
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
