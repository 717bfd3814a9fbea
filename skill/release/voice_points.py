"""The certification list on what is said: every state, every sample, help and the way out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

from skill.content.words import words
from skill.release import replies, told
from skill.release.evidence import Evidence, Turn
from skill.release.surroundings import surroundings
from skill.release.walk import Answer, Caller, Saying
from skill.speaker.cloud import context, ears
from skill.speaker.envelope import consent_response
from skill.speaker.understanding import FALLBACK, Value

LEAVING = ("AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent")
PLAYER = (
    *("AMAZON.PauseIntent", "AMAZON.ResumeIntent", "AMAZON.NextIntent"),
    *("AMAZON.PreviousIntent", "AMAZON.RepeatIntent", "AMAZON.StartOverIntent"),
)
HELP = Saying("AMAZON.HelpIntent")
MISUNDERSTOOD = Saying(FALLBACK)
TIMES_MISUNDERSTOOD = 3
REMINDER = (
    Saying(
        "RemindIntent",
        {"Time": (Value("08:00", None),), "Frequency": (Value("daily", "daily"),)},
    ),
    Saying("AMAZON.YesIntent"),
)
TIMER = (Saying("TimerIntent", {"Duration": (Value("PT10M", None),)}),)
WANTS_PERMISSION = frozenset(
    {"RemindIntent", "ChangeReminderIntent", "RemindersIntent", "StopRemindersIntent"}
    | {"TimerIntent", "TimeLeftIntent", "StopTimerIntent"}
)


def launch(evidence: Evidence) -> Iterator[str]:
    """The welcome, with the disclaimer and one question."""
    first = evidence.caller.launch()
    said = str(words(evidence.locale).entry("welcome"))
    if said not in first.text:
        yield "there is no welcome"
    if evidence.listing["spoken_disclaimer"] not in first.text:
        yield "the welcome has no disclaimer"
    if first.text.count("?") != 1 or not first.is_open:
        yield "the welcome does not end with one question"
    with tempfile.TemporaryDirectory() as folder:
        with surroundings(BACK_COACH_MEMORY=f"sqlite:///{folder}/memory.sqlite3"):
            evidence.caller.launch()
            later = evidence.caller.launch()
        if said in later.text or not later.is_open:
            yield "a later visit is welcomed like the first"


def samples(evidence: Evidence) -> Iterator[str]:
    """Every sample with every value of its slots: with no session open, and inside of one."""
    rooms: list[Answer | None] = [
        None,
        evidence.caller.launch(),
        evidence.state(doing="checkup", form="yes_no"),
        evidence.state(doing="stretch", form="choice", running=True),
    ]
    for saying in evidence.caller.samples():
        for room in rooms:
            for fault in replies.faults(evidence.caller.say(saying, room)):
                yield f"{saying}: {fault}"


def questions(evidence: Evidence) -> Iterator[str]:
    """A question opens the microphone and has a reprompt; no question ends the session."""
    yield from (fault for fault in evidence.faulty_replies if "question" in fault)


def help_(evidence: Evidence) -> Iterator[str]:
    """Help in every state: something more than the question again, and the question."""
    for turn in evidence.said(HELP.intent):
        if not turn.after.is_open:
            yield f"{turn}: the session ends"
        if turn.after.text == turn.before.text:
            yield f"{turn}: it only says the same again"


def leaving(evidence: Evidence) -> Iterator[str]:
    """Stop, cancel and home leave from every state, without a question."""
    for turn in evidence.said(*LEAVING):
        if turn.after.is_open or "?" in turn.after.text:
            yield f"{turn}: it stays"


def not_understood(evidence: Evidence) -> Iterator[str]:
    """Misunderstood again and again, it never says the same twice running, nor gives up."""
    for state in evidence.states:
        before = state
        for time in range(1, TIMES_MISUNDERSTOOD + 1):
            after = evidence.caller.say(MISUNDERSTOOD, before)
            if after.text == before.text:
                yield f"{before.asking}: the same line again, the {time}. time"
            if not after.is_open:
                yield f"{before.asking}: it gives up, the {time}. time"
                break
            before = after


def silence(evidence: Evidence) -> Iterator[str]:
    """Into a silence it asks in other words."""
    for state in evidence.states:
        if not state.reprompt or state.reprompt == state.text:
            yield f"{state.asking}: the reprompt is the same line, or none"


def what_it_tells(evidence: Evidence) -> Iterator[str]:
    """Whatever people are told to say is understood there, and answered."""
    understanding = ears(evidence.locale)
    for state in evidence.states:
        for phrase in {*told.phrases(state.text), *told.phrases(state.reprompt)}:
            asking = state.asking
            heard = understanding.understand(
                phrase, context=context(state.attributes), asking=asking, today=state.at.date()
            )
            answer = evidence.caller.say(Saying(heard.intent, heard.slots), state)
            if heard.intent == FALLBACK or answer.failed:
                yield f"{phrase!r} is told when asked {asking}, and not understood"


def described(evidence: Evidence) -> Iterator[str]:
    """What the description tells people to say is understood."""
    for phrase in told.phrases(evidence.listing["description"]):
        (exchange,) = evidence.conversation(phrase)
        if exchange.understood and exchange.understood.intent == FALLBACK:
            yield f"{phrase!r} is described, and not understood"


def yes_and_no(evidence: Evidence) -> Iterator[str]:
    """Yes and no where nothing was asked: an answer that goes on."""
    for intent in ("AMAZON.YesIntent", "AMAZON.NoIntent"):
        for room in (None, evidence.caller.launch()):
            answer = evidence.caller.say(Saying(intent), room)
            if list(replies.faults(answer)) or not answer.text:
                yield f"{intent}: no sensible answer"


def player(evidence: Evidence) -> Iterator[str]:
    """Pause, resume, next, previous, repeat, start over: in a count, and explained elsewhere."""
    running = evidence.state(doing="stretch", form="choice", running=True)
    for intent in PLAYER:
        for room in (running, evidence.caller.launch()):
            answer = evidence.caller.say(Saying(intent), room)
            if not (answer.is_open and answer.text):
                yield f"{intent}: it ends the session or says nothing"
    paused = evidence.caller.say(Saying("AMAZON.PauseIntent"), running)
    if paused.attributes["routine"] is None:
        yield "AMAZON.PauseIntent: the place is lost"


def permissions(evidence: Evidence) -> Iterator[str]:
    """Where nothing is permitted, only who wants a reminder or a timer is asked for permission."""
    caller = _without_permission(evidence.locale)
    for room in (caller.launch(), *_in_the_middle(evidence)):
        for intent in set(caller.intents) - WANTS_PERMISSION:
            turn = Turn(room, Saying(intent), caller.say(Saying(intent), room))
            if _asks_permission(turn.after):
                yield f"{turn}: asks for a permission"


def refused(evidence: Evidence) -> Iterator[str]:
    """A permission that is refused is not asked for again, and what was going on goes on."""
    caller = _without_permission(evidence.locale)
    for sayings in (REMINDER, TIMER):
        asked = caller.launch()
        for saying in sayings:
            asked = caller.say(saying, asked)
        directive = _consent(asked)
        if directive is None:
            yield f"{sayings[-1]}: no permission is asked for"
            continue
        payload, token = directive["payload"], directive["token"]
        for status in ("DENIED", "NOT_ANSWERED"):
            request = consent_response(asked.at, payload, token, status)
            for attributes in (asked.attributes, {}):  # Alexa may go on in a session of its own
                answer = caller.send(request, attributes, asked.at)
                if _asks_permission(answer) or not answer.text or list(replies.faults(answer)):
                    yield f"{sayings[-1]}, {status}: it asks again, or has no sensible answer"
    for room in _in_the_middle(evidence):
        turn = Turn(room, TIMER[-1], caller.say(TIMER[-1], room))
        routine = bool(turn.after.attributes["routine"])
        if not turn.after.is_open or routine is not bool(room.attributes["routine"]):
            yield f"{turn}: without permission it does not go on"


def _without_permission(locale: str) -> Caller:
    caller = Caller(locale)
    caller.alarms.allowed.clear()
    return caller


def _in_the_middle(evidence: Evidence) -> Iterator[Answer]:
    yield evidence.state(doing="checkup", form="yes_no")
    yield evidence.state(doing="stretch", form="choice", running=True)


def _asks_permission(answer: Answer) -> bool:
    """Whether Alexa is to ask aloud, or by a card."""
    card = (answer.response.get("card") or {}).get("type")
    return card == "AskForPermissionsConsent" or _consent(answer) is not None


def _consent(answer: Answer) -> Mapping[str, Any] | None:
    directives: list[Mapping[str, Any]] = answer.response.get("directives") or []
    return next((each for each in directives if each.get("name") == "AskFor"), None)


def education(evidence: Evidence) -> Iterator[str]:
    """Help, and the verdict at the end of the questions, call it that: aloud or on a card."""
    disclaimer = evidence.listing["spoken_disclaimer"]
    caller = evidence.caller
    if disclaimer not in caller.say(HELP, caller.launch()).text:
        yield "help does not say so"
    for answer in caller.way("BackPainIntent"):
        card = (answer.response.get("card") or {}).get("content", "")
        if answer.attributes["verdict"] and disclaimer not in f"{answer.text} {card}":
            yield "the verdict does not say so"


def short(evidence: Evidence) -> Iterator[str]:
    """No reply but a count takes longer to say than people listen."""
    yield from (fault for fault in evidence.faulty_replies if "seconds to say" in fault)


POINTS = (
    ("a launch welcomes, a later one shorter, with the disclaimer and one question", launch),
    ("every sample of every intent works as a one-shot and in a session", samples),
    ("a question opens the microphone, and nothing else does", questions),
    ("help in every state goes on, and says more than the question", help_),
    ("stop, cancel and home leave from every state", leaving),
    ("not understood: never the same line twice running, never a dead end", not_understood),
    ("silence is asked again in other words", silence),
    ("everything it tells people to say works when said", what_it_tells),
    ("everything the description tells people to say works", described),
    ("yes and no outside a question are answered", yes_and_no),
    ("pause, resume, next, previous, repeat, start over work or explain themselves", player),
    ("no permission is needed for the core", permissions),
    ("a permission refused is not asked for again, and what was going on goes on", refused),
    ("help and the verdict say that it is general information", education),
    ("answers are short", short),
    ("it works aloud on a real Echo, and on one with a screen", "say the examples to both"),
)
