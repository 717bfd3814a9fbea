"""Whole conversations, as scripts that a nurse or a translator can read and extend.

One file a conversation in `tests/conversations/`; its name is the rule it shows. They are spoken
to the local speaker, so they go through understanding, Alexa JSON and the one door.

    U: words             what is said; nothing after the colon is silence
    U@40: words          said 40 seconds after the reply began to be spoken
    A: part … part       parts of the reply, in this order
    A!: words            words that are not in the reply
    C: part … part       parts of the card that came with the reply
    = verdict LEVEL [rule ...]    = verdict none
    = asking FORM name ...        all that is asked, in this order
    = about name ...              these are among what is asked
    = person NAME   = routine ID|none   = rep N   = side SIDE   = paused
    = open   = closed   = said_within SECONDS
    = reminders N   = timers N    so many are set on the device
    = card TYPE                   what kind of card came with the reply
    R: part … part       parts of what has rung on the device since then, up to now
    ~ memory             at the head: what is kept by default outlives the session
    ~ diary              at the head: this household may keep a diary
    ~ later 3 days       the session is over, and so much time goes by (minutes, hours, days)
    ~ voice NAME         from here on a voice that the speaker recognises (anyone: none)
    ~ reminders not allowed       the skill has no leave for them (allowed: it has; the same for
                                  timers; not possible: the device has none)

It is nine in the morning of Wednesday, March 4, where the speaker stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from skill import memory
from skill.speaker.alarm_clock import AlarmClock, read_out
from skill.speaker.cloud import Cloud, Exchange, Utterance
from skill.speaker.envelope import Device
from skill.speaker.sound import plain_text
from skill.speaker.understanding import Understanding

SCRIPTS = sorted((Path(__file__).parent / "conversations").glob("*.txt"))


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return Understanding("en-US")


def test_there_are_scripts_to_play():
    assert len(SCRIPTS) >= 20


@dataclass
class Home:
    """The speaker at home, over the days of a script."""

    understanding: Understanding
    environment: pytest.MonkeyPatch
    folder: Path
    now: datetime = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    voice: str | None = None
    alarms: AlarmClock = field(default_factory=lambda: AlarmClock(ZoneInfo("UTC")))
    cloud: Cloud = field(init=False)

    def __post_init__(self) -> None:
        self.come_back()

    def come_back(self) -> None:
        device = Device(voice=self.voice)
        self.cloud = Cloud(
            device,
            understanding=self.understanding,
            clock=lambda: self.now,
            alarms=self.alarms,
        )

    def stage(self, what: str, *rest: str) -> None:
        """A stage direction of a script, "~ later 3 days"."""
        if what in ("memory", "diary"):
            kept = f"sqlite:///{self.folder / 'kept.sqlite3'}"
            self.environment.setenv("BACK_COACH_MEMORY", kept)
            self.environment.setenv("BACK_COACH_DIARY", "opt-in" if what == "diary" else "off")
            memory.in_use.cache_clear()
        elif what == "later":
            self.cloud.leave()
            self.now += timedelta(**{rest[1]: float(rest[0])})
            self.come_back()
        elif what in ("reminders", "timers"):
            arrange(self.alarms, what, *rest)
        else:
            self.voice = None if rest[0] == "anyone" else rest[0]
            self.come_back()

    def hear(self, kind: str, words: str) -> Exchange:
        exchange = self.cloud.hear(Utterance(words, float(kind[2:]) if "@" in kind else None))
        self.now = max(self.now, exchange.began)
        return exchange


@pytest.fixture
def home(understanding, monkeypatch, tmp_path):
    memory.in_use.cache_clear()
    yield Home(understanding, monkeypatch, tmp_path)
    memory.in_use.cache_clear()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_conversation(script, home):
    exchange: Exchange | None = None
    heard = "(nothing yet)"
    for number, line in enumerate(script.read_text("utf-8").splitlines(), start=1):
        kind, _, rest = line.partition(":") if line[:1] not in "=~" else (line[:1], "", line[1:])
        if not line.strip() or line.startswith("#"):
            continue
        if kind == "~":
            home.stage(*rest.split())
            continue
        if kind.startswith("U"):
            heard = rest.strip()
            exchange = home.hear(kind, heard)
            continue
        if kind == "R":
            rang = " ".join(read_out(ring, "en-US") for ring in home.alarms.ring(home.now))
            assert _in_order(rang.lower(), parts(rest)) is None, f"{script.name}:{number}: {rang}"
            continue
        assert exchange is not None, f"{script.name}:{number}: nobody has spoken yet"
        reason = mismatch(kind, rest.strip(), exchange, home.alarms)
        context = f"\n  U: {heard}\n  A: {plain_text(exchange.ssml)}\n  {exchange.to_json()}"
        assert reason is None, f"{script.name}:{number}: {line}\n  {reason}{context}"


def arrange(device: AlarmClock, api: str, *how: str) -> None:
    """What the device can do or the skill may do from here on."""
    match how:
        case ("allowed",):
            device.allowed.add(api)
        case ("not", "allowed"):
            device.allowed.discard(api)
        case ("not", "possible"):
            device.can -= {api}
        case _:
            raise ValueError(f"{api} cannot be {how}")


def mismatch(kind: str, wanted: str, exchange: Exchange, device: AlarmClock) -> str | None:
    """What is wrong, or None."""
    said = " ".join(plain_text(exchange.ssml).lower().split())
    if kind == "A":
        return _in_order(said, parts(wanted))
    if kind == "C":
        return _in_order(str((exchange.card or {}).get("content", "")).lower(), parts(wanted))
    if kind == "A!":
        return "it was said" if wanted.lower() in said else None
    return _check(*wanted.split(), exchange=exchange, device=device)


def parts(wanted: str) -> list[str]:
    return [part.strip().lower() for part in wanted.split("…")]


def _in_order(said: str, parts: list[str]) -> str | None:
    at = 0
    for part in parts:
        found = said.find(part, at)
        if found < 0:
            return f"not said (in this order): {part!r}"
        at = found + len(part)
    return None


def _check(what: str, *wanted: str, exchange: Exchange, device: AlarmClock) -> str | None:
    state = exchange.state
    asking = state.get("asking") or {"form": None, "about": []}
    verdict = state.get("verdict") or {"level": "none", "because": []}
    routine = state.get("routine") or {"exercise": "none"}
    facts = {
        "verdict": (verdict["level"], *verdict["because"])[: len(wanted)],
        "asking": (asking["form"], *asking["about"]),
        "about": tuple(name for name in wanted if name in asking["about"]),
        "person": (state.get("person"),),
        "routine": (routine["exercise"],),
        "rep": (str(routine.get("repetition")),),
        "side": (routine.get("side"),),
        "paused": () if routine.get("paused") else ("not paused",),
        "reminders": (str(len(device.reminders())),),
        "timers": (str(len(device.timers())),),
        "card": ((exchange.card or {"type": "none"})["type"],),
        "open": () if exchange.session_open else ("it is closed",),
        "closed": ("it is open",) if exchange.session_open else (),
    }
    if what == "said_within":
        return None if exchange.lasts <= float(wanted[0]) else f"it takes {exchange.lasts} seconds"
    return None if facts[what] == wanted else f"it is {' '.join(map(str, facts[what]))}"
