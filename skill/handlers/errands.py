"""What a reminder and a timer have in common: set it, or do the nearest thing, and go back.

The permission is asked for aloud where nothing else is under way, since the session may not outlive
that question, and on a card where something is. A question that was open is put again afterwards;
with nothing else under way the errand is all there was, and the session ends.
"""

from __future__ import annotations

import json
from typing import cast

from skill import routine, triage
from skill.alarms import (
    Api,
    Errand,
    Interrupted,
    Kind,
    Outcome,
    Permission,
    Told,
    from_data,
    to_data,
)
from skill.content.advice import advice
from skill.handlers import asking, checkup, times
from skill.handlers.counting import RESUME
from skill.speech import speak
from skill.turn import Act, Asking, Form, Reply, Timer, Turn, act, local_day

QUESTIONS = frozenset({"reminder", "reminder_time", "timer_length", "stop_reminders"})
"""What the questions of an errand are about."""

_ERRANDS = frozenset(
    {
        "RemindIntent",
        "ChangeReminderIntent",
        "RemindersIntent",
        "StopRemindersIntent",
        "TimerIntent",
        "TimeLeftIntent",
        "StopTimerIntent",
        "Connections.Response",
    }
)
_ABOUT_THE_QUESTION = frozenset(
    {
        "AMAZON.YesIntent",
        "AMAZON.NoIntent",
        "AMAZON.HelpIntent",
        "AMAZON.RepeatIntent",
        "AMAZON.FallbackIntent",
        "NotSureIntent",
        "AnswerIntent",
        "PainScoreIntent",
    }
)
_FOR_THE_BACK = frozenset({"stretch", "walk", "move"})  # wait for somebody who should be seen


def settle(turn: Turn, errand: Errand, *, was_asked: bool = False) -> Reply:
    """Set what was arranged; `was_asked` is for a permission that was just given."""
    told = _ask_device(turn, errand)
    outcome = told.outcome
    turn.state.errand = errand
    if outcome == "not_permitted":
        return _ask_permission(turn, errand, aloud=not was_asked and not _busy(turn))
    if outcome != "done":
        return _trouble(turn, errand, outcome)
    if errand.kind != "timer":
        return finish(turn, (*_is_set(turn, errand), *_how_long_kept(turn, errand, told)))
    shown = Timer(errand.seconds or 0, errand.task)
    return finish(turn, _timer_runs(turn, errand))._replace(shows=shown)


def _ask_device(turn: Turn, errand: Errand) -> Told:
    if errand.kind == "timer":
        announce = _aloud(turn, act("timer.up")) if errand.task else None
        return turn.alarms.start_timer(errand.seconds or 0, announce)
    if errand.schedule is None:
        return Told("failed")
    if errand.reminder:
        return turn.alarms.move(errand.reminder, errand.schedule, errand.zone)
    label = _aloud(turn, act(f"task.{errand.task}.label"))
    return turn.alarms.remind(label, errand.schedule, errand.zone)


def _is_set(turn: Turn, errand: Errand) -> tuple[Act, ...]:
    """What was set, once more: when, and what will be heard."""
    if errand.reminder:
        return (act("alarm.changed", when=_when(turn, errand)),)
    label = act(f"task.{errand.task}.label")
    return (act("alarm.done", when=_when(turn, errand), label=label),)


def _how_long_kept(turn: Turn, errand: Errand, told: Told) -> tuple[Act, ...]:
    """That a reminder for later than today is gone with the device's power, where it is."""
    assert errand.schedule is not None
    today = local_day(turn.at, errand.zone or None)
    later = errand.schedule.at.date() > today or bool(errand.schedule.days)
    return (act("alarm.fleeting"),) if told.fleeting and later else ()


def _timer_runs(turn: Turn, errand: Errand) -> tuple[Act, ...]:
    """How long it runs, why not longer, and what to mind where the skin is numb."""
    subject = advice().subjects.get(f"remedy.{errand.task}")
    length = times.length(errand.seconds or 0)
    if subject is None:
        return (act("timer.runs", length=length),)
    name = act(f"{subject.id}.name")
    capped = (turn.heard.seconds or 0) > (errand.seconds or 0)
    said = act("timer.capped" if capped else "timer.runs_for", length=length, remedy=name)
    numb = [
        act(f"{subject.id}.{part.id}")
        for part in subject.parts
        if part.id == "numb" and any(triage.holds(case, turn.state.known) for case in part.when)
    ]
    return (said, *numb)


def _ask_permission(turn: Turn, errand: Errand, *, aloud: bool) -> Reply:
    """Ask Alexa to ask for it; or send a card and go on."""
    api: Api = "timers" if errand.kind == "timer" else "reminders"
    if aloud:
        token = json.dumps(to_data(errand._replace(before=None)), separators=(",", ":"))
        return Reply((act(f"alarm.need_{api}"),), permission=Permission(api, token))
    reply = finish(turn, (act(f"alarm.card_{api}"),))
    return reply._replace(permission=Permission(api))


def permission_answered(turn: Turn) -> Reply:
    """What follows from the answer to Alexa's own question: set it, or the nearest thing."""
    errand = _brought_back(turn.heard.token) or turn.state.errand
    if errand is None:
        return asking.carry_on(turn, act("alarm.declined"))
    turn.state.errand = errand
    if turn.heard.consent == "accepted":
        return settle(turn, errand, was_asked=True)
    if turn.heard.consent == "failed":
        return _ask_permission(turn, errand, aloud=False)
    return _nearest(turn, errand, act("alarm.denied"))


def _brought_back(token: str) -> Errand | None:
    """The errand in a token of ours: the session may not have outlived the question."""
    try:
        return from_data(json.loads(token))
    except (ValueError, RecursionError):
        return None


def _busy(turn: Turn) -> bool:
    """Whether there is something that must not get lost with the session."""
    state = turn.state
    return state.doing == "checkup" or state.place is not None or should_be_seen(turn)


def without(turn: Turn, api: Api, told: Told, none: str) -> Reply | None:
    """What is said where asking the device gave nothing to go on with; None: it did."""
    if told.outcome in ("nothing", "not_permitted"):
        return finish(turn, (act(none),))
    return None if told.outcome == "done" else failed(turn, api, told.outcome)


def failed(turn: Turn, api: Api, outcome: Outcome) -> Reply:
    """What was asked about reminders or timers could not be found out or done."""
    kind: Kind = "timer" if api == "timers" else "stop"
    return _trouble(turn, Errand(kind, before=interrupted(turn)), outcome)


def _trouble(turn: Turn, errand: Errand, outcome: Outcome) -> Reply:
    """Why it was not done, and what comes nearest."""
    turn.state.errand = errand
    if outcome == "not_permitted":
        return _ask_permission(turn, errand, aloud=False)
    about = "timers" if errand.kind == "timer" else "reminders"
    why = "cannot" if outcome == "cannot" else "failed"
    return _nearest(turn, errand, act(f"alarm.{why}_{about}"))


def _nearest(turn: Turn, errand: Errand, say: Act) -> Reply:
    """How to do it oneself, and a stretch now for whom a stretch later was meant."""
    said = [say]
    if errand.kind == "timer" and errand.seconds:
        said.append(act("alarm.time_yourself", length=times.length(errand.seconds)))
    elif errand.schedule:
        said.append(act("alarm.remind_yourself", when=_when(turn, errand)))
    if errand.kind == "remind" and errand.task == "stretch" and _may_stretch(turn):
        turn.state.errand = None
        ask = act("ask.offer_stretch")
        return Reply(tuple(said), ask, checkup.OFFER_STRETCH, act("reprompt.choice"))
    return finish(turn, tuple(said))


def _may_stretch(turn: Turn) -> bool:
    """Whether a stretch may be offered just now."""
    errand = turn.state.errand
    free = not _busy(turn) and (errand is None or errand.before is None)
    return free and bool(routine.allowed(turn.state.known).exercises)


def comes_first(turn: Turn, task: str | None = None) -> Reply | None:
    """What is said instead: an emergency that stands, or to be seen before moving the back."""
    verdict = checkup.standing(turn.state.known)
    if verdict and verdict.level == "emergency":
        return checkup.emergency(turn)
    if task in _FOR_THE_BACK and should_be_seen(turn):
        return finish(turn, (act("tell.until_seen"),))
    return None


def should_be_seen(turn: Turn) -> bool:
    """Whether what stands is urgent, or worse."""
    verdict = checkup.standing(turn.state.known)
    return verdict is not None and verdict.level in ("urgent", "emergency")


def interrupted(turn: Turn) -> Interrupted | None:
    """The question that was open before the errand, if it is worth coming back to."""
    state, question = turn.state, turn.state.asking
    if state.errand and (question is None or question.about[0] in QUESTIONS):
        return state.errand.before
    if question is None or question == asking.WHAT_NEXT or not state.asked:
        return None
    return Interrupted(question.form, question.about, question.inverted, state.asked, state.step)


def let_drop(turn: Turn) -> None:
    """Somebody turns to something else: the question that was open before is open again."""
    state = turn.state
    if state.errand is None or turn.intent in _ABOUT_THE_QUESTION:
        return
    if state.asking and state.asking.about[0] in QUESTIONS and turn.intent not in _ERRANDS:
        _put_back(turn, state.errand.before)


def _put_back(turn: Turn, before: Interrupted | None) -> None:
    state = turn.state
    state.errand, state.asking, state.asked, state.step = None, None, "", ""
    if before is not None:
        form = cast("Form", before.form)
        state.asking = Asking(form, before.about, inverted=before.inverted)
        state.asked, state.step = before.asked, before.step


def hold(turn: Turn) -> None:
    """Let an exercise that is being counted wait while the errand is talked about."""
    if turn.state.place is not None:
        turn.state.place = turn.state.place._replace(paused=True)


def finish(turn: Turn, say: tuple[Act, ...]) -> Reply:
    """Say how it went, and go back to what was under way; with nothing under way that is all."""
    before = interrupted(turn)
    _put_back(turn, before)
    if turn.state.place is not None:
        hold(turn)
        return Reply(say, act("ask.resume"), RESUME, act("reprompt.resume"))
    if before is not None:
        return asking.carry_on(turn, *say)
    if should_be_seen(turn):
        return Reply((*say, *checkup.nothing_more(turn).say))
    return Reply(say)


def help_(turn: Turn) -> Reply:
    """What can be answered to a question about a reminder or a timer."""
    about = turn.state.asking.about[0] if turn.state.asking else ""
    return asking.carry_on(turn, act("timer.help" if "timer" in about else "alarm.help"))


def _when(turn: Turn, errand: Errand) -> Act:
    """When it rings, as seen from the device's today."""
    assert errand.schedule is not None
    return times.when(errand.schedule, local_day(turn.at, errand.zone or None))


def _aloud(turn: Turn, said: Act) -> str:
    """The words for what somebody else than us reads out."""
    return speak(Reply((said,)), locale=turn.locale).said
