"""How it is going: pain scores, the diary, progress, what is kept, sharing and forgetting."""

from __future__ import annotations

from collections.abc import Iterable

from skill import diary
from skill.content.advice import advice
from skill.diary import Points, Remembered
from skill.handlers import checkup, days, follow_up, remembering
from skill.handlers.asking import WHAT_NEXT, carry_on, what_next
from skill.handlers.counting import RESUME
from skill.routine import NO_PAST
from skill.triage import is_name
from skill.turn import SELF, SOMEONE, Act, Asking, Chart, Reply, Turn, act

DIARY = Asking("choice", ("diary",))
SCORE_NOW = Asking("value", ("severity",))
DAYS_A_WEEK = 7

PERIODS = {"today": (0, 0), "yesterday": (1, 1), "month": (29, 0)}
"""From and to, in days before today; weeks begin on a Monday and are worked out."""


# --- Pain scores --------------------------------------------------------------------------------


def score(turn: Turn) -> Reply:
    """A pain score: an answer in a check-up, else an entry of the diary and what it says."""
    state, severity = turn.state, turn.heard.severity
    if state.doing == "checkup" or (severity is None and turn.heard.change is None):
        return checkup.told(turn)
    if severity is None:
        return ask_score(turn)
    wanted = remembering.diary_answer(turn)
    if severity >= checkup.BAD or wanted is False:
        return checkup.told(turn)
    if wanted is None:
        say = (act("pain_noted", severity=severity), act("diary_offer"))
        return Reply(say, act("ask.diary"), DIARY, act("reprompt.choice"))
    return _noted(turn)


def ask_score(turn: Turn) -> Reply:
    """How strong the pain is now."""
    turn.state.doing = "tracking"
    said = {"better": "glad_better", "same": "noted"}.get(turn.heard.change or "")
    say = (act(said),) if said else ()
    return Reply(say, act("ask.severity"), SCORE_NOW, act("reprompt.value"))


def _noted(turn: Turn) -> Reply:
    """The score is in the diary; a turn for the worse, or a back never checked, is looked into."""
    turn.state.doing = None
    severity = turn.state.known.severity
    say = [act("pain_noted", severity=severity)]
    remembered = _with_todays(turn)
    if remembered is None:
        return _then(turn, [*say, act("cannot_look_up")])
    person = turn.state.person
    points = diary.scores(remembered.entries, person)
    if diary.change(points) == "worse":
        return _gone_up(turn, say)
    if not remembered.of(person, "verdict") and checkup.standing(turn.state.known) is None:
        return _look_into(turn, say)
    return _then(turn, [*say, *_compared(turn, points)])


def _gone_up(turn: Turn, say: Iterable[Act]) -> Reply:
    """Getting worse by the scores (L3): the danger signs again, and of the rest what is new."""
    follow_up.learn_by_scores(turn, "worse")
    follow_up.take_over(turn, danger_again=True)
    return _look_into(turn, [*say, act("going_up")])


def _look_into(turn: Turn, say: Iterable[Act]) -> Reply:
    turn.state.doing = "checkup"
    return checkup.proceed(turn, say)


def _with_todays(turn: Turn) -> Remembered | None:
    """What is remembered, with the score just said, which is written down after the turn."""
    remembered = turn.memory.recall()
    severity = turn.state.known.severity
    if remembered is None or severity is None:
        return remembered
    score_now = remembering.entry(turn, "score", severity)
    return remembered._replace(entries=(*remembered.entries, score_now))


def _compared(turn: Turn, points: Points) -> list[Act]:
    """The last score next to the first of this trouble."""
    change = diary.change(points)
    if change is None:
        return []
    day, first = diary.this_time(points)[0]
    when = days.ago(turn.today.toordinal() - day)
    return [act(f"trend_{change}", first=first, when=when)]


def _then(turn: Turn, say: Iterable[Act]) -> Reply:
    """What follows: going on with a stretch or a check-up, having been seen, or an offer."""
    said = tuple(say)
    if turn.state.place:
        turn.state.doing = "stretch"
        return Reply(said, act("ask.resume"), RESUME, act("reprompt.resume"))
    if turn.state.doing == "checkup":
        return checkup.proceed(turn, said)
    if follow_up.must_be_seen(turn):
        return Reply(said, act("ask.seen"), follow_up.SEEN, act("reprompt.choice"))
    return what_next(*said)


def _aside(turn: Turn, say: Iterable[Act]) -> Reply:
    """What was asked in passing; a question that was open is put again."""
    is_open = turn.state.asking not in (None, WHAT_NEXT)
    return carry_on(turn, *say) if is_open else _then(turn, say)


# --- The diary ----------------------------------------------------------------------------------


def start_diary(turn: Turn) -> Reply:
    """Somebody asks for a diary: the plain question first, or why there is none here."""
    if not turn.memory.offers_diary:
        return _aside(turn, [act("diary_never")])
    if remembering.keeps_diary(turn):
        return _aside(turn, [act("diary_is_on")])
    return Reply((act("diary_offer"),), act("ask.diary"), DIARY, act("reprompt.choice"))


def agree(turn: Turn) -> Reply:
    """Yes to a diary: the score that led to it is its first entry."""
    if not turn.memory.settle(diary=True):
        return _then(turn, [act("cannot_save")])
    severity = turn.state.known.severity
    if severity is not None:
        turn.memory.keep(remembering.entry(turn, "score", severity))
    return _settled(turn, "diary_is_on")


def decline(turn: Turn) -> Reply:
    """No diary: never asked again unless somebody asks for one."""
    turn.memory.settle(diary=False)
    return _settled(turn, "diary_is_off")


def _settled(turn: Turn, said: str) -> Reply:
    """After the answer to a diary: the score that led to it is looked into, if it was not yet."""
    known = turn.state.known
    unchecked = known.severity is not None and checkup.standing(known) is None
    return (_look_into if unchecked else _then)(turn, [act(said)])


def stop_diary(turn: Turn) -> Reply:
    """No diary from now on, and what was in it is wiped."""
    if not turn.memory.offers_diary:
        return _aside(turn, [act("diary_never")])
    wiped = turn.memory.settle(diary=False) and turn.memory.forget("health")
    turn.state.past = NO_PAST
    return _aside(turn, [act("diary_stopped" if wiped else "cannot_save")])


def what_you_keep(turn: Turn) -> Reply:
    """What is kept, in plain words."""
    if turn.memory.recall() is None:
        return _aside(turn, [act("cannot_look_up")])
    if not turn.memory.keeps:
        return _aside(turn, [act("keeps_nothing")])
    health = act("keeps_diary" if remembering.keeps_diary(turn) else "keeps_no_health")
    return _aside(turn, [act("keeps_use"), health])


# --- Progress -----------------------------------------------------------------------------------


def progress(turn: Turn) -> Reply:
    """How it is going, in words, for the listener or for somebody they care for."""
    asking = turn.state.asking
    if asking and asking.form != "choice" and asking != SCORE_NOW:
        return carry_on(turn, act("tell.after_questions"))
    turn.state.doing = None
    found = _what_is_known(turn)
    if found is None:
        return _then(turn, [act("cannot_look_up")])
    if not (turn.memory.keeps or found.entries):
        return _then(turn, [act("keeps_nothing")])
    if turn.state.person != SELF and not found.of(turn.state.person):
        return _then(turn, [act("nothing_known_of"), *_no_diary(turn)])
    first, last = _period(turn)
    points = diary.scores(found.entries, turn.state.person)
    asked = tuple(point for point in points if first <= point[0] <= last)
    done = [e for e in found.of(turn.state.person, "exercise") if first <= e.day <= last]
    period = act(f"period.{turn.heard.period or 'this_week'}")
    say = [_pain(turn, asked, period), _exercises_done(len(done), period)]
    line = Chart(asked) if len(asked) > 1 else None  # one score alone is none
    return _told(turn, found, points, say)._replace(shows=line)


def _told(turn: Turn, found: Remembered, points: Points, say: list[Act]) -> Reply:
    if not points or follow_up.must_be_seen(turn):
        return _then(turn, say)
    if diary.change(points) == "worse":
        return _gone_up(turn, say)
    say += _what_it_means(turn, found, points)
    told_today = points[-1][0] == turn.today.toordinal()
    if told_today or turn.state.place:
        return _then(turn, say)
    turn.state.doing = "tracking"
    return Reply(tuple(say), act("ask.score_now"), SCORE_NOW, act("reprompt.value"))


def _what_is_known(turn: Turn) -> Remembered | None:
    """What the listener's memory holds of the person, and what that person shares at home.

    Where nothing is kept of them, that is what was done since the session began.
    """
    remembered = turn.memory.recall()
    if remembered is None:
        return None
    person, entries = turn.state.person, list(remembered.entries)
    if not (turn.memory.keeps and remembering.may_keep_use_of(turn, person)):
        entries += (remembering.entry(turn, "exercise", name) for name in turn.state.done)
    shared = None if person == SELF else turn.memory.shared_as(person)
    if shared is not None:
        entries += (entry._replace(person=person) for entry in shared.of(SELF))
    return remembered._replace(entries=tuple(sorted(entries, key=lambda entry: entry.at)))


def _period(turn: Turn) -> tuple[int, int]:
    """First and last day of the time that was asked about; this week, if none was named."""
    today = turn.today.toordinal()
    monday = today - turn.today.weekday()
    wanted = turn.heard.period
    if wanted in PERIODS:
        back, until = PERIODS[wanted]
        return today - back, today - until
    if wanted == "last_week":
        return monday - DAYS_A_WEEK, monday - 1
    return monday, today


def _exercises_done(count: int, period: Act) -> Act:
    if not count:
        return act("exercises_none", period=period)
    return act("exercises_done", count=count, period=period)


def _pain(turn: Turn, asked: Points, period: Act) -> Act:
    """The scores of that time; why there are none, when there is no diary."""
    if len(asked) > 1:
        first, last = asked[0][1], asked[-1][1]
        name = "scores_steady" if {score for _, score in asked} == {last} else "scores_between"
        return act(name, first=first, last=last, period=period)
    if asked:
        return act("scores_one", last=asked[0][1], period=period)
    none = [] if turn.state.person != SELF else _no_diary(turn)
    return none[0] if none else act("scores_none", period=period)


def _no_diary(turn: Turn) -> list[Act]:
    """That there is no diary to look into, where there is none."""
    if remembering.keeps_diary(turn):
        return []
    return [act("diary_may_be" if turn.memory.offers_diary else "diary_never")]


def _what_it_means(turn: Turn, found: Remembered, points: Points) -> list[Act]:
    """What the rules over time make of it (L1, L2, L4, L9)."""
    today, person = turn.today.toordinal(), turn.state.person
    began = diary.began(found.entries, person)
    change = diary.change(points)
    say = [act("going_down")] if change == "better" else []
    if diary.silent(points, today):
        say.append(act("went_quiet"))
    if began is not None and change != "better":
        say += _goes_on(turn, found, began)
    return say


def _goes_on(turn: Turn, found: Remembered, began: int) -> list[Act]:
    """What there is to say of pain that began on that day and is not getting better.

    After two weeks it is time to book (L1). A sore nerve that somebody has looked at may take its
    weeks, and then it is time to go back to them (L2).
    """
    lasted = turn.today.toordinal() - began
    if lasted < diary.TWO_WEEKS:
        return []
    when = days.ago(lasted)
    if not _is_there(turn, "leg_pain"):
        return [act("time_to_book", when=when)]
    weeks = _weeks_of_a_nerve()
    longer = act("nerve_takes_longer", weeks=act("tell.weeks", count=weeks))
    seen = any(entry.day >= began for entry in found.of(turn.state.person, "seen"))
    if not (seen or _is_there(turn, "already_assessed")):
        return [act("time_to_book", when=when), longer]
    if lasted >= weeks * DAYS_A_WEEK:
        return [act("back_to_whoever", when=when)]
    return [longer]


def _weeks_of_a_nerve() -> int:
    """How many weeks a sore nerve usually takes, as the topic on it tells (S4-25)."""
    parts = {part.id: part for part in advice().subjects["topic.sciatica"].parts}
    return parts["disc"].amounts["weeks"]


def _is_there(turn: Turn, finding: str) -> bool:
    """Whether a finding was told, in this visit or at the last check-up."""
    now = turn.state.known.answers.get(finding)
    return now is True or (now is None and follow_up.said_before(turn, finding))


# --- Sharing ------------------------------------------------------------------------------------


def share(turn: Turn) -> Reply:
    """A recognised voice lets the household ask about it, under what they call it."""
    name = turn.heard.person
    if not turn.memory.recognised:
        return _aside(turn, [act("share_needs_voice")])
    if not remembering.keeps_diary(turn):
        return _aside(turn, [act("share_needs_diary")])
    if name in (None, SELF, SOMEONE):
        return _aside(turn, [act("share_as_whom")])
    asking = Asking("choice", ("share", str(name)))
    return Reply((), act("ask.share"), asking, act("reprompt.choice"))


def share_yes(turn: Turn) -> Reply:
    """From now on anyone at home can ask."""
    asking = turn.state.asking
    done = asking is not None and turn.memory.share(asking.about[1])
    return _then(turn, [act("shared" if done else "cannot_save")])


def share_no(turn: Turn) -> Reply:
    """Nothing is shared."""
    return _then(turn, [act("not_shared")])


def stop_sharing(turn: Turn) -> Reply:
    """Nobody else hears about this listener any longer."""
    if not turn.memory.recognised:
        return _aside(turn, [act("not_shared_here")])
    return _aside(turn, [act("not_shared" if turn.memory.unshare() else "cannot_save")])


# --- Forgetting ---------------------------------------------------------------------------------


def forget(turn: Turn) -> Reply:
    """One question first: what is wiped does not come back."""
    person = _who_is_meant(turn)
    what = "scores" if turn.heard.kept == "scores" else "everything"
    if what == "everything" and person != SELF:
        what = "person"
    asking = Asking("choice", ("forget", what, person))
    return Reply((), _of(f"ask.forget_{what}", person), asking, act("reprompt.choice"))


def _who_is_meant(turn: Turn) -> str:
    """Whose memory is meant: "him" and "her" go on meaning whoever was spoken about."""
    named = turn.heard.person
    return turn.state.by_pronoun if named == SOMEONE else named or SELF


def _of(name: str, person: str) -> Act:
    return act(name) if person == SELF else act(f"{name}_of", whom=_whom(person))


def _whom(person: str) -> Act | str:
    return person if is_name(person) else act(f"person.{person}.name")


def forget_yes(turn: Turn) -> Reply:
    """Gone: from this conversation, and from every place it is kept in."""
    what, person = turn.state.asking.about[1:] if turn.state.asking else ("everything", SELF)
    gone = turn.memory.forget(what, person)
    too: list[Act] = []
    if what == "everything":
        turn.state.forget()
        too = _forget_reminders(turn)
    elif what == "scores":
        turn.state.forget_score(person)
    else:
        turn.state.forget_person(person)
        too = _still_shared(turn, person)
    turn.state.past = remembering.past(turn)
    return _then(turn, [_of(f"forgotten_{what}", person) if gone else act("not_wiped"), *too])


def _forget_reminders(turn: Turn) -> list[Act]:
    """Stop the reminders that are ours; not those of a household, for one voice in it."""
    if turn.memory.recognised:
        return []
    set_ = turn.alarms.reminders().reminders
    gone = bool(set_) and turn.alarms.forget(set_).outcome == "done"
    return [act("forgotten_reminders")] if gone else []


def _still_shared(turn: Turn, person: str) -> list[Act]:
    """What is theirs is told as long as they share it, whatever was forgotten here."""
    shared = turn.memory.shared_as(person) is not None
    return [act("shared_by_them", whom=_whom(person))] if shared else []


def forget_no(turn: Turn) -> Reply:
    """Nothing is wiped."""
    return _then(turn, [act("not_forgotten")])
