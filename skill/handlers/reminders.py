"""Reminders: arranged in words, and set on the device that the turn came from.

A reminder is said back with what, when and how often, and set after a yes to just that; Amazon
wants that beside the permission. What is read out when it rings is neutral: others hear it.
"""

from __future__ import annotations

from skill.alarms import Errand, Reminder
from skill.handlers import asking, errands, times
from skill.turn import Act, Asking, OneOf, Reply, Turn, act
from skill.when import When, amended, first_said, lacks, schedule, when_of

CONFIRM = Asking("choice", ("reminder",))
WHICH_TIME = Asking("choice", ("reminder_time",))
STOP_ALL = Asking("choice", ("stop_reminders",))

_MOST_NAMED = 3  # in one sentence
_USUAL_TASK = "stretch"


def remind(turn: Turn) -> Reply:
    """A new reminder: what is missing is asked for, then all of it is said back."""
    task = turn.heard.task or _USUAL_TASK
    if first := errands.comes_first(turn, task):
        return first
    errand = Errand("remind", task, first_said(turn.heard.when), before=errands.interrupted(turn))
    return _arrange(turn, errand)


def change(turn: Turn) -> Reply:
    """Another time for the reminder that rings next; without one, a new one."""
    if first := errands.comes_first(turn):
        return first
    told = turn.alarms.reminders()
    if told.outcome == "nothing":
        reply = remind(turn)
        return reply._replace(say=(act("alarm.have_none"), *reply.say))
    if told.outcome != "done":
        return errands.failed(turn, "reminders", told.outcome)
    reminder = told.reminders[0]
    when = amended(when_of(reminder.schedule), turn.heard.when)
    if not turn.heard.when:
        when = when._replace(clock=None)
    before = errands.interrupted(turn)
    return _arrange(turn, Errand("change", when=when, reminder=reminder, before=before))


def amend(turn: Turn) -> Reply:
    """An answer to "what time", or a change of mind: what is said last counts."""
    errand, heard = turn.state.errand, turn.heard
    if errand is None:
        return remind(turn)
    if not (heard.when or heard.task):
        return asking.ask_again(turn)
    was_asked = turn.state.asking == WHICH_TIME
    said = amended(errand.when, heard.when)
    when = first_said(said) if was_asked else said
    return _arrange(turn, errand._replace(when=when, task=heard.task or errand.task))


def _arrange(turn: Turn, errand: Errand) -> Reply:
    """The next question of an errand: for the time, or whether it is right."""
    errands.hold(turn)
    turn.state.errand = errand
    if errand.when.every == "hourly":
        turn.state.errand = errand._replace(when=When(every="daily"))
        return _ask_time((act("alarm.not_hourly"),), "time")
    if lacking := lacks(errand.when):
        part = errand.when.part
        return _ask_time((), f"time_{part}" if lacking == "time" and part else lacking)
    now = turn.alarms.local_time()
    if now is None:
        return errands.failed(turn, "reminders", turn.alarms.reminders().outcome)
    planned = schedule(errand.when, now)
    puts_off = errand.task == "appointment" and planned.at.date() > now.date()
    if puts_off and errands.should_be_seen(turn):
        return errands.finish(turn, (act("alarm.not_put_off"),))
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
        return asking.ask_again(turn)
    return errands.settle(turn, errand)


def declined(turn: Turn) -> Reply:
    """A no: nothing is set, and nobody is asked a second time."""
    return errands.finish(turn, (act("alarm.declined"),))


def list_(turn: Turn) -> Reply:
    """What there is, the next ones first."""
    told = turn.alarms.reminders()
    if nothing := errands.without(turn, "reminders", told, "alarm.have_none"):
        return nothing
    return errands.finish(turn, (_have(turn, told.reminders),))


def stop(turn: Turn) -> Reply:
    """The one reminder there is goes at once; of several it is asked whether all are meant."""
    told = turn.alarms.reminders()
    if nothing := errands.without(turn, "reminders", told, "alarm.have_none"):
        return nothing
    if len(told.reminders) == 1:
        return _forget(turn, told.reminders)
    turn.state.errand = Errand("stop", before=errands.interrupted(turn))
    errands.hold(turn)
    have = _have(turn, told.reminders)
    return Reply((have,), act("alarm.ask_stop_all"), STOP_ALL, act("reprompt.choice"))


def stop_all(turn: Turn) -> Reply:
    """The yes to stopping all of them."""
    told = turn.alarms.reminders()
    return _forget(turn, told.reminders) if told.reminders else stop(turn)


def keep_all(turn: Turn) -> Reply:
    """The no to stopping all of them."""
    return errands.finish(turn, (act("alarm.kept"),))


def _forget(turn: Turn, reminders: tuple[Reminder, ...]) -> Reply:
    outcome = turn.alarms.forget(reminders).outcome
    if outcome != "done":
        return errands.failed(turn, "reminders", outcome)
    return errands.finish(turn, (act("alarm.stopped", count=len(reminders)),))


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
