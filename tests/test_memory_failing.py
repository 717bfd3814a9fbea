"""A memory that fails, hangs or is slow never costs anybody the answer, through the real door.

The conversation goes on, says nothing that is not so, and the log has what happened and no words.
"""

from __future__ import annotations

import json
import logging
import os
import re
import socket
import sqlite3
import threading
from collections import Counter
from contextlib import ExitStack, closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import kept as stores
import pytest
from door import START, Conversation, envelope
from kept import USER

from skill import memory
from skill.alexa import answer
from skill.content.words import words
from skill.memory import Item, dynamodb, household

SAYS = words("en-US")


def says(act):
    """The beginning of what an act says, up to its first value."""
    said = SAYS.entry(act)
    return (said if isinstance(said, str) else said["you"]).partition("{")[0].strip()


# --- Stores that fail ---------------------------------------------------------------------------


@pytest.fixture
def locked(in_file):
    """Another program holds the file."""
    in_file.listener().settle(pace="slower")
    with closing(sqlite3.connect(in_file.file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


@pytest.fixture
def forbidden(in_file):
    """The folder may not be entered. Root may enter any, so it is somebody else for a while."""
    in_file.use(BACK_COACH_MEMORY="none")
    for name in ("PainScoreIntent", "GuideStretchIntent", "SymptomIntent", "ProgressIntent"):
        Conversation().say(name, Severity=6)  # that other one may not read the checkout either
    in_file.use(BACK_COACH_MEMORY=in_file.where)
    in_file.file.parent.mkdir(mode=0o000)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65_534)
    yield
    os.seteuid(user)


@pytest.fixture
def no_folder(in_file):
    """There is a file where the folder should be."""
    in_file.file.parent.write_text("")


@pytest.fixture
def no_database(in_file):
    """The file holds something else."""
    in_file.file.parent.mkdir()
    in_file.file.write_text(
        "a shopping list, long enough to be taken for a page of a database\n" * 99
    )


@contextmanager
def server(reply):
    """A web server that answers every request as `reply` says: (status, body) of the request."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, content = reply(self.headers, body)
            with suppress(ConnectionError):
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()
        thread.join()


@contextmanager
def at(endpoint, environment):
    """The environment with a table of DynamoDB at an address."""
    for name, value in stores.aws(endpoint).items():
        environment.setenv(name, value)
    environment.setenv("BACK_COACH_MEMORY", "dynamodb:kept")
    environment.setenv("BACK_COACH_DIARY", "opt-in")
    memory.in_use.cache_clear()
    yield
    memory.in_use.cache_clear()


def refusing(name, *, status=400):
    body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{name}", "message": "no"})
    return lambda _headers, _body: (status, body.encode())


UNWELL = {
    "500": refusing("InternalServerError", status=500),
    "throttled": refusing("ProvisionedThroughputExceededException"),
    "denied": refusing("AccessDeniedException"),
    "no_json": lambda _headers, _body: (200, b"<html>Good morning</html>"),
}


@pytest.fixture
def hanging(monkeypatch):
    """It takes the call, and never answers."""
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        at(f"http://127.0.0.1:{silent.getsockname()[1]}", monkeypatch),
    ):
        yield


@pytest.fixture
def absent(monkeypatch):
    """Nobody is there."""
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    with at(f"http://127.0.0.1:{port}", monkeypatch):
        yield


@pytest.fixture
def no_table(dynamodb, monkeypatch):
    """DynamoDB is there, and the table is not."""
    with at(dynamodb, monkeypatch):
        yield


IN_FILE = ["locked", "forbidden", "no_folder", "no_database"]
IN_DYNAMODB = ["hanging", "absent", "no_table"]


@pytest.fixture(params=[*IN_FILE, *IN_DYNAMODB, *UNWELL])
def failing(request, monkeypatch):
    """Every way to fail, and a patience that a test can wait for."""
    with ExitStack() as stack:
        if request.param in UNWELL:
            endpoint = stack.enter_context(server(UNWELL[request.param]))
            stack.enter_context(at(endpoint, monkeypatch))
        else:
            request.getfixturevalue(request.param)
        be_impatient(monkeypatch)
        yield


def be_impatient(monkeypatch):
    configuration = memory.configured()
    monkeypatch.setattr(memory, "configured", lambda: configuration._replace(patience=0.1))
    memory.in_use.cache_clear()


# --- What the person hears ----------------------------------------------------------------------


def test_the_conversation_goes_on_and_says_nothing_that_is_not_so(failing, caplog):
    talk = Conversation()
    heard = []

    def hears(act):
        heard.append(talk.ssml)
        assert says("went_wrong") not in talk.ssml
        assert says(act) in talk.ssml, talk.ssml

    with caplog.at_level(logging.INFO):
        talk.launch()
        hears("welcome")
        talk.say("ProgressIntent")
        hears("cannot_look_up")
        talk.say("WhatYouKeepIntent")
        hears("cannot_look_up")
        talk.say("StartDiaryIntent")
        hears("diary_offer")
        talk.say("AMAZON.YesIntent")
        hears("cannot_save")
        talk.say("ForgetMeIntent")
        talk.say("AMAZON.YesIntent")
        hears("not_wiped")
        talk.say("PaceIntent", Pace="slower")
        hears("pace_slower")
        talk.say("PainScoreIntent", Severity=6)
        assert talk.attributes["asking"]["form"] == "yes_no"
        talk.say("SymptomIntent", Symptom=["leg_weakness"])
        assert talk.verdict == "emergency"
        assert "9 1 1" in talk.ssml

    lines = [record.getMessage() for record in caplog.records if record.name == "back_coach"]
    assert any(line.startswith("memory: recall failed: ") for line in lines)
    assert all(re.fullmatch(r"memory: [a-z]+ failed: [A-Za-z]+( slow)?", line) for line in lines)


def test_at_most_one_call_a_turn_fails(failing, caplog):
    """After that the store is not asked again before the next turn."""
    talk = Conversation()

    for say in ("LaunchRequest", "GuideStretchIntent", "PainScoreIntent", "AMAZON.StopIntent"):
        caplog.clear()
        with caplog.at_level(logging.INFO, "back_coach"):
            talk.launch() if say == "LaunchRequest" else talk.say(say)
        assert len([r for r in caplog.records if r.name == "back_coach"]) <= 1


def test_a_session_that_ends_meanwhile_is_answered_with_nothing(failing):
    talk = Conversation().launch()
    ended = {"type": "SessionEndedRequest", "reason": "USER_INITIATED"}

    reply = answer(envelope(ended, talk.attributes, START))

    assert reply["response"] == {}


def test_a_store_that_comes_back_is_used_again(in_file, monkeypatch):
    in_file.listener(user="amzn1.ask.account.test").settle(pace="slower")
    be_impatient(monkeypatch)
    talk = Conversation()

    with closing(sqlite3.connect(in_file.file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert says("cannot_look_up") in talk.say("WhatYouKeepIntent").ssml
    assert says("keeps_use") in talk.say("WhatYouKeepIntent").ssml


# --- A busy DynamoDB ----------------------------------------------------------------------------


def test_what_a_busy_table_leaves_of_a_batch_is_sent_again(monkeypatch):
    """It takes one of a batch at a time, and says which others it did not take."""
    monkeypatch.setattr(dynamodb, "_FIRST_PAUSE", 0)
    taken = Counter()

    def one_at_a_time(_headers, body):
        (table, requests), *_ = json.loads(body)["RequestItems"].items()
        taken[requests[0]["PutRequest"]["Item"]["what"]["S"]] += 1
        left = {table: requests[1:]} if requests[1:] else {}
        return 200, json.dumps({"UnprocessedItems": left}).encode()

    with server(one_at_a_time) as endpoint, at(endpoint, monkeypatch):
        store = memory.configured().store
        store.put([Item("a", f"x{n}", {}) for n in range(4)], 0)
        assert taken == {f"x{n}": 1 for n in range(4)}
        with pytest.raises(OSError, match="busy"):
            store.put([Item("a", f"x{n}", {}) for n in range(9)], 0)


def test_more_than_fits_in_one_page_or_batch_is_read_whole(kept):
    """DynamoDB answers with a megabyte at a time, and takes twenty-five items."""
    store = kept.configuration.store
    items = [Item("a", f"x{n:02}", {"long": "x" * 60_000}) for n in range(30)]

    store.put(items, 0)

    assert store.read("a") == list(store.everything()) == items
    assert household.forget(store, "a") == 30


def test_a_purge_spares_what_was_written_anew_while_it_looked(in_dynamodb, monkeypatch):
    store = in_dynamodb.configuration.store
    store.put([Item("a", "checkup#self", {}, expires=10), Item("a", "x", {}, expires=10)], 0)
    seen = list(store.everything())
    monkeypatch.setattr(store, "everything", lambda: iter(seen))
    store.put([Item("a", "checkup#self", {}, expires=1_000)], 0)

    assert store.purge(at=20) == 1
    assert [item.what for item in store.read("a")] == ["checkup#self"]


def test_an_address_nobody_answers_at_is_an_error_of_the_system(absent):
    with pytest.raises(OSError, match="connect"):
        memory.configured().store.read(USER)
