"""The check-up: asking what matters, in order, to the verdict.

The whole conversation in one place: `proceed` asks the next question or concludes, the answers
change what is known (`listening`), `verdict` finds what to say, and `emergency` interrupts
anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from skill import routine, triage
from skill.content.triage import LEVELS
from skill.content.words import ELSEWHERE, country_of, words
from skill.handlers.asking import ask_again, carry_on, explain
from skill.handlers.listening import all_no, is_which, take_answer
from skill.handlers.verdict import card_acts, emergency_acts, verdict_acts
from skill.triage import UNKNOWN, Known, Question, Verdict
from skill.turn import Act, Asking, OneOf, Reply, State, Turn, act

MORE = Asking("choice", ("more",))
WHAT_ELSE = Asking("choice", ("what_else",))
SAY_AGAIN = Asking("choice", ("say_again",))
ANYTHING_NEW = Asking("choice", ("anything_new",))
OFFER_STRETCH = Asking("choice", ("stretch",))
OFFER_REST = Asking("choice", ("rest",))

WORRIED = frozenset({"SeeDoctorIntent", "IsThisNormalIntent"})
BAD = 8  # out of ten (severe_pain)
LET_GO = 2  # answers in a row that answered nothing, before a question is put another way
OUT_OF_PLACE = frozenset(
    {"noted", "sorry_to_hear", "sounds_hard", "pain_noted", "pain_noted_quick"}
)
"""What would only keep the news of an emergency waiting."""
NO_SMALL_TALK = frozenset({"crisis", "poison", "bleeding"})
"""Advice after which nothing else is asked: the one thing to do is to make that call."""


# --- The conversation ---------------------------------------------------------------------------


def back_pain(turn: Turn) -> Reply:
    """Both "my back hurts" and "should I see a doctor": the same questions to the same verdict."""
    fresh = turn.state.doing != "checkup"
    turn.state.doing = "checkup"
    severity = turn.heard.severity
    if not fresh and not turn.heard.facts() and turn.intent in WORRIED:
        return proceed(turn, [act("finding_out")])
    if severity is not None and severity >= BAD:
        return proceed(turn, [act("sounds_hard"), act("pain_noted_quick", severity=severity)])
    say = [act("sorry_to_hear" if fresh else "noted")]
    if severity is not None:
        say.append(act("pain_noted", severity=severity))
    return proceed(turn, say)


def told(turn: Turn) -> Reply:
    """Something about the back or the person, said on its own or as an answer."""
    state = turn.state
    if not turn.heard.facts() and turn.heard.answer is None:
        return not_answered(turn)
    state.doing = "checkup"
    if not turn.heard.facts():
        return proceed(turn)
    bad = (turn.heard.severity or 0) >= BAD
    return proceed(turn, [act("sounds_hard" if bad else "noted")])


def yes(turn: Turn) -> Reply:
    """A yes to the open question about health."""
    if turn.state.step == "none_of_those" and is_which(turn.state.asking):
        return none_of_those(turn)
    if turn.state.asking is None or turn.state.asking.form != "yes_no":
        return not_answered(turn)
    take_answer(turn.state, "yes")
    return proceed(turn)


def no(turn: Turn) -> Reply:
    """A no to the open question; to "which of those" it means that the yes was misheard.

    Of emergency signs a bare no is made sure of first (K7), and so is one to a question that asks
    whether all is well: by then many have fallen into saying no.
    """
    asking = turn.state.asking
    if is_which(turn.state.asking):
        if turn.state.step == "none_of_those":
            return whichever(turn)
        return ask_if_none(turn) if _emergency(turn) else none_of_those(turn)
    if asking is None or asking.form != "yes_no":
        return not_answered(turn)
    if asking.inverted:
        return confirm(turn, asking.about[0])
    take_answer(turn.state, "no")
    return proceed(turn)


def not_sure(turn: Turn) -> Reply:
    """Not sure: asked once more, singly, and then taken for what it is (K0 to K6)."""
    asking = turn.state.asking
    if asking is None or asking.form == "choice":
        return ask_again(turn)
    if is_which(asking) and _emergency(turn):
        return whichever(turn)
    take_answer(turn.state, UNKNOWN)
    return proceed(turn)


def whichever(turn: Turn) -> Reply:
    """It stays open which of several emergency signs it is; that changes nothing about now."""
    return Reply((act("whichever"),), act("ask.anything_else_new"), MORE, act("reprompt.what_else"))


def ask_if_none(turn: Turn) -> Reply:
    """Whether the yes to several emergency signs was misheard; until then it stands."""
    asking = Asking("which", turn.state.known.yes_to)
    ask = act("ask.none_of_those")
    return Reply((), ask, asking, act("reprompt.choice"), step="none_of_those")


def none_of_those(turn: Turn) -> Reply:
    """What was misheard is taken back: all is as it was before, and those are answered no."""
    state = turn.state
    asking, about = state.asking, state.known.yes_to
    if asking and asking.form == "yes_no":
        return no(turn)
    if state.before is None:
        return ask_again(turn)
    state.known, state.before = all_no(state.before._replace(yes_to=()), about), None
    state.doing = "checkup"
    return proceed(turn, [act("taken_back")])


def not_answered(turn: Turn) -> Reply:
    """The open question again, then with help; the third time signs one by one, or no value."""
    asking = turn.state.asking
    if turn.state.missed < LET_GO or asking is None or asking.form not in ("yes_no", "value"):
        return ask_again(turn)
    turn.state.missed += 1
    return skip(turn) if asking.form == "value" else what_do_you_mean(turn)


def why(turn: Turn) -> Reply:
    """Why the open question is asked, in one sentence, and the question again."""
    name = f"reason.{turn.state.step}"
    return carry_on(turn, act(name if words(turn.locale).has(name) else "help_question"))


def back(turn: Turn) -> Reply:
    """Go back one answer, and ask that question again."""
    state = turn.state
    if state.before is None or state.doing != "checkup":
        return ask_again(turn)
    state.known, state.before = state.before, None
    return proceed(turn, [act("gone_back")])


def confirm(turn: Turn, finding: str) -> Reply:
    """Said once, but in doubt: one clear question settles it."""
    question = Question("confirm", "yes_no", (finding,))
    return put(turn, question, [act("to_be_sure")])


def skip(turn: Turn) -> Reply:
    """Leave the open question: what it asked for is not known."""
    asking = turn.state.asking
    if asking is None or asking.form == "choice":
        return ask_again(turn)
    if is_which(asking) and _emergency(turn):
        return whichever(turn)
    known = turn.state.known
    names = dict.fromkeys((n for n in asking.about if triage.is_open(known, n)), UNKNOWN)
    unsure = tuple(name for name in known.unsure if name not in names)
    turn.state.known = known.with_answers(names)._replace(unsure=unsure, yes_to=())
    return proceed(turn, [act("skipped")])


def start_over(turn: Turn) -> Reply:
    """Forget what was said about this person, and begin again."""
    turn.state.carried = False
    turn.state.known = triage.new_person(turn.state.person)
    turn.state.quotes.pop(turn.state.person, None)
    turn.state.before = turn.state.place = None
    turn.state.doing = "checkup"
    return proceed(turn, [act("again_from_start")])


def what_do_you_mean(turn: Turn) -> Reply:
    """The open question in plainer words, one sign at a time."""
    asking = turn.state.asking
    if asking is None or asking.form == "choice":
        return ask_again(turn)
    if is_which(asking):
        items = OneOf(tuple(map(short, triage.items(asking.about))), "or")
        return carry_on(turn, act("asked_about", items=items))
    if asking.form != "yes_no":
        return explain(turn)
    known = turn.state.known
    names = tuple(n for n in triage.folded(asking.about) if n not in triage.VALUES)
    turn.state.learn(unsure=(*known.unsure, *(n for n in names if n not in known.unsure)))
    return proceed(turn)


def proceed(turn: Turn, say: Iterable[Act] = ()) -> Reply:
    """The next question, or the verdict when nothing that matters is left to ask."""
    state = turn.state
    verdict = triage.so_far(state.known)
    if verdict.level == "emergency":
        return emergency(turn, say)
    question = triage.next_question(state.known)
    if question is None and state.carried:
        state.carried = False
        return Reply(tuple(say), act("ask.anything_new"), ANYTHING_NEW, act("reprompt.choice"))
    if question is None:
        return conclude(turn, say)
    lead = [] if _same(state.asking, question) else _lead(turn, question)
    if _lowered(state):
        lead = [act("fever_lower"), act("lead_more")]
    return put(turn, question, [*_one(say, lead), *lead])


def _one(say: Iterable[Act], lead: list[Act]) -> list[Act]:
    """One acknowledgement is enough: "all right" gives way to a lead-in that says as much."""
    led = any(lead_act.name != "lead_T6" for lead_act in lead)
    return [a for a in say if a.name != "noted"] if led else [*say]


def _same(asking: Asking | None, question: Question) -> bool:
    return asking is not None and asking.about == question.about


def _lead(turn: Turn, question: Question) -> list[Act]:
    """A few words that lead into a question, where it has any."""
    asking = turn.state.asking
    if question.step == "unsure" and (asking is None or asking.form == "choice"):
        return []
    if question.step == "unsure" and asking and len(triage.folded(asking.about)) > 1:
        return [act("lead_one_by_one")]
    name = f"lead_{question.step}"
    return [act(name)] if words(turn.locale).has(name) else []


def _lowered(state: State) -> bool:
    """Whether the answer just given explained a fever."""
    return bool(
        state.asking
        and state.asking.about == ("fever_explained",)
        and state.known.answers.get("fever_explained") is True
    )


def put(turn: Turn, question: Question, say: list[Act]) -> Reply:
    """Ask a question, after some things to say."""
    return Reply(
        say=tuple(say),
        ask=wording(turn, question),
        asking=Asking(question.form, question.about, inverted=_inverted(turn, question)),
        reprompt=act(f"reprompt.{question.form}"),
        step=question.step,
    )


def _emergency(turn: Turn) -> bool:
    """Whether an emergency stands."""
    return triage.so_far(turn.state.known).level == "emergency"


def wording(turn: Turn, question: Question) -> Act:
    """The question in an act: singly, as a bundle of short items, or for a value."""
    about = triage.folded(question.about)
    if question.step == "which":
        return act("ask.which" if _emergency(turn) else "ask.which_ones")
    if question.form == "value":
        return act("ask." + "_and_".join(about))
    if question.step == "unsure" and words(turn.locale).has(f"finding.{about[0]}.plain"):
        return act(f"finding.{about[0]}.plain")
    if len(about) == 1:
        return act("ask.age" if about[0] == "age" else f"finding.{about[0]}.ask")
    return bundle(turn, question.step, about)


def _inverted(turn: Turn, question: Question) -> bool:
    name = f"finding.{question.about[0]}.plain_turns"
    return question.step == "unsure" and words(turn.locale).has(name)


def bundle(turn: Turn, step: str, about: Iterable[str]) -> Act:
    """Several signs in one question, with a small pause between them."""
    listed = brief if step == "safety_check" else short
    items = OneOf(tuple(map(listed, triage.items(about))), "or")
    name = f"ask.{step}" if words(turn.locale).has(f"ask.{step}") else "ask.bundle"
    return act(name, items=items)


@lru_cache  # a question lists half a dozen: to put their names together takes longer than the rest
def short(name: str) -> Act:
    """A finding, or an end of the ages, in the few words it has in a list."""
    return act(f"age_band.{name}.short" if name in triage.AGE_ENDS else f"finding.{name}.short")


def brief(name: str) -> Act:
    """A finding by its name alone, for the one quick question before an exercise."""
    return act(f"finding.{name}.name")


# --- The verdict --------------------------------------------------------------------------------


def standing(known: Known) -> Verdict | None:
    """The verdict that stands by now, or None while nothing can be said yet."""
    if triage.next_question(known) is None:
        return triage.assess(known)
    verdict = triage.so_far(known)
    return verdict if verdict.level in ("urgent", "emergency") else None


def emergency(turn: Turn, say: Iterable[Act] = ()) -> Reply:
    """The emergency verdict, at any moment; then the one thing that could still matter."""
    state = turn.state
    state.doing, state.place = "checkup", None
    known, verdict = state.known, triage.so_far(state.known)
    question = triage.next_question(known)
    said = [a for a in say if a.name not in OUT_OF_PLACE]
    if question and question.form == "which":
        return put(turn, question, [*said, act("heard_yes"), act("verdict_any")])
    again = set(verdict.because) <= set(state.told)
    said += [act("still_emergency")] if again else emergency_acts(known, verdict, state.told)
    state.told = list(verdict.because)
    if question:
        reply = put(turn, question, said)
    elif {rule.advice for rule in triage.rules_of(verdict)} & NO_SMALL_TALK:
        reply = Reply(tuple(said), act("ask.say_again"), SAY_AGAIN, act("reprompt.choice"))
    else:
        reply = Reply(tuple(said), act("ask.anything_else_new"), MORE, act("reprompt.what_else"))
    return reply._replace(card=_card(state, verdict))


def conclude(turn: Turn, say: Iterable[Act] = ()) -> Reply:
    """The verdict, and an offer of what the gates leave."""
    state = turn.state
    state.doing = None
    verdict = triage.assess(state.known)
    again = verdict.level == "urgent" and set(verdict.because) <= set(state.told)
    state.told = list(verdict.because)
    said = [
        *(a for a in say if a.name != "noted"),
        *([act("still_urgent")] if again else verdict_acts(state.known, verdict)),
    ]
    card = _card(state, verdict)
    may = routine.allowed(state.known)
    if verdict.level == "urgent" and may.exercises:
        return Reply(tuple(said), act("ask.offer_rest"), OFFER_REST, act("reprompt.choice"), card)
    if verdict.level == "urgent" or not may.exercises:
        return Reply(tuple(said), act("ask.anything_else"), MORE, act("reprompt.what_else"), card)
    return Reply(tuple(said), act("ask.offer_stretch"), OFFER_STRETCH, act("reprompt.choice"), card)


def _card(state: State, verdict: Verdict) -> tuple[Act, ...]:
    return tuple(card_acts(state.known, verdict, state.quotes.get(state.person, {})))


# --- After the verdict --------------------------------------------------------------------------


def more(turn: Turn) -> Reply:
    """Yes, there is something else new; or it was only an "okay" to what has to be done now."""
    turn.state.doing = "checkup"
    say = (act("if_that_is_all"),) if _emergency(turn) else ()
    return Reply(say, act("ask.what_else"), WHAT_ELSE, act("reprompt.what_else"))


def told_nothing_new(turn: Turn) -> Reply:
    """Nothing is new since the last visit: the verdict."""
    turn.state.doing = "checkup"
    return proceed(turn)


def nothing_more(turn: Turn) -> Reply:
    """Nothing else: the last word repeats what matters, of an earlier visit too (L8)."""
    verdict = standing(turn.state.known)
    levels = {verdict.level if verdict else "self_care", turn.state.past.level or "self_care"}
    level = max(levels, key=LEVELS.index)
    if verdict and "E-self_harm" in verdict.because:
        return Reply((act("goodbye_crisis"),))
    name = {"emergency": "goodbye_emergency", "urgent": "goodbye_urgent"}.get(level, "goodbye")
    return Reply((act(name),))


def emergency_stands(turn: Turn) -> bool:
    """Whether there is an emergency, and no question about health is open."""
    asking = turn.state.asking
    return (asking is None or asking.form == "choice") and _emergency(turn)


def back_to_the_emergency(turn: Turn) -> Reply:
    """Whatever else is said while an emergency stands: what to do, in short."""
    return _more_of_it(act("still_emergency"))


def why_now(turn: Turn) -> Reply:
    """Why it is an emergency, in one sentence."""
    first, *_ = triage.by_advice(triage.so_far(turn.state.known))
    return _more_of_it(act(f"why.{first.id}"))


def called(turn: Turn) -> Reply:
    """Help was called: what to do until it is there. Without an emergency nothing is answered."""
    return Reply((act("help_called"),)) if _emergency(turn) else not_answered(turn)


def call(turn: Turn) -> Reply:
    """Asked to call somebody: only a phone can."""
    if emergency_stands(turn):
        return _more_of_it(act("cannot_call"))
    return carry_on(turn, act("cannot_call_now"))


def number(turn: Turn) -> Reply:
    """The number to call in an emergency, where they say they are or where the device stands.

    What is said from here on is for there.
    """
    state = turn.state
    state.country = turn.heard.country or state.country
    country = state.country or country_of(state.zone)
    if country is None:
        say = act("number_unplaced")
    elif country == ELSEWHERE:
        say = act("number_elsewhere")
    else:
        say = act("number_there", country=act(f"country.{country}"))
    now = [act("call_it_now")] if _emergency(turn) and say.name == "number_there" else []
    return _more_of_it(say, *now) if emergency_stands(turn) else carry_on(turn, say, *now)


def _more_of_it(*say: Act) -> Reply:
    return Reply(say, act("ask.anything_else_new"), MORE, act("reprompt.what_else"))


def say_again(turn: Turn) -> Reply:
    """The emergency advice once more, in full."""
    turn.state.told = []
    return emergency(turn)
