"""The open question once more, or an open invitation where there is none."""

from __future__ import annotations

from collections.abc import Mapping

from skill.turn import Act, Asking, Reply, Turn, act

MEDICINE_GATE = Asking("choice", ("medicine_gate",))
WHAT_NEXT = Asking("choice", ("what_next",))

ASKED_AGAIN: Mapping[str, str] = {
    "reminder_time": "alarm.reprompt_time",
    "timer_length": "timer.reprompt_length",
}
"""What is asked after silence where neither yes nor no will do, by what it is about."""


def what_next(*say: Act) -> Reply:
    """Something to say, and what else is wanted."""
    return Reply(say, act("ask.what_next"), WHAT_NEXT, act("reprompt.what_next"))


def carry_on(turn: Turn, *say: Act) -> Reply:
    """Something to say, and the open question again in its own words."""
    asking = turn.state.asking
    if asking is None or not turn.state.asked:
        return what_next(*say)
    ask = act("verbatim", text=turn.state.asked)
    return Reply(say, ask, asking, act(_reprompt(asking)), step=turn.state.step)


def ask_again(turn: Turn) -> Reply:
    """The same question once more, since what was said did not answer it; then with help."""
    turn.state.missed += 1
    asking = turn.state.asking
    if turn.state.missed > 1 and asking and asking.form != "choice":
        return explain(turn)
    return carry_on(turn, act("not_understood"))


def explain(turn: Turn) -> Reply:
    """How the open question about health may be answered, and the question again."""
    asking = turn.state.asking
    if asking is not None and asking.form == "value":
        return carry_on(turn, act("help." + "_and_".join(asking.about)))
    return carry_on(turn, act("help_question"))


def repeat(turn: Turn) -> Reply:
    """The last reply once more, with its question."""
    said = turn.state.said
    if not turn.state.asked or turn.state.asking is None:
        return what_next(act("nothing_to_repeat"))
    return carry_on(turn, act("verbatim", text=said))


def _reprompt(asking: Asking) -> str:
    about = asking.about[0] if asking.about else ""
    if asking == WHAT_NEXT:
        return "reprompt.what_next"
    if about in ASKED_AGAIN:
        return ASKED_AGAIN[about]
    return f"reprompt.{'resume' if about in ('ready', 'resume') else asking.form}"
