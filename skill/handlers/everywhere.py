"""What can be said at any time: opening, help, leaving, repeating, naming the person."""

from __future__ import annotations

from skill import triage
from skill.handlers import checkup, follow_up, remembering, stretch
from skill.handlers.asking import MEDICINE_GATE, ask_again, carry_on, explain, what_next
from skill.triage import is_name
from skill.turn import SELF, SOMEONE, Act, Asking, Reply, Turn, act

ABOUT_THE_LISTENER = frozenset({"ProgressIntent"})  # "how am I doing": "I" fills no slot
OF_HEALTH = frozenset({"checkup", "stretch", "advice"})
NAMES = frozenset({"about_whom", "about_you"})
ACKNOWLEDGES = NAMES | {"one_at_a_time", "sorry_to_hear", "sounds_hard", "noted"}
SEVERAL = "children"  # more than one: each is spoken about alone
MISSED_BEFORE_HELP = 1  # turns in a row that were not understood


def launch(turn: Turn) -> Reply:
    """The welcome, with what it can do, what it is not, and one question."""
    state = turn.state
    if follow_up.must_be_seen(turn):
        return follow_up.did_you_get_seen(turn)
    if state.place:
        return stretch.welcome_back(turn)
    if follow_up.unfinished(turn):
        return follow_up.offer_to_finish(turn)
    welcome = "welcome_again" if state.welcomed else "welcome"
    state.welcomed = True
    return what_next(act(welcome))


def start_afresh(turn: Turn) -> Reply:
    """Not the old questions: what is wanted now."""
    turn.state.welcomed = True
    return what_next(act("noted"))


def with_disclaimer(turn: Turn, reply: Reply) -> Reply:
    """Whoever has not been welcomed hears at the first reply what this is; an emergency waits.

    So does the question before a word on medicines, which is long: it is said with the answer.
    """
    state = turn.state
    emergency = reply.verdict is not None and reply.verdict.level == "emergency"
    of_health = state.doing in OF_HEALTH or reply.verdict is not None
    if state.welcomed or reply.timed or emergency or not of_health:
        return reply
    if reply.asking == MEDICINE_GATE:
        return reply
    state.welcomed = True
    if any(said.name == "tell.general" for said in reply.say):
        return reply
    first = sum(said.name in ACKNOWLEDGES for said in reply.say[:2])
    say = (*reply.say[:first], act("disclaimer_short"), *reply.say[first:])
    return reply._replace(say=say)


def about_whom(turn: Turn) -> list[Act]:
    """Change the person spoken about when another one was named, and say so."""
    state = turn.state
    person = turn.heard.person or (SELF if turn.intent in ABOUT_THE_LISTENER else None)
    if person is None or person == state.person:
        return []
    if person == SOMEONE:  # "he" and "she" go on meaning whoever was spoken about
        person = state.by_pronoun
    if person == state.person:
        return []
    state.person, state.before, state.place, state.asking = person, None, None, None
    state.plan, state.carried, state.told = None, False, []
    state.doing = "checkup" if state.doing == "checkup" else None
    state.past = remembering.past(turn)
    if person == SEVERAL:
        return [act("one_at_a_time"), act("about_whom")]
    return [act("about_you" if person == SELF else "about_whom")]


def named_once(person: str, say: list[Act], reply: Reply) -> Reply:
    """The reply, after `say`, which tells whom it is about, unless it tells that itself.

    A first name is not said in one breath with what was found (clinical basis, g 6).
    """
    if not say:
        return reply
    sorry = [said for said in reply.say if said.name == "sorry_to_hear"]
    if not is_name(person):
        whom = [said for said in say if not (sorry and said.name in NAMES)]
        rest = [said for said in reply.say if not (whom and said.name == "noted")]
        return reply._replace(say=(*whom, *rest))
    if reply.verdict is not None:
        return reply
    rest = [said for said in reply.say if said not in sorry]
    return reply._replace(say=(*say, *rest))


def care_for(turn: Turn) -> Reply:
    """Helping somebody else: from here on every sentence is about that person."""
    state = turn.state
    if turn.heard.facts() or state.doing == "checkup" or triage.begun(state.known):
        return follow_up.back_pain(turn)
    return Reply((), act("ask.offer_check"), Asking("choice", ("check",)), act("reprompt.choice"))


def help_(turn: Turn) -> Reply:
    """Help about where the person is: in a question, in a stretch, or nowhere in particular."""
    asking = turn.state.asking
    if turn.state.place:
        return carry_on(turn, act("help_stretch"))
    if asking and asking.form != "choice":
        return explain(turn)
    return what_next(act("help_start"))


def stop(turn: Turn) -> Reply:
    """Leave at once, from everywhere, without asking; what stands is not made smaller."""
    if turn.state.doing == "checkup" and checkup.standing(turn.state.known) is None:
        return Reply((act("goodbye_unfinished"),))
    return checkup.nothing_more(turn)


def thanked(turn: Turn) -> Reply:
    """Thanks, in the middle of something: it goes on."""
    return carry_on(turn, act("you_are_welcome"))


def not_understood(turn: Turn) -> Reply:
    """Ask again; then say what can be said."""
    state = turn.state
    if state.asking and state.asking.form != "choice":
        return checkup.not_answered(turn)
    if state.missed >= MISSED_BEFORE_HELP:
        state.missed += 1
        return help_(turn)
    return ask_again(turn)


def not_a_back(turn: Turn) -> Reply:
    """Another part of the body, another illness, a pet: said kindly, and back to where we were."""
    return carry_on(turn, act("not_a_back"))
