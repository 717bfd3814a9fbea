"""The command line: one line in, one line out, and bad input named without losing what came before.

Most of it runs `main` in this process on standard streams of bytes, as a shell would hand it; what
only a real process can show (flushing, pipes, a terminal) runs one.
"""

import io
import json
import os
import pty
import re
import select
import socket
import subprocess
import sys
from contextlib import closing
from urllib.request import urlopen

import pytest
from kept import DAY, START, USER, VOICE

from skill import cli, triage
from skill.diary import Entry
from skill.speaker.cloud import ears

COMMAND = [sys.executable, "-m", "skill.cli"]


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs a command on some input: `run("talk", "--json", given="...")`."""

    def command(*arguments, given=b""):
        given = given if isinstance(given, bytes) else given.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        try:
            status = cli.main(list(arguments))
        except SystemExit as left:
            status = left.code
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return command


def objects(text):
    return [json.loads(line) for line in text.splitlines()]


# --- talk ---------------------------------------------------------------------------------------


def test_talk_prints_one_object_a_turn_with_the_keys_of_the_contract(run):
    status, out, err = run("talk", "--json", given="open back coach\nmy back hurts\n\n")

    turns = objects(out)
    assert (status, err, len(turns)) == (0, "", 3)
    for turn in turns:
        assert list(turn) == [
            "heard",
            "say",
            "ssml",
            "lasts",
            "reprompt",
            "card",
            "session_open",
            "state",
            "took_ms",
        ]
    assert turns[1]["heard"]["intent"] == "BackPainIntent"
    assert turns[2]["say"] == turns[1]["reprompt"]


def test_talk_takes_words_with_the_second_at_which_they_were_said(run):
    given = 'open back coach\n{"say": "my foot is dragging", "after": 2.5}\n{"say": ""}\n'

    status, out, _ = run("talk", "--json", given=given)

    assert status == 0
    assert objects(out)[1]["state"]["verdict"]["level"] == "emergency"
    assert objects(out)[2]["heard"]["intent"] is None


def test_talk_answers_each_line_before_the_next_one_comes():
    with subprocess.Popen(
        [*COMMAND, "talk", "--json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        for words in (b"open back coach\n", b"no\n"):
            process.stdin.write(words)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["say"]
        process.stdin.close()
        assert process.wait(timeout=20) == 0


def test_talk_waits_for_nothing(run):
    _, out, _ = run("talk", "--json", given="open back coach\nmy back hurts\nno\nno\n")

    turns = objects(out)
    assert sum(turn["took_ms"] for turn in turns) / 1000 < sum(turn["lasts"] for turn in turns)


# --- understand ---------------------------------------------------------------------------------


def test_understand_says_what_was_heard_in_each_line(run):
    given = 'my foot is dragging\n{"text": "stop", "context": "exercise", "asking": null}\n'

    status, out, err = run("understand", given=given)

    first, second = objects(out)
    assert (status, err) == (0, "")
    assert list(first) == ["intent", "slots", "findings", "confidence"]
    assert first["findings"] == {"leg_weakness": True}
    assert 0 <= first["confidence"] <= 1
    assert second["intent"] == "AMAZON.StopIntent"


def test_understand_explains_itself_when_asked_why(run):
    _, out, _ = run("understand", "--why", given="my foot is dragging\n")

    assert objects(out)[0]["why"] == list(ears("en-US").understand("my foot is dragging").why)


# --- triage -------------------------------------------------------------------------------------


def test_triage_says_level_reasons_words_and_what_would_be_asked_next(run):
    status, out, err = run("triage", given='{"findings": {"leg_weakness": true}}\n{}\n')

    first, second = objects(out)
    assert (status, err) == (0, "")
    assert list(first) == ["level", "because", "say", "next"]
    assert (first["level"], first["because"]) == ("emergency", ["E-leg_weakness"])
    assert "9 1 1" in first["say"]
    assert "bladder_or_bowel" in second["next"]


def test_triage_has_nothing_more_to_ask_when_all_is_answered(run):
    findings = dict.fromkeys(triage.triage().findings, False)
    known = {"findings": findings, "age": 40, "severity": 3, "days": 2, "weeks": 0}

    _, out, _ = run("triage", given=json.dumps(known))

    assert objects(out)[0]["next"] == []
    assert objects(out)[0]["level"] == "self_care"


@pytest.mark.parametrize("person", ["mother", "second cousin"])
def test_triage_speaks_of_somebody_else_in_the_third_person(run, person):
    told = json.dumps({"findings": {"leg_weakness": True}, "person": person})

    status, out, _ = run("triage", given=told)

    assert status == 0
    assert "Don't wait" not in objects(out)[0]["say"]


# --- Bad input ----------------------------------------------------------------------------------

GOOD = {
    "talk": "open back coach",
    "understand": "my back hurts",
    "triage": '{"findings": {"fever": "unknown"}}',
}
BAD = [
    ("talk", '{"say": 7}', "say"),
    ("talk", '{"after": 2}', "say"),
    ("talk", '{"say": "no", "after": -1}', "after"),
    ("talk", '{"say": "no", "after": true}', "after"),
    ("talk", '{"say": "no", "after": NaN}', "JSON"),
    ("talk", '{"say": "no", "after": 1e400}', "after"),
    ("talk", '{"say": "no", "afer": 1}', "afer"),
    ("talk", '{"say": "no"', "JSON"),
    ("talk", '{"say": "\\ud800"}', "half a character"),
    ("talk", b"\xff\xfe", "UTF-8"),
    ("talk", '{"say": ' + "[" * 100_000, "JSON"),
    ("understand", '{"context": "any"}', "text"),
    ("understand", '{"text": "no", "context": "kitchen"}', "context"),
    ("understand", '{"text": "no", "asking": {"form": "riddle", "about": []}}', "asking"),
    ("understand", '{"text": "no", "asking": {"form": "yes_no", "about": "fever"}}', "asking"),
    ("understand", '{"text": "no", "words": 1}', "words"),
    ("triage", "my back hurts", "JSON"),
    ("triage", "", "JSON"),
    ("triage", "[]", "object"),
    ("triage", '{"findings": {"gout": true}}', "gout"),
    ("triage", '{"findings": {"fever": 1}}', "fever"),
    ("triage", '{"severity": 11}', "severity"),
    ("triage", '{"age": "forty"}', "age"),
    ("triage", '{"temperature": 39}', "temperature"),
]


@pytest.mark.parametrize(("command", "bad", "reason"), BAD)
def test_bad_input_is_named_by_line_and_loses_nothing_of_what_came_before(
    run, command, bad, reason
):
    options = ["--json"] if command == "talk" else []
    bad = bad if isinstance(bad, bytes) else bad.encode()
    good = GOOD[command].encode()

    status, out, err = run(command, *options, given=b"\n".join([good, good, bad, good, b""]))

    assert status == 2
    assert len(objects(out)) == 2
    assert err.count("\n") == 1
    assert err.startswith(f"back-coach {command}: line 3: ")
    assert reason in err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["talk", "--loud"],
        ["serve", "--port", "seventy"],
        ["serve", "--port", "65536"],
        ["models"],
        ["models", "--write", "--check"],
        ["memory"],
        ["memory", "--export", ""],
        ["memory", "--forget", ""],
        ["memory", "--forget", "somebody", "--purge-expired"],
        ["talk", "--locale", "tlh-KX"],
        ["triage", "--locale", "tlh-KX"],
    ],
)
def test_wrong_use_exits_with_2_and_says_why(run, arguments):
    status, out, err = run(*arguments)

    assert (status, out) == (2, "")
    assert err


# --- The rest -----------------------------------------------------------------------------------


def test_help_shows_every_command_and_an_example(run):
    status, out, _ = run("--help")

    assert status == 0
    for command in ("talk", "serve", "understand", "triage", "models", "memory"):
        assert re.search(rf"^    {command}\b", out, re.MULTILINE)
    assert "examples:" in out


def test_version_is_one_line(run):
    status, out, _ = run("--version")

    assert status == 0
    assert re.fullmatch(r"back-coach \S.*\n", out)


def test_a_reader_that_has_seen_enough_is_no_error_worth_a_traceback():
    process = subprocess.Popen(
        [*COMMAND, "talk", "--json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    process.stdout = None
    _, complaint = process.communicate(b"open back coach\nno\n", timeout=20)

    assert process.returncode == 1
    assert complaint == b""


def test_a_port_in_use_is_said_in_one_line(run):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]

        status, _, err = run("serve", "--port", str(port))

    assert status == 1
    assert err.count("\n") == 1
    assert str(port) in err


def test_serve_says_where_it_is_and_answers_there():
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        address = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())[0]
        with urlopen(f"{address}/", timeout=20) as page:
            assert page.status == 200
        with urlopen(f"{address}/healthz", timeout=20) as health:
            assert health.status == 200
        process.terminate()


def test_models_are_in_step_with_the_words(run):
    assert run("models", "--check") == (0, "", "")


# --- memory -------------------------------------------------------------------------------------

WALKED = Entry("exercise", 739_679, START, "walking")


@pytest.fixture
def home(kept):
    """A household that shares a memory, a voice recognised in it, and neighbours."""
    kept.listener().keep(WALKED, WALKED)
    kept.listener(voice=VOICE).settle(diary=True)
    kept.listener(voice=VOICE).share("mother")
    kept.listener(user="amzn1.ask.account.NEXTDOOR").keep(WALKED)
    assert kept.count() == 6
    return kept


def test_memory_exports_everything_as_one_object_a_line(run, home):
    status, out, err = run("memory", "--export")

    assert (status, err) == (0, f"{home.where}: 6 items exported\n")
    assert [list(item) for item in objects(out)] == 6 * [
        ["who", "what", "value", "expires", "version"]
    ]


def test_memory_exports_one_household_by_user_id_or_by_hash(run, home):
    _, out, _ = run("memory", "--export", USER)

    items = objects(out)
    who = home.listener().who
    assert len(items) == 5
    assert {item["who"] for item in items} == {who, home.listener(voice=VOICE).who}
    assert run("memory", "--export", who)[1] == out


def test_memory_forgets_a_household_with_its_voices_and_nobody_else(run, home):
    assert run("memory", "--forget", USER) == (0, "", f"{home.where}: 5 items wiped\n")
    assert run("memory", "--forget", USER) == (0, "", f"{home.where}: 0 items wiped\n")

    assert home.count() == 1
    assert home.listener(user="amzn1.ask.account.NEXTDOOR").recall().entries == (WALKED,)


def test_memory_forgets_one_voice_and_what_its_household_keeps_of_it(run, home):
    voice = home.listener(voice=VOICE).who

    assert run("memory", "--forget", voice) == (0, "", f"{home.where}: 3 items wiped\n")

    assert home.listener().recall().entries == (WALKED, WALKED)
    assert voice.encode() not in home.raw()


def test_memory_purges_what_has_expired(run, home, monkeypatch):
    monkeypatch.setattr(cli.time, "time", lambda: START + 90 * DAY)

    assert run("memory", "--purge-expired") == (
        0,
        "",
        f"{home.where}: 3 items expired, and wiped\n",
    )
    assert home.count() == 3


def test_memory_without_a_setting_is_this_users_own_file(run, in_file, tmp_path, monkeypatch):
    in_file.listener().keep(WALKED)
    monkeypatch.delenv("BACK_COACH_MEMORY")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    own = tmp_path / "back-coach"
    in_file.file.parent.rename(own)
    (own / in_file.file.name).rename(own / "memory.sqlite3")

    status, _, err = run("memory", "--export")

    assert status == 0
    assert err.endswith("memory.sqlite3: 1 item exported\n")


@pytest.mark.parametrize(
    "action", [["--export"], ["--export", USER], ["--forget", USER], ["--purge-expired"]]
)
def test_a_memory_that_is_not_there_is_no_empty_one(run, tmp_path, monkeypatch, action):
    """A mistyped path would make an empty backup, or leave somebody's data where it is."""
    mistyped = tmp_path / "mistyped" / "memory.sqlite3"
    monkeypatch.setenv("BACK_COACH_MEMORY", f"sqlite:///{mistyped}")

    assert run("memory", *action) == (
        2,
        "",
        f"back-coach memory: {mistyped} is not there; check BACK_COACH_MEMORY\n",
    )
    assert not mistyped.parent.exists()


@pytest.mark.parametrize(
    ("where", "status", "remedy"),
    [
        ("none", 2, "BACK_COACH_MEMORY=sqlite:///path or dynamodb:table"),
        ("redis:here", 2, "use sqlite:///path, dynamodb:table or none"),
        ("dynamodb:kept", 2, "needs BACK_COACH_SECRET"),
        ("sqlite:////dev/null/kept.sqlite3", 2, "check BACK_COACH_MEMORY"),
    ],
)
def test_memory_that_cannot_be_used_is_said_with_the_remedy(
    run, monkeypatch, where, status, remedy
):
    monkeypatch.setenv("BACK_COACH_MEMORY", where)

    for action in (["--export"], ["--forget", "somebody"], ["--purge-expired"]):
        ended, out, err = run("memory", *action)
        assert (ended, out, err.count("\n")) == (status, "", 1)
        assert err.startswith("back-coach memory: ")
        assert remedy in err


def test_a_file_that_is_no_memory_is_said_with_the_remedy(run, in_file):
    in_file.file.parent.mkdir()
    in_file.file.write_text("no database " * 100)

    for action in (["--export"], ["--forget", USER], ["--purge-expired"]):
        status, out, err = run("memory", *action)
        assert (status, out) == (1, "")
        assert "cannot be used" in err
        assert "check BACK_COACH_MEMORY" in err


def test_a_table_that_is_not_there_is_said_with_the_remedy(run, in_dynamodb):
    in_dynamodb.use(BACK_COACH_MEMORY="dynamodb:elsewhere")

    status, out, err = run("memory", "--forget", USER)

    assert (status, out) == (1, "")
    assert "dynamodb:elsewhere cannot be used" in err


# --- At a terminal ------------------------------------------------------------------------------


PROMPT = "you    "


class Screen:
    """A terminal with `back-coach talk` in it."""

    def __init__(self, *options):
        self.ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [*COMMAND, "talk", *options],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "dumb"},
            start_new_session=True,
            close_fds=True,
        )
        os.close(theirs)
        self.seen = ""

    def type(self, keys):
        os.write(self.ours, keys.encode())

    def wait_for(self, text):
        """Reads on until `text` is there; the end of the program without it is an error."""
        while text not in self.seen:
            assert select.select([self.ours], [], [], 20)[0], f"no {text!r} in {self.seen!r}"
            self.seen += os.read(self.ours, 1024).decode("utf-8", "replace")
        before, _, self.seen = self.seen.partition(text)
        return before

    def close(self):
        status = self.process.wait(timeout=20)
        os.close(self.ours)
        return status


def speaking():
    """A terminal in the middle of the welcome."""
    screen = Screen()
    screen.wait_for(PROMPT)
    screen.type("open back coach\n")
    screen.wait_for("Hello")
    return screen


def test_at_a_terminal_a_typed_line_stops_the_reply_and_is_answered():
    screen = speaking()
    screen.type("stop\n")

    heard = screen.wait_for("has closed")

    assert "diagnosis" not in heard
    screen.wait_for(PROMPT)
    screen.type("\x04")
    screen.wait_for("Goodbye.")
    assert screen.close() == 0


def test_at_a_terminal_what_is_typed_over_the_reply_does_not_stand_in_its_words():
    screen = speaking()
    screen.type("my foot drags\n")

    reply = screen.wait_for(PROMPT)

    assert "drags" not in reply
    assert "my foot drags" in screen.wait_for("You said")
    screen.type("\n")  # which only stops the reply
    screen.wait_for(PROMPT)
    screen.type("\x04")
    screen.wait_for("Goodbye.")
    screen.close()


def test_at_a_terminal_control_d_over_the_reply_leaves():
    screen = speaking()
    screen.type("\x04")

    heard = screen.wait_for("Goodbye.")

    assert "diagnosis" not in heard
    assert screen.close() == 0


def test_at_a_terminal_enter_over_the_reply_leaves_no_line_without_words():
    screen = speaking()
    screen.type("\n")
    screen.wait_for(PROMPT)
    screen.type("what is the time\n")

    assert PROMPT not in screen.wait_for("what is the time")
    screen.wait_for("coach ")
    screen.type("\x04")
    screen.wait_for("Goodbye.")
    screen.close()


def test_at_a_terminal_lines_typed_ahead_are_taken_one_by_one():
    screen = Screen()
    screen.wait_for(PROMPT)
    screen.type("open back coach\nmy foot drags\nstop\n")

    screen.wait_for("my foot drags")
    screen.wait_for("stop")
    screen.wait_for("has closed")
    screen.type("\x04")
    screen.wait_for("Goodbye.")
    screen.close()
