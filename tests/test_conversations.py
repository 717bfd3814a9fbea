"""Whole conversations, as scripts that a nurse or a translator can read and extend.

One file a conversation in `tests/conversations/`; its name is the rule it shows. They are spoken
to the local speaker, so they go through understanding, Alexa JSON and the one door.

    U: words             what is said; nothing after the colon is silence
    U@40: words          said 40 seconds after the reply began to be spoken
    A: part … part       parts of the reply, in this order
    A!: words            words that are not in the reply
    = verdict LEVEL [rule ...]    = verdict none
    = asking FORM name ...        all that is asked, in this order
    = about name ...              these are among what is asked
    = person NAME   = routine ID|none   = rep N   = side SIDE   = paused
    = open   = closed   = said_within SECONDS
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from skill.speaker.cloud import Cloud, Exchange, Utterance
from skill.speaker.sound import plain_text
from skill.speaker.understanding import Understanding

SCRIPTS = sorted((Path(__file__).parent / "conversations").glob("*.txt"))


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return Understanding("en-US")


def test_there_are_scripts_to_play():
    assert len(SCRIPTS) >= 20


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_conversation(script, understanding):
    start = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    cloud = Cloud(understanding=understanding, clock=lambda: start)
    exchange: Exchange | None = None
    heard = "(nothing yet)"
    for number, line in enumerate(script.read_text("utf-8").splitlines(), start=1):
        kind, _, rest = line.partition(":") if not line.startswith("=") else ("=", "", line[1:])
        if not line.strip() or line.startswith("#"):
            continue
        if kind.startswith("U"):
            after = float(kind[2:]) if kind.startswith("U@") else None
            heard = rest.strip()
            exchange = cloud.hear(Utterance(heard, after))
            continue
        assert exchange is not None, f"{script.name}:{number}: nobody has spoken yet"
        reason = mismatch(kind, rest.strip(), exchange)
        context = f"\n  U: {heard}\n  A: {plain_text(exchange.ssml)}\n  {exchange.to_json()}"
        assert reason is None, f"{script.name}:{number}: {line}\n  {reason}{context}"


def mismatch(kind: str, wanted: str, exchange: Exchange) -> str | None:
    """What is wrong, or None."""
    said = " ".join(plain_text(exchange.ssml).lower().split())
    if kind == "A":
        return _in_order(said, [part.strip().lower() for part in wanted.split("…")])
    if kind == "A!":
        return "it was said" if wanted.lower() in said else None
    return _check(*wanted.split(), exchange=exchange)


def _in_order(said: str, parts: list[str]) -> str | None:
    at = 0
    for part in parts:
        found = said.find(part, at)
        if found < 0:
            return f"not said (in this order): {part!r}"
        at = found + len(part)
    return None


def _check(what: str, *wanted: str, exchange: Exchange) -> str | None:
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
        "open": () if exchange.session_open else ("it is closed",),
        "closed": ("it is open",) if exchange.session_open else (),
    }
    if what == "said_within":
        return None if exchange.lasts <= float(wanted[0]) else f"it takes {exchange.lasts} seconds"
    return None if facts[what] == wanted else f"it is {' '.join(map(str, facts[what]))}"
