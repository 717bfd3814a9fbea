"""What a visit begins with from earlier ones, and what it leaves behind for the next.

`recall` fills the state at the first turn of a session; `keep` writes down, after every turn, what
that turn changed. Use is kept by default, health only in a diary (`skill.diary`, `skill.memory`).
"""

from typing import NamedTuple

from skill import diary, session, triage
from skill.content.exercises import exercises
from skill.content.triage import LEVELS
from skill.diary import Checkup, Entry, Remembered
from skill.routine import Past, Place, Plan
from skill.triage import Known, Verdict
from skill.turn import SELF, State, Turn

LEFT_SECONDS = 2 * 86_400  # an exercise left longer ago is not gone on with


class Before(NamedTuple):
    """How things stood when the turn began, to see what it changed."""

    person: str
    pace: str
    explained: tuple[str, ...]
    welcomed: bool
    zone: str | None
    place: Place | None
    done: int
    sore: int
    known: Known
    verdict: Verdict | None


def recall(turn: Turn) -> None:
    """As soon as it can be looked up: the settings, and what earlier days say about exercises."""
    state = turn.state
    remembered = turn.memory.recall()
    if remembered is None:
        return  # asked again at the next turn: an urgent verdict must not be missed
    state.recalled, state.past = True, past(turn)
    if state.turns > 1:
        return
    settings = remembered.settings
    state.zone = settings.zone or _zone(turn)
    state.welcomed = state.welcomed or settings.welcomed
    state.pace = settings.pace
    state.explained = [*settings.explained]
    if turn.intent in ("LaunchRequest", "AMAZON.ResumeIntent") and state.past.level is None:
        _take_up(turn, remembered)


def _zone(turn: Turn) -> str | None:
    """The zone of the device, asked for once where it can be kept; nobody in need waits for it."""
    if not turn.memory.keeps or turn.intent != "LaunchRequest":
        return None
    now = turn.alarms.local_time()
    return str(now.tzinfo) if now else None


def past(turn: Turn) -> Past:
    """What earlier days say about the person spoken about."""
    remembered = turn.memory.recall() or Remembered()
    return diary.past(remembered, turn.state.person, turn.today.toordinal(), turn.at.timestamp())


def _take_up(turn: Turn, remembered: Remembered) -> None:
    """The exercise that was left, with the moment of leaving it."""
    left = remembered.settings.left
    state = turn.state
    found = session.left(left) if left else None
    if found is None:
        return
    place, plan, when = found
    if turn.at.timestamp() - when <= LEFT_SECONDS:
        state.place, state.plan = place, plan


def before(state: State, verdict: Verdict | None) -> Before:
    """How things stand at the beginning of a turn."""
    return Before(
        person=state.person,
        pace=state.pace,
        explained=tuple(state.explained),
        welcomed=state.welcomed,
        zone=state.zone,
        place=state.place,
        done=len(state.done),
        sore=sum(map(len, state.sore.values())),
        known=state.known,
        verdict=verdict,
    )


def keep_done(turn: Turn, was: Before) -> None:
    """Write down the exercises that have come to their end, so that this turn can count them."""
    done = turn.state.done_by.get(was.person, [])[was.done :]
    turn.memory.keep(*(entry(turn, "exercise", name, person=was.person) for name in done))


def keep(turn: Turn, was: Before, verdict: Verdict | None) -> None:
    """Write down what a turn changed. `verdict` is the one that stands, if any."""
    _keep_settings(turn, was)
    if keeps_diary(turn):
        turn.memory.keep(*_health(turn, was, verdict))
        _keep_checkup(turn, was, taken_back=_takes_back(turn, was, verdict))


def keeps_diary(turn: Turn) -> bool:
    """Whether this listener has said yes to a diary, where one may be kept."""
    return diary_answer(turn) is True


def may_keep_use_of(turn: Turn, person: str) -> bool:
    """Whether exercises of a person are kept: of somebody by name, only by a diary."""
    return not triage.is_name(person) or keeps_diary(turn)


def diary_answer(turn: Turn) -> bool | None:
    """What was said to a diary; None while nobody has asked. No, where none can be kept now."""
    remembered = turn.memory.recall() if turn.memory.offers_diary else None
    return False if remembered is None else remembered.settings.diary


def entry(turn: Turn, kind: diary.Kind, value: object = None, **more: object) -> Entry:
    """An entry about the person spoken about, today."""
    about = {"person": turn.state.person, **more}
    day, at = turn.today.toordinal(), turn.at.timestamp()
    return Entry(kind, day, at, value)._replace(**about)  # type: ignore[arg-type]


def _keep_settings(turn: Turn, was: Before) -> None:
    state = turn.state
    now = vars(state)
    changed: dict[str, object] = {
        name: now[name] for name in ("pace", "welcomed", "zone") if now[name] != getattr(was, name)
    }
    if tuple(state.explained) != was.explained:
        changed["explained"] = tuple(state.explained)
    if state.place != was.place:
        changed["left"] = _left(turn)
    if changed:
        turn.memory.settle(**changed)


def _left(turn: Turn) -> dict[str, object] | None:
    """The place without anything about health: no pain at the start, no soreness on the way.

    Nor is it kept in what position somebody wished to be, who may have had to.

    A version or routine that was chosen for the sake of somebody's health tells of it, so such a
    place is kept by a diary only. One that hurt is not gone back to.
    """
    state = turn.state
    if state.place is None or state.place.sore or state.person != SELF:
        return None
    goal = state.plan.goal if state.plan else None
    chosen = state.place.versions or (goal and exercises().routines[goal].made_for)
    if chosen and not keeps_diary(turn):
        return None
    plan: Plan | None = state.plan and state.plan._replace(severity=None, position=None)
    return session.as_left(state.place, plan, turn.at.timestamp())


def _health(turn: Turn, was: Before, verdict: Verdict | None) -> list[Entry]:
    state = turn.state
    entries = []
    if sum(map(len, state.sore.values())) > was.sore and was.place:
        entries.append(entry(turn, "sore", was.place.exercise, person=was.person))
    if turn.heard.severity is not None:
        entries.append(entry(turn, "score", turn.heard.severity))
    if _takes_back(turn, was, verdict):
        entries.append(entry(turn, "taken_back", state.began))
    if verdict is not None and not (state.person == was.person and verdict == was.verdict):
        days = state.known.days
        began = None if days is None else turn.today.toordinal() - days
        said = {"because": verdict.because, "began": began}
        entries.append(entry(turn, "verdict", verdict.level, **said))
    return entries


def _takes_back(turn: Turn, was: Before, verdict: Verdict | None) -> bool:
    """Whether an urgent verdict stands no longer, or as a milder one.

    Within a session that only comes of what was misheard being put right, or of starting over.
    """
    before = was.verdict
    if turn.state.person != was.person or before is None or before.level not in diary.MUST_BE_SEEN:
        return False
    return verdict is None or LEVELS.index(verdict.level) < LEVELS.index(before.level)


def _keep_checkup(turn: Turn, was: Before, *, taken_back: bool) -> None:
    """What was said in a check-up, so that a session that broke off can be gone on with.

    What is taken back leaves the finished check-up too: nothing of a misheard yes is kept.
    """
    state = turn.state
    asked_for_exercise = state.doing not in ("checkup", None)
    begun = triage.begun(state.known) or taken_back
    if state.known == was.known or asked_for_exercise or not begun:
        return
    done = triage.next_question(state.known) is None
    checkup = Checkup(
        known=session.known_data(state.known),
        at=turn.at.timestamp(),
        day=turn.today.toordinal(),
        finished=done or taken_back,
    )
    turn.memory.save(state.person, checkup)
    if taken_back and not done:
        turn.memory.save(state.person, checkup._replace(finished=False))
