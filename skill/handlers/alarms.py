"""Reminders and timers: arranged in words, and set on the device that the turn came from.

A reminder is said back with what, when and how often, and set after a yes to just that; Amazon
wants that beside the permission. The permission is asked for aloud where nothing else is under
way, since the session may not outlive that question, and on a card where something is. What is
read out when it rings is neutral: others hear it. A timer was asked for outright and needs no
second yes; one for a remedy never runs longer than the remedy should.
"""

from __future__ import annotations

import json
from dataclasses import replace

from skill import routine, triage
from skill.alarms import (
    LONGEST_TIMER,
    Api,
    Errand,
    Interrupted,
    Outcome,
    Permission,
    Reminder,
    Told,
    from_data,
    to_data,
)
from skill.content.advice import Subject, advice
from skill.handlers import checkup, everywhere, stretch, times
from skill.speech import speak
from skill.turn import Act, Asking, OneOf, Reply, Turn, act
from skill.when import When, amended, first_said, lacks, schedule, when_of

CONFIRM = Asking("choice", ("reminder",))
WHICH_TIME = Asking("choice", ("reminder_time",))
HOW_LONG = Asking("choice", ("timer_length",))
STOP_ALL = Asking("choice", ("stop_reminders",))

_OURS = frozenset({"what_next", "reminder", "reminder_time", "timer_length", "stop_reminders"})
_MOST_NAMED = 3  # in one sentence
_USUAL_TASK = "stretch"
_FOR_THE_BACK = frozenset({"stretch", "walk", "move"})  # wait for somebody who should be seen
_A_MINUTE = 60


# --- Reminders ----------------------------------------------------------------------------------


def remind(turn: Turn) -> Reply:
    """A new reminder: what is missing is asked for, then all of it is said back."""
    task = turn.heard.task or _USUAL_TASK
    if first := _comes_first(turn, task):
        return first
    errand = Errand("remind", task, first_said(turn.heard.when), before=_interrupted(turn))
    return _arrange(turn, errand)


def change(turn: Turn) -> Reply:
    """Another time for the reminder that rings next; without one, a new one."""
    told = turn.alarms.reminders()
    if told.outcome == "nothing":
        reply = remind(turn)
        return replace(reply, say=(act("alarm.have_none"), *reply.say))
    if told.outcome != "done":
        return _trouble(turn, Errand("change", before=_interrupted(turn)), told.outcome)
    reminder = told.reminders[0]
    when = amended(when_of(reminder.schedule), turn.heard.when)
    if not turn.heard.when:
        when = when._replace(clock=None)
    return _arrange(turn, Errand("change", when=when, reminder=reminder, before=_interrupted(turn)))


def amend(turn: Turn) -> Reply:
    """An answer to "what time", or a change of mind: what is said last counts."""
    errand, heard = turn.state.errand, turn.heard
    if errand is None:
        return remind(turn)
    if not (heard.when or heard.task):
        return everywhere.carry_on(turn, act("not_understood"))
    was_asked = turn.state.asking == WHICH_TIME
    said = amended(errand.when, heard.when)
    when = first_said(said) if was_asked else said
    return _arrange(turn, errand._replace(when=when, task=heard.task or errand.task))


def _arrange(turn: Turn, errand: Errand) -> Reply:
    """The next question of an errand: for the time, or whether it is right."""
    turn.state.errand = errand
    if errand.when.every == "hourly":
        turn.state.errand = errand._replace(when=When(every="daily"))
        return _ask_time((act("alarm.not_hourly"),), "time")
    if lacking := lacks(errand.when):
        part = errand.when.part
        return _ask_time((), f"time_{part}" if lacking == "time" and part else lacking)
    now = turn.alarms.local_time()
    if now is None:
        return _trouble(turn, errand, turn.alarms.reminders().outcome)
    planned = schedule(errand.when, now)
    if errand.task == "appointment" and _should_be_seen(turn) and planned.at.date() > now.date():
        return _finish(turn, (act("alarm.not_put_off"),))
    turn.state.zone = str(now.tzinfo)
    turn.state.errand = errand._replace(schedule=planned, zone=turn.state.zone)
    when = times.when(planned, now.date())
    if errand.reminder:
        old = times.when(errand.reminder.schedule, now.date())
        ask = act("alarm.confirm_change", old=old, when=when)
    else:
        ask = act("alarm.confirm", when=when, task=act(f"task.{errand.task}.to"))
    return Reply((), ask, CONFIRM, act("reprompt.choice"))


def _ask_time(say: tuple[Act, ...], which: str) -> Reply:
    return Reply(say, act(f"alarm.ask_{which}"), WHICH_TIME, act("alarm.reprompt_time"))


def confirmed(turn: Turn) -> Reply:
    """The yes to a reminder as it was said back."""
    errand = turn.state.errand
    if errand is None or errand.schedule is None:
        return everywhere.not_understood(turn)
    return _set(turn, errand)


def declined(turn: Turn) -> Reply:
    """A no: nothing is set, and nobody is asked a second time."""
    return _finish(turn, (act("alarm.declined"),))


def list_(turn: Turn) -> Reply:
    """What there is, the next ones first."""
    told = turn.alarms.reminders()
    if told.outcome in ("nothing", "not_permitted"):
        return _finish(turn, (act("alarm.have_none"),))
    if told.outcome != "done":
        return _trouble(turn, Errand("stop", before=_interrupted(turn)), told.outcome)
    return _finish(turn, (_have(turn, told.reminders),))


def stop(turn: Turn) -> Reply:
    """The one reminder there is goes at once; of several it is asked whether all are meant."""
    told = turn.alarms.reminders()
    if told.outcome in ("nothing", "not_permitted"):
        return _finish(turn, (act("alarm.have_none"),))
    errand = Errand("stop", before=_interrupted(turn))
    if told.outcome != "done":
        return _trouble(turn, errand, told.outcome)
    if len(told.reminders) == 1:
        return _forget(turn, told.reminders)
    turn.state.errand = errand
    have = _have(turn, told.reminders)
    return Reply((have,), act("alarm.ask_stop_all"), STOP_ALL, act("reprompt.choice"))


def stop_all(turn: Turn) -> Reply:
    """The yes to stopping all of them."""
    told = turn.alarms.reminders()
    return _forget(turn, told.reminders) if told.reminders else stop(turn)


def keep_all(turn: Turn) -> Reply:
    """The no to stopping all of them."""
    return _finish(turn, (act("alarm.kept"),))


def _forget(turn: Turn, reminders: tuple[Reminder, ...]) -> Reply:
    outcome = turn.alarms.forget(reminders).outcome
    if outcome != "done":
        return _trouble(turn, Errand("stop", before=_interrupted(turn)), outcome)
    return _finish(turn, (act("alarm.stopped", count=len(reminders)),))


def _have(turn: Turn, reminders: tuple[Reminder, ...]) -> Act:
    now = turn.alarms.local_time()
    today = now and now.date()
    named = tuple(
        act("alarm.item", when=times.when(one.schedule, today), label=one.label)
        for one in reminders[:_MOST_NAMED]
    )
    return act(
        "alarm.have" if len(reminders) <= _MOST_NAMED else "alarm.have_more",
        count=len(reminders),
        reminders=OneOf(named, "and"),
    )


# --- Timers -------------------------------------------------------------------------------------


def timer(turn: Turn) -> Reply:
    """A timer: as long as was said, or as the remedy should take, and for one never longer."""
    if first := _comes_first(turn):
        return first
    errand = turn.state.errand
    pending = errand if errand and errand.kind == "timer" else None
    before = pending.before if pending else _interrupted(turn)
    remedy = turn.heard.remedy or (pending.task if pending else None)
    subject = advice().subjects.get(f"remedy.{remedy}")
    usual, most = _limits(subject)
    seconds = turn.heard.seconds or usual
    turn.state.errand = Errand("timer", remedy, before=before)
    if seconds is None or seconds > LONGEST_TIMER:
        say = (act("timer.too_long"),) if seconds else ()
        return Reply(say, act("timer.ask_length"), HOW_LONG, act("timer.reprompt_length"))
    return _set(turn, turn.state.errand._replace(seconds=min(seconds, most or seconds)))


def _limits(subject: Subject | None) -> tuple[int | None, int | None]:
    """How long a remedy is used, and how long at most, in seconds; None where that is left open."""
    parts = subject.parts if subject else ()
    minutes = [part.amounts["minutes"] for part in parts if "minutes" in part.amounts]
    most = [part.amounts["most_minutes"] for part in parts if "most_minutes" in part.amounts]
    if not minutes:
        return None, None
    return min(minutes) * _A_MINUTE, max(*minutes, *most, 0) * _A_MINUTE


def time_left(turn: Turn) -> Reply:
    """How much longer the timers run."""
    told = turn.alarms.timers()
    if told.outcome in ("nothing", "not_permitted"):
        return _finish(turn, (act("timer.none"),))
    if told.outcome != "done":
        return _trouble(turn, Errand("timer", before=_interrupted(turn)), told.outcome)
    left = sorted(times.about(one.seconds) for one in told.timers)[:_MOST_NAMED]
    lengths = OneOf(tuple(times.length(seconds) for seconds in left), "and")
    return _finish(turn, (act("timer.left", count=len(left), lengths=lengths),))


def stop_timer(turn: Turn) -> Reply:
    """Every timer of ours off."""
    told = turn.alarms.timers()
    if told.outcome in ("nothing", "not_permitted"):
        return _finish(turn, (act("timer.none"),))
    stopped = turn.alarms.stop_timers(told.timers) if told.outcome == "done" else told
    if stopped.outcome != "done":
        return _trouble(turn, Errand("timer", before=_interrupted(turn)), stopped.outcome)
    return _finish(turn, (act("timer.stopped", count=len(told.timers)),))


# --- Setting it ---------------------------------------------------------------------------------


def _set(turn: Turn, errand: Errand, *, was_asked: bool = False) -> Reply:
    """Set what was arranged; `was_asked` is for a permission that was just given."""
    outcome = _ask_device(turn, errand).outcome
    turn.state.errand = errand
    if outcome == "not_permitted":
        return _ask_permission(turn, errand, aloud=not was_asked and not _busy(turn))
    if outcome != "done":
        return _trouble(turn, errand, outcome)
    said = _timer_runs if errand.kind == "timer" else _is_set
    return _finish(turn, said(turn, errand))


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


def _timer_runs(turn: Turn, errand: Errand) -> tuple[Act, ...]:
    """How long it runs, why not longer, and what to mind where the skin is numb."""
    subject = advice().subjects.get(f"remedy.{errand.task}")
    length = times.length(errand.seconds or 0)
    if subject is None:
        return (act("timer.runs", length=length),)
    _, most = _limits(subject)
    name = act(f"{subject.id}.name")
    capped = most and (turn.heard.seconds or 0) > most
    said = act("timer.capped" if capped else "timer.runs_for", length=length, remedy=name)
    numb = [
        act(f"{subject.id}.{part.id}")
        for part in subject.parts
        if part.id == "numb" and any(triage.holds(case, turn.state.known) for case in part.when)
    ]
    return (said, *numb)


# --- Permission ---------------------------------------------------------------------------------


def _ask_permission(turn: Turn, errand: Errand, *, aloud: bool) -> Reply:
    """Ask Alexa to ask for it; or send a card and go on."""
    api: Api = "timers" if errand.kind == "timer" else "reminders"
    if aloud:
        token = json.dumps(to_data(errand._replace(before=None)), separators=(",", ":"))
        return Reply((act(f"alarm.need_{api}"),), permission=Permission(api, token))
    reply = _finish(turn, (act(f"alarm.card_{api}"),))
    return replace(reply, permission=Permission(api))


def permission_answered(turn: Turn) -> Reply:
    """What follows from the answer to Alexa's own question: set it, or the nearest thing."""
    errand = _brought_back(turn.heard.token) or turn.state.errand
    if errand is None:
        return everywhere.carry_on(turn, act("alarm.declined"))
    turn.state.errand = errand
    if turn.heard.consent == "accepted":
        return _set(turn, errand, was_asked=True)
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
    return state.doing == "checkup" or state.place is not None or _should_be_seen(turn)


# --- When it cannot be done ---------------------------------------------------------------------


def _trouble(turn: Turn, errand: Errand, outcome: Outcome) -> Reply:
    """Why it was not done, and what comes nearest."""
    turn.state.errand = errand
    if outcome == "not_permitted":
        return _ask_permission(turn, errand, aloud=False)
    about = "timers" if errand.kind == "timer" else "reminders"
    if outcome == "cannot":
        return _nearest(turn, errand, act(f"alarm.cannot_{about}"))
    return _nearest(turn, errand, act(f"alarm.failed_{about}"))


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
    return _finish(turn, tuple(said))


def _may_stretch(turn: Turn) -> bool:
    """Whether a stretch may be offered just now."""
    errand = turn.state.errand
    free = not _busy(turn) and (errand is None or errand.before is None)
    return free and bool(routine.allowed(turn.state.known).exercises)


def _comes_first(turn: Turn, task: str | None = None) -> Reply | None:
    """What is said instead: an emergency that stands, or to be seen before moving the back."""
    verdict = checkup.standing(turn.state.known)
    if verdict and verdict.level == "emergency":
        return checkup.emergency(turn)
    if task in _FOR_THE_BACK and _should_be_seen(turn):
        return _finish(turn, (act("tell.until_seen"),))
    return None


def _should_be_seen(turn: Turn) -> bool:
    verdict = checkup.standing(turn.state.known)
    return verdict is not None and verdict.level in ("urgent", "emergency")


# --- What else was under way --------------------------------------------------------------------


def _interrupted(turn: Turn) -> Interrupted | None:
    """The question that was open, if it is worth coming back to."""
    state = turn.state
    if state.errand and state.asking and state.asking.about[0] in _OURS:
        return state.errand.before
    asking = state.asking
    if asking is None or not state.asked or asking.about[0] in _OURS:
        return None
    return Interrupted(asking.form, asking.about, asking.inverted, state.asked, state.step)


def _finish(turn: Turn, say: tuple[Act, ...]) -> Reply:
    """Say how it went, and go back to what was under way; with nothing under way that is all."""
    state = turn.state
    before = state.errand.before if state.errand else _interrupted(turn)
    state.errand = None
    if state.place is not None:
        state.place = replace(state.place, paused=True)
        return Reply(say, act("ask.resume"), stretch.RESUME, act("reprompt.resume"))
    if before is not None:
        state.asked, state.step = before.asked, before.step
        state.asking = Asking(before.form, before.about, inverted=before.inverted)  # type: ignore[arg-type]
        return replace(everywhere.carry_on(turn, say[0]), say=say)
    if _should_be_seen(turn):
        return Reply((*say, *checkup.nothing_more(turn).say))
    return Reply(say)


def help_(turn: Turn) -> Reply:
    """What can be answered to a question about a reminder or a timer."""
    about = turn.state.asking.about[0] if turn.state.asking else ""
    return everywhere.carry_on(turn, act("timer.help" if "timer" in about else "alarm.help"))


def _when(turn: Turn, errand: Errand) -> Act:
    """When it rings, as seen from the device's today."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415  (Lambda loads it when a reminder is set)

    assert errand.schedule is not None
    today = turn.at.astimezone(ZoneInfo(errand.zone)).date() if errand.zone else None
    return times.when(errand.schedule, today)


def _aloud(turn: Turn, said: Act) -> str:
    """The words for what somebody else than us reads out."""
    return speak(Reply((said,)), locale=turn.locale).said
