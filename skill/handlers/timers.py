"""Timers: one that is asked for outright needs no second yes; for a remedy, none runs too long."""

from __future__ import annotations

from skill.alarms import LONGEST_TIMER, Errand
from skill.content.advice import advice
from skill.handlers import errands, times
from skill.turn import Asking, OneOf, Reply, Timer, Turn, act

HOW_LONG = Asking("choice", ("timer_length",))

_MOST_NAMED = 3  # in one sentence
_A_MINUTE = 60


def timer(turn: Turn) -> Reply:
    """A timer: as long as was said, or as the remedy should take, and for one never longer."""
    if first := errands.comes_first(turn):
        return first
    remedy = turn.heard.remedy or _remedy_meant(turn)
    subject = advice().subjects.get(f"remedy.{remedy}")
    usual, most = (subject and subject.minutes) or (None, None)
    seconds = turn.heard.seconds or (usual and usual * _A_MINUTE)
    turn.state.errand = Errand("timer", remedy, before=errands.interrupted(turn))
    if seconds is None or seconds > LONGEST_TIMER:
        errands.hold(turn)
        say = (act("timer.too_long"),) if seconds else ()
        return Reply(say, act("timer.ask_length"), HOW_LONG, act("timer.reprompt_length"))
    if most:
        seconds = min(seconds, most * _A_MINUTE)
    return errands.settle(turn, turn.state.errand._replace(seconds=seconds))


def _remedy_meant(turn: Turn) -> str | None:
    """The remedy that "time it" is about: what was just to be timed, or what was just explained."""
    state = turn.state
    if state.asking == HOW_LONG and state.errand:
        return state.errand.task
    subject = advice().subjects.get(state.subject or "")
    told = state.doing == "advice" and subject is not None and subject.minutes is not None
    return subject.id.partition(".")[2] if told and subject and not turn.heard.seconds else None


def time_left(turn: Turn) -> Reply:
    """How much longer the timers run."""
    told = turn.alarms.timers()
    if nothing := errands.without(turn, "timers", told, "timer.none"):
        return nothing
    left = sorted(times.about(one.seconds) for one in told.timers)[:_MOST_NAMED]
    lengths = OneOf(tuple(times.length(seconds) for seconds in left), "and")
    reply = errands.finish(turn, (act("timer.left", count=len(left), lengths=lengths),))
    return reply._replace(shows=Timer(min(one.seconds for one in told.timers)))


def stop_timer(turn: Turn) -> Reply:
    """Every timer of ours off."""
    told = turn.alarms.timers()
    if nothing := errands.without(turn, "timers", told, "timer.none"):
        return nothing
    stopped = turn.alarms.stop_timers(told.timers)
    if stopped.outcome != "done":
        return errands.failed(turn, "timers", stopped.outcome)
    return errands.finish(turn, (act("timer.stopped", count=len(told.timers)),))
