"""What helps, and what it is: the answer first, then more in layers, and one offer at the end.

What is told to whom is data (`content/remedies.toml`, `content/topics.toml`); here is its meaning.
Whatever stands comes first: an emergency is said instead of advice, an urgent verdict before it,
and an open question of the check-up is put again after it. Before anything about
anti-inflammatories there is one safety question, once a session and person.
"""

from __future__ import annotations

from collections.abc import Iterable

from skill import routine, triage
from skill.content.advice import Layer, Part, Subject, advice, sources
from skill.content.facts import facts
from skill.content.words import words
from skill.handlers import checkup, everywhere, stretch
from skill.handlers.asking import MEDICINE_GATE, WHAT_NEXT, ask_again, carry_on
from skill.triage import UNKNOWN
from skill.turn import SELF, Act, Advised, Asking, OneOf, Reply, Turn, act

HEAR_MORE = Asking("choice", ("hear_more",))
WHICH_TOPIC = Asking("choice", ("which_topic",))
CHECK = Asking("choice", ("check",))

MOST_NAMED = 2  # sources named aloud; the card has them all
SETTLED = (True, False)  # answers that leave nothing open
KINDS_OF_ASKING = 3  # in full, in short, and then something else: whoever asks again wants that


# --- What was asked -----------------------------------------------------------------------------


def relief(turn: Turn) -> Reply:
    """Whether and how a remedy helps; none named: what helps."""
    return _asked_about(turn, f"remedy.{turn.heard.remedy or 'what_helps'}")


def learn(turn: Turn) -> Reply:
    """A topic explained; none named: more of the one under way, or which it should be."""
    if turn.heard.topic:
        return _asked_about(turn, f"topic.{turn.heard.topic}")
    if turn.state.doing == "advice" and turn.state.subject:
        return more(turn)
    first = _comes_first(turn)
    if first or _in_between(turn):
        return first or ask_again(turn)
    return Reply(
        (act("tell.which_topic"),), act("tell.ask_topic"), WHICH_TOPIC, act("tell.reprompt_topic")
    )


def more(turn: Turn) -> Reply:
    """The next layer of what is being told, or that there is none."""
    subject = advice().subjects.get(turn.state.subject or "")
    if subject is None:
        return ask_again(turn)
    return _tell(turn, subject, [] if _layers_left(turn, subject) else [act("tell.all_told")])


def help_(turn: Turn) -> Reply:
    """Help about where the person is: what is being told, and what can be said now."""
    if turn.state.asking != HEAR_MORE or turn.state.subject is None:
        return everywhere.help_(turn)
    name = act(f"{turn.state.subject}.name")
    return carry_on(turn, act("tell.help", subject=name))


def why(turn: Turn) -> Reply:
    """Why a question about health is asked; or else who says so: the source of what was told last.

    That is the advice under way, or the verdict that stands; in general before either.
    """
    if _question_open(turn):
        return checkup.why(turn)
    named = tuple(act(name) for name in _sources_aloud(turn)[:MOST_NAMED])
    say = act("tell.who_says", sources=OneOf(named, "and")) if named else act("tell.who_says_all")
    return carry_on(turn, say)


def _asked_about(turn: Turn, name: str) -> Reply:
    """What was asked: in full, the second time in short, and after that what is left of it."""
    if first := _comes_first(turn):
        return first
    subject = advice().subjects[name]
    turn.state.subject = name
    times = _advised(turn).times
    _remember(turn, times=times + 1)
    if times % KINDS_OF_ASKING == 1:
        if _short_will_do(turn, subject):
            in_short = [act("tell.in_short"), act(f"{name}.short")]
            return _close(turn, subject, in_short, ())
        _remember(turn, layers=0)
    if times > 1 and not _layers_left(turn, subject):
        return _close(turn, subject, [act("tell.ask_somebody")], ())
    return _tell(turn, subject)


def _short_will_do(turn: Turn, subject: Subject) -> bool:
    """Whether the short sentence leaves out nothing that this person has to hear."""
    parts = _parts(turn, subject.layers[0])
    special = any(case.all for part in parts for case in part.when)
    return not special and not _in_between(turn) and _may_reassure(turn)


def _comes_first(turn: Turn) -> Reply | None:
    """What is said instead of advice: an emergency that stands, or a look into what is new."""
    if _level(turn) == "emergency":
        return checkup.emergency(turn)
    if _must_look_first(turn):
        return checkup.proceed(turn, [act("tell.look_first")])
    return None


def _level(turn: Turn) -> str:
    verdict = checkup.standing(turn.state.known)
    return verdict.level if verdict else "self_care"


def _must_look_first(turn: Turn) -> bool:
    """Whether this very utterance brought something that should be seen today."""
    start, known = turn.state.start, turn.state.known
    was = set(triage.so_far(start).because) if start else set()
    now = triage.so_far(known)
    new = now.level == "urgent" and not set(now.because) <= was
    if new:
        turn.state.doing, turn.state.place = "checkup", None
    return new


def _in_between(turn: Turn) -> bool:
    """Whether something else is under way that is gone on with after the answer."""
    return _question_open(turn) or turn.state.place is not None


def _question_open(turn: Turn) -> bool:
    asking = turn.state.asking
    return asking is not None and asking.form != "choice" and bool(turn.state.asked)


# --- Telling ------------------------------------------------------------------------------------


def _tell(turn: Turn, subject: Subject, say: Iterable[Act] = ()) -> Reply:
    """The next layer that has something for this person; before medicines, their question."""
    told = _advised(turn).layers
    for number, layer in enumerate(subject.layers[told:], start=told + 1):
        parts = _parts(turn, layer)
        if _has_to_ask(turn, layer):
            return _ask_medicine_gate(turn, subject, [*say, *_acts(subject, parts)])
        if parts:
            _remember(turn, layers=0 if _in_between(turn) else number)
            said = [*say, *_for_whom(turn, parts), *_acts(subject, parts), *_when_seen(turn, layer)]
            return _close(turn, subject, said, parts)
        if number == 1 and not _may_move(turn):
            _remember(turn, layers=0 if _in_between(turn) else number)
            return _close(turn, subject, [*say, _nothing_for_now(turn)], ())
    return _close(turn, subject, [*say] or [_nothing_for_now(turn)], ())


def _nothing_for_now(turn: Turn) -> Act:
    """Why nothing of a subject is told at this moment."""
    if _level(turn) == "urgent":
        return act("tell.until_seen")
    return act("tell.after_questions" if _question_open(turn) else "tell.all_told")


def _when_seen(turn: Turn, layer: Layer) -> list[Act]:
    """Instead of anything about medicines, for somebody who should be seen today."""
    waits = _guarded(layer) and not _asks_first(turn) and _level(turn) == "urgent"
    return [act("tell.when_seen")] if waits else []


def _for_whom(turn: Turn, parts: tuple[Part, ...]) -> list[Act]:
    """Whose medicines are meant, where that is somebody else: a mix-up would do harm."""
    others = turn.state.person != SELF and any(part.medicine for part in parts)
    return [act("medicine.for_whom")] if others else []


def _guarded(layer: Layer) -> bool:
    return any(part.medicine for group in layer for part in group)


def _parts(turn: Turn, layer: Layer, *, medicine: bool = False) -> tuple[Part, ...]:
    """What a layer says to this person; with `medicine` only what the safety question guards."""
    firsts = (next((p for p in group if _applies(turn, p)), None) for group in layer)
    return tuple(part for part in firsts if part and not (medicine and part.medicine is None))


def _applies(turn: Turn, part: Part) -> bool:
    known = turn.state.known
    if part.when and not triage.any_holds(part.when, known):
        return False
    if any(known.answers.get(name) is not False for name in part.after_no):
        return False
    if part.while_open and all(known.answers.get(name) in SETTLED for name in part.while_open):
        return False
    if part.reassures and not _may_reassure(turn):
        return False
    if part.after_seen and not _may_move(turn):
        return False
    return part.medicine is None or _medicine_allows(turn, part.medicine)


def _may_reassure(turn: Turn) -> bool:
    """Nobody is reassured half way through the questions, nor against a verdict that stands."""
    return turn.state.doing != "checkup" and _level(turn) in ("self_care", "routine")


def _may_move(turn: Turn) -> bool:
    """Nobody is told to move or rub a back half way through the questions, nor one to be seen."""
    return turn.state.doing != "checkup" and _level(turn) != "urgent"


def _acts(subject: Subject, parts: Iterable[Part]) -> list[Act]:
    return [act(f"{subject.id}.{part.id}", **_amounts(part)) for part in parts]


def _amounts(part: Part) -> dict[str, Act]:
    """The numbers of a part, each in the act that names it, by the gap it fills."""
    gaps = {
        "minutes": ("minutes", "numbers.minutes"),
        "most": ("most_minutes", "numbers.minutes"),
        "hours": ("hours", "tell.hours"),
        "weeks": ("weeks", "tell.weeks"),
    }
    return {
        gap: act(unit, count=part.amounts[amount])
        for gap, (amount, unit) in gaps.items()
        if amount in part.amounts
    }


def _layers_left(turn: Turn, subject: Subject) -> bool:
    """Whether any layer that was not told has something for this person."""
    rest = subject.layers[_advised(turn).layers :]
    return any(_parts(turn, layer) or _has_to_ask(turn, layer) for layer in rest)


def _advised(turn: Turn) -> Advised:
    return turn.state.advised.get(_key(turn), Advised())


def _remember(turn: Turn, **changes: int) -> None:
    turn.state.advised[_key(turn)] = _advised(turn)._replace(**changes)


def _key(turn: Turn) -> str:
    return f"{turn.state.person} {turn.state.subject}"


# --- Ending a reply -----------------------------------------------------------------------------


def _close(turn: Turn, subject: Subject, say: list[Act], parts: tuple[Part, ...]) -> Reply:
    """What stands, the answer, and one question: the open one, or one offer."""
    state = turn.state
    stands = [act("tell.still_urgent")] if _level(turn) == "urgent" else []
    said = (*stands, *say, *_general(turn))
    card = _card(subject, parts)
    if _question_open(turn):
        assert state.asking is not None
        ask, reprompt = act("verbatim", text=state.asked), act(f"reprompt.{state.asking.form}")
        return Reply(said, ask, state.asking, reprompt, card, step=state.step)
    if state.place is not None:
        state.place = state.place._replace(paused=True)
        return Reply(said, act("ask.resume"), stretch.RESUME, act("reprompt.resume"), card)
    state.doing = "advice"
    ask, asking, reprompt = _offer(turn, subject)
    return Reply(said, ask, asking, reprompt, card)


def _general(turn: Turn) -> list[Act]:
    """That it is general information: where no welcome has said so, with the first advice."""
    return [] if turn.state.welcomed else [act("tell.general")]


def _offer(turn: Turn, subject: Subject) -> tuple[Act, Asking, Act]:
    """More of it; when all is told, a check where none was made, or a stretch that is allowed."""
    yes_or_no = act("reprompt.choice")
    if _layers_left(turn, subject):
        return act("tell.hear_more"), HEAR_MORE, yes_or_no
    if _level(turn) == "urgent":
        return act("ask.anything_else"), checkup.MORE, act("reprompt.what_else")
    known = turn.state.known
    if subject.offer == "check" and checkup.standing(known) is None:
        return act("ask.offer_check"), CHECK, yes_or_no
    if routine.allowed(known).exercises:
        return act("ask.offer_stretch"), checkup.OFFER_STRETCH, yes_or_no
    return act("ask.what_next"), WHAT_NEXT, act("reprompt.what_next")


def _card(subject: Subject, parts: tuple[Part, ...]) -> tuple[Act, ...]:
    """What was told, with every source spelt out; none where nothing was told."""
    spelt = dict.fromkeys(facts().spelt_out(source) for source in sources(parts))
    names = "; ".join(name for name in spelt if name)
    if not parts:
        return ()
    return (*_acts(subject, parts), act("card.sources", sources=names), act("disclaimer_short"))


def _sources_aloud(turn: Turn) -> list[str]:
    """The words for the sources of what was told last, published guidance first."""
    subject = advice().subjects.get(turn.state.subject or "")
    verdict = checkup.standing(turn.state.known)
    if subject and turn.state.doing == "advice":
        layers = subject.layers[: max(1, _advised(turn).layers)]
        found = sources(_parts(turn, layers[-1]))
    elif verdict:
        found = tuple(name for rule in triage.rules_of(verdict) for name in rule.source)
    else:
        found = ()
    names = [f"source.{name.split('-')[0] if name in facts().facts else name}" for name in found]
    return [name for name in dict.fromkeys(names) if words(turn.locale).has(name)]


# --- The safety question on medicines -----------------------------------------------------------


def _medicine_allows(turn: Turn, medicine: str) -> bool:
    """Whether a part on medicines is for this person: not before the question was answered."""
    first = _asks_first(turn)
    if first is None or (_level(turn) == "urgent" and medicine != "ask_first"):
        return False
    return medicine == "any" or first == (medicine == "ask_first")


def _asks_first(turn: Turn) -> bool | None:
    """Whether to ask a pharmacist or doctor first; None while that is not known."""
    if triage.any_holds(advice().gate.when, turn.state.known):
        return True
    return turn.state.ask_first.get(turn.state.person)


def _has_to_ask(turn: Turn, layer: Layer) -> bool:
    """Whether this layer waits for the question, and the moment allows to put it."""
    waits = _guarded(layer) and _asks_first(turn) is None
    return waits and not _in_between(turn) and _level(turn) != "urgent"


def _ask_medicine_gate(turn: Turn, subject: Subject, say: list[Act]) -> Reply:
    turn.state.doing = "advice"
    items = [name for name in advice().gate.items if not _is_out_of_question(turn, name)]
    listed = OneOf(tuple(act(f"medicine.gate_item.{name}") for name in items), "or")
    return Reply(
        tuple(say), act("medicine.gate", items=listed), MEDICINE_GATE, act("medicine.reprompt")
    )


def _is_out_of_question(turn: Turn, name: str) -> bool:
    """Whether an item of the question is known not to be there: not asked twice."""
    known = turn.state.known
    if name == "age":
        return known.age is not None
    return known.answers.get(name) is False


def gate_yes(turn: Turn) -> Reply:
    """One of those fits: ask a pharmacist or doctor first."""
    return _gate_answered(turn, ask_first=True)


def gate_no(turn: Turn) -> Reply:
    """None of those fits."""
    return _gate_answered(turn, ask_first=False)


def gate_news(turn: Turn) -> Reply:
    """An answer in other words: "no, but I'm on warfarin", "I'm seventy"."""
    if first := _comes_first(turn):
        return first
    if _asks_first(turn) or turn.heard.answer in ("yes", UNKNOWN):
        return gate_yes(turn)
    if turn.heard.answer == "no":
        return gate_no(turn)
    return carry_on(turn, act("noted"))


def gate_why(turn: Turn) -> Reply:
    """Why the question is asked, and the question again."""
    return carry_on(turn, act("medicine.why"))


def _gate_answered(turn: Turn, *, ask_first: bool) -> Reply:
    """What the layer that waited for this answer says about medicines."""
    state = turn.state
    state.ask_first[state.person] = ask_first
    subject = advice().subjects[state.subject or "remedy.painkillers"]
    told = _advised(turn).layers
    parts = _parts(turn, subject.layers[told], medicine=True)
    _remember(turn, layers=told + 1)
    return _close(turn, subject, [*_for_whom(turn, parts), *_acts(subject, parts)], parts)
