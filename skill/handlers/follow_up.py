"""What an earlier visit leaves to ask at the next one (section h of the clinical basis).

Somebody who should have been seen is asked whether they were (L8); questions that were broken off
are gone on with; and a check-up of the same trouble asks the danger signs and the pain again, but
of the rest only what is new (L7).
"""

from __future__ import annotations

from skill import diary, session, triage
from skill.diary import Checkup, Remembered
from skill.handlers import checkup, days, remembering
from skill.handlers.asking import what_next
from skill.triage import Known
from skill.turn import Asking, Reply, Turn, act

SEEN = Asking("choice", ("seen",))
PLAN = Asking("choice", ("plan",))
UNFINISHED = Asking("choice", ("unfinished",))
SAME_TROUBLE = Asking("choice", ("same_trouble",))

CHANGES = frozenset(
    {"worse", "already_assessed", "fever_explained", "sleep_loss", "night_pain", "severe_pain"}
)
"""Answers that a day can change, and that are asked again, as is every emergency sign."""


# --- Did you get seen? --------------------------------------------------------------------------


def must_be_seen(turn: Turn) -> bool:
    """Whether a verdict of the last three days told this person to be seen, and nobody says so."""
    return turn.state.past.level is not None


def did_you_get_seen(turn: Turn) -> Reply:
    """The question that comes before anything else after an urgent verdict."""
    turn.state.doing = None
    return Reply((), act("ask.seen"), SEEN, act("reprompt.choice"))


def seen(turn: Turn) -> Reply:
    """Seen by somebody: the verdict is looked into, and the next question is what they said."""
    state = turn.state
    turn.memory.keep(remembering.entry(turn, "seen"))
    state.past = state.past._replace(level=None)
    return Reply((act("seen_good"),), act("ask.plan"), PLAN, act("reprompt.choice"))


def with_plan(turn: Turn) -> Reply:
    """They said what to do: from now on this trouble counts as checked (L8)."""
    turn.state.learn(answers={**turn.state.known.answers, "already_assessed": True})
    return what_next(act("keep_to_plan"))


def without_plan(_turn: Turn) -> Reply:
    """Seen, but without a plan: nothing is taken for checked."""
    return what_next(act("ask_for_plan"))


def not_seen(turn: Turn) -> Reply:
    """Not seen yet: the advice stands, and is said again."""
    say = (act(f"not_seen_{turn.state.past.level}"),)
    return Reply(say, act("ask.anything_else"), checkup.MORE, act("reprompt.what_else"))


# --- Questions that were broken off -------------------------------------------------------------


def unfinished(turn: Turn) -> bool:
    """Whether the last check-up of this person broke off less than a day ago."""
    return _broken_off(turn) is not None


def offer_to_finish(turn: Turn) -> Reply:
    """Whether to go on with the questions."""
    turn.state.doing = None
    return Reply((), act("ask.unfinished"), UNFINISHED, act("reprompt.choice"))


def finish(turn: Turn) -> Reply:
    """On with the first question that was not answered."""
    found = _broken_off(turn)
    turn.state.doing = "checkup"
    if found:
        _take(turn, _restored(found, turn))
    return checkup.proceed(turn)


def take_over(turn: Turn, *, danger_again: bool = False) -> None:
    """What was answered at an earlier visit, so that it is not asked again.

    The danger signs are, unless that was less than a day ago (L7), and if they should be anyway.
    """
    found = _last(turn)
    if found is None or not _is_new_here(turn):
        return
    known = _restored(found, turn)
    recent = turn.at.timestamp() - found.at < diary.SAME_CHECKUP_SECONDS
    _take(turn, known if recent and not danger_again else _lasting(known))
    turn.state.carried = danger_again


# --- The same trouble again ---------------------------------------------------------------------


def _is_new_here(turn: Turn) -> bool:
    """Whether no check-up has begun in this visit."""
    return not triage.begun(turn.state.known) and turn.state.doing != "checkup"


def back_pain(turn: Turn) -> Reply:
    """A sore back: the check-up, or first whether it is still what was told the last time."""
    found = _last(turn)
    urgent = triage.so_far(turn.state.known).level in ("urgent", "emergency")
    if found is None or not _is_new_here(turn) or urgent:
        return checkup.back_pain(turn)
    turn.state.doing = None
    ask = act("ask.same_trouble", when=days.ago(turn.today.toordinal() - found.day))
    return Reply((act("sorry_to_hear"),), ask, SAME_TROUBLE, act("reprompt.choice"))


def still_the_same(turn: Turn) -> Reply:
    """The same: what a day cannot change stands, the danger signs and the pain are asked again."""
    found = _last(turn)
    turn.state.doing = "checkup"
    if found:
        _take(turn, _lasting(_restored(found, turn)))
        turn.state.carried = True
    if _came_back(turn):
        learn_by_scores(turn, "recurrent")
    return checkup.proceed(turn)


def another_trouble(turn: Turn) -> Reply:
    """Something new, or not sure: every question is asked; back after a good fortnight (L5)."""
    found = _last(turn)
    turn.state.doing = "checkup"
    turn.state.carried = False
    away = found is not None and turn.today.toordinal() - found.day >= diary.TWO_WEEKS
    if away and turn.intent == "AMAZON.NoIntent":
        turn.state.known = turn.state.known.with_answers({"recurrent": True})
    elif _came_back(turn):
        learn_by_scores(turn, "recurrent")
    return checkup.proceed(turn)


def _came_back(turn: Turn) -> bool:
    """Whether the scores tell of a pain-free fortnight before this (L5)."""
    points = diary.scores(_remembered(turn).entries, turn.state.person)
    return diary.recurred(points, turn.today.toordinal())


def learn_by_scores(turn: Turn, finding: str) -> None:
    """Something that the pain scores tell: it is not said to have been said."""
    known = turn.state.known.with_answers({finding: True})
    turn.state.known = known._replace(scored=tuple(dict.fromkeys((*known.scored, finding))))


def ask_all_again(turn: Turn) -> Reply:
    """Not sure what is new: what was answered no at an earlier visit is asked again."""
    known = turn.state.known
    answers = {name: answer for name, answer in known.answers.items() if answer is not False}
    danger = {n: a for n, a in known.answers.items() if n in triage.danger_signs()}
    turn.state.known = known._replace(answers={**answers, **danger})
    return checkup.proceed(turn)


def said_before(turn: Turn, finding: str) -> bool:
    """Whether a finding was there at the last check-up of this person."""
    found = _last(turn)
    return found is not None and session.to_known(found.known).answers.get(finding) is True


# --- What is taken over -------------------------------------------------------------------------


def _last(turn: Turn) -> Checkup | None:
    """The last check-up of this person that an earlier visit finished."""
    return _readable(_remembered(turn).checkups.get(turn.state.person))


def _broken_off(turn: Turn) -> Checkup | None:
    """The check-up of this person that broke off less than a day ago."""
    found = _readable(_remembered(turn).open.get(turn.state.person))
    finished = _last(turn)
    if found is None or turn.at.timestamp() - found.at > diary.SAME_CHECKUP_SECONDS:
        return None
    return None if finished and finished.at > found.at else found


def _remembered(turn: Turn) -> Remembered:
    return (turn.memory.recall() if turn.memory.offers_diary else None) or Remembered()


def _readable(found: Checkup | None) -> Checkup | None:
    """A check-up that anything is known from, unless another version wrote it in another way."""
    try:
        return found if found and triage.begun(session.to_known(found.known)) else None
    except (TypeError, ValueError, KeyError):
        return None


def _restored(found: Checkup, turn: Turn) -> Known:
    """What was known then, with the days that have gone by since (L10)."""
    known = session.to_known(found.known)
    gone_by = turn.today.toordinal() - found.day
    weeks = None if known.weeks is None else known.weeks + gone_by // 7
    return known._replace(days=None if known.days is None else known.days + gone_by, weeks=weeks)


def _lasting(known: Known) -> Known:
    again = triage.danger_signs() | triage.emergencies_alone() | CHANGES
    answers = {name: answer for name, answer in known.answers.items() if name not in again}
    scored = tuple(name for name in known.scored if name in answers)
    return known._replace(answers=answers, severity=None, unsure=(), yes_to=(), scored=scored)


def _take(turn: Turn, known: Known) -> None:
    """What was known before, under what has been said in this visit."""
    now = turn.state.known
    turn.state.known = known._replace(
        answers={**known.answers, **now.answers},
        severity=known.severity if now.severity is None else now.severity,
        days=known.days if now.days is None else now.days,
        age=now.age or known.age,
        weeks=known.weeks if now.weeks is None else now.weeks,
        scored=tuple(dict.fromkeys((*known.scored, *now.scored))),
    )
