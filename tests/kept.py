"""The two real stores: an SQLite file on disk, and DynamoDB over HTTP on this machine."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from served import served

from skill import memory
from skill.memory import Configuration, keeping, sqlite
from skill.memory.keeping import Listener

START = 1_772_614_800.0  # 2026-03-04, nine in the morning, UTC
DAY = 86_400
LONG = 600.0  # seconds
SECRET = "a key that only the tests know"
USER = "amzn1.ask.account.AGRANDMOTHERSKITCHEN"
VOICE = "amzn1.ask.person.GRANDMOTHERHERSELF"


@contextmanager
def dynamodb_server() -> Iterator[str]:
    """A DynamoDB on a free port of this machine. Its address."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler

    app, one_at_a_time = DomainDispatcherApplication(create_backend_app), threading.Lock()

    def serialised(environ, start_response):
        # As the real one does for a single item; moto's threads would look and write by turns.
        with one_at_a_time:
            return app(environ, start_response)

    class Quiet(WSGIRequestHandler):
        def log_request(self, *_):
            pass

    with served(serialised, request_handler=Quiet) as address:
        yield address


def aws(endpoint: str) -> dict[str, str]:
    """The environment in which DynamoDB is asked for at an address."""
    return {
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "BACK_COACH_SECRET": SECRET,
    }


def be_patient(environment: pytest.MonkeyPatch) -> None:
    """Waits for a store for as long as it takes: on a busy machine nothing fails for its sake."""
    configured = memory.configured

    def patiently(*arguments: Mapping[str, str], **options: bool) -> Configuration | None:
        found = configured(*arguments, **options)
        return found and found._replace(patience=LONG)

    environment.setattr(memory, "configured", patiently)
    environment.setattr(sqlite, "CALL_SECONDS", LONG)


def be_patient_with_dynamodb(environment: pytest.MonkeyPatch) -> None:
    """The same for the client of DynamoDB."""
    from botocore.config import Config

    from skill.memory import dynamodb

    environment.setattr(dynamodb, "_PATIENCE", Config(connect_timeout=LONG, read_timeout=LONG))


@dataclass
class Kept:
    """One store, empty at first, that the environment of the test names."""

    environment: pytest.MonkeyPatch
    where: str

    def __post_init__(self) -> None:
        be_patient(self.environment)
        self.use(BACK_COACH_MEMORY=self.where, BACK_COACH_DIARY="opt-in", BACK_COACH_SECRET=SECRET)

    def use(self, **variables: str) -> None:
        """Changes the environment, as a process that starts now would find it."""
        for name, value in variables.items():
            self.environment.setenv(name, value)
        memory.in_use.cache_clear()

    @property
    def configuration(self) -> Configuration:
        found = memory.in_use()
        assert found is not None
        return found

    def listener(self, at: float = START, user: str = USER, voice: str | None = None) -> Listener:
        return keeping.listener(self.configuration, user, voice, at)

    def count(self) -> int:
        return len(list(self.configuration.store.everything()))

    def raw(self) -> bytes:
        """All that somebody finds who gets hold of the store itself."""
        raise NotImplementedError

    def write(self, who: str, what: str, row: Mapping[str, Any]) -> None:
        """Writes a row as it stands, without the skill."""
        raise NotImplementedError


class InFile(Kept):
    """In an SQLite file."""

    @property
    def file(self) -> Path:
        return Path(self.where.removeprefix("sqlite:///"))

    def raw(self) -> bytes:
        files = sorted(self.file.parent.glob(f"{self.file.name}*"))
        return b"".join(file.read_bytes() for file in files)

    def write(self, who, what, row):
        values = (who, what, row.get("value", ""), row.get("expires"), row.get("version", 1))
        with closing(sqlite3.connect(self.file)) as table, table:
            table.execute("INSERT INTO kept VALUES (?, ?, ?, ?, ?)", values)


class InDynamoDB(Kept):
    """In a table of DynamoDB."""

    def __post_init__(self) -> None:
        super().__post_init__()
        be_patient_with_dynamodb(self.environment)
        keys = {"who": "HASH", "what": "RANGE"}
        self.client.create_table(
            TableName=self.name,
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
            AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in keys],
            BillingMode="PAY_PER_REQUEST",
        )

    @property
    def name(self) -> str:
        return self.where.removeprefix("dynamodb:")

    @cached_property
    def client(self) -> Any:
        import boto3

        return boto3.session.Session().client("dynamodb")

    def raw(self) -> bytes:
        pages = self.client.get_paginator("scan").paginate(TableName=self.name)
        return json.dumps([row for page in pages for row in page["Items"]]).encode()

    def write(self, who, what, row):
        item = {"who": {"S": who}, "what": {"S": what}}
        item |= {"value": {"S": row["value"]}} if "value" in row else {}
        numbers = {name: {"N": str(row[name])} for name in ("expires", "version") if name in row}
        self.client.put_item(TableName=self.name, Item=item | numbers)


def in_file(folder: Path, environment: pytest.MonkeyPatch) -> InFile:
    """An SQLite file that is not there yet, in a folder that is not there yet."""
    return InFile(environment, f"sqlite:///{folder / 'kept' / 'memory.sqlite3'}")


def in_dynamodb(endpoint: str, table: str, environment: pytest.MonkeyPatch) -> InDynamoDB:
    """A new table in a running DynamoDB."""
    for name, value in aws(endpoint).items():
        environment.setenv(name, value)
    return InDynamoDB(environment, f"dynamodb:{table}")


@contextmanager
def writer(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process that writes into the store which the environment names; see memory_writer.py."""
    command = [sys.executable, str(Path(__file__).with_name("memory_writer.py")), *arguments]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def go(process: subprocess.Popen[str]) -> None:
    """Tells a writer to begin."""
    process.stdin.write("go\n")
    process.stdin.flush()
