"""What a verdict says: what was heard, how urgent, why, what to do now and what not to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from skill import triage
from skill.content.triage import triage as knowledge
from skill.handover import handover
from skill.speech import speak
from skill.triage import NOTHING, UNKNOWN, Known, Verdict
from skill.turn import SELF, Act, OneOf, Reply, act

MOST_SAID_BACK = 3  # findings said back in one sentence
REASONS_ALOUD, REASONS_WRITTEN = 1, 2  # at most
UNSAID = frozenset({"age_extreme", "self_harm"})
"""Not said back: what follows from the age, and what was hard enough to say once."""


def verdict_acts(known: Known, verdict: Verdict, reasons: int = REASONS_ALOUD) -> list[Act]:
    """What to say for a verdict: what was heard, how urgent, why, what to do and not to do."""
    if verdict.level == "emergency":
        return emergency_acts(known, verdict)
    if verdict.level == "urgent":
        return _urgent_acts(known, verdict, reasons)
    if verdict.level == "routine":
        return [
            *_heard(known, verdict),
            act("verdict_routine", why=_why(verdict, reasons)),
            *_advice(verdict),
            act("watch_for"),
        ]
    relaxed = bool(verdict.because)
    strain = known.answers.get("clear_trigger") is True
    name = "follow_plan" if relaxed else "strain" if strain else "self_care"
    advice = "follow_plan" if relaxed else "self_care"
    return [
        act(f"verdict_{name}"),
        act(f"advice.{advice}.do"),
        act(f"advice.{advice}.dont"),
        act("watch_for"),
        act("in_doubt"),
    ]


def emergency_acts(known: Known, verdict: Verdict, told: Iterable[str] = ()) -> list[Act]:
    """What was heard, why it matters, what to do now and what not to do.

    Of several emergencies the new ones (not `told` before) give the reason, and the one whose
    advice must not be missed gives the advice ("keep still" before "get to a hospital").
    """
    rules = triage.by_advice(verdict)
    fresh = [rule for rule in rules if rule.id not in set(told)] or list(rules)
    new = verdict._replace(because=tuple(rule.id for rule in fresh))
    return [*_heard(known, new), act(f"why.{fresh[0].id}"), *_advice(verdict)]


def _urgent_acts(known: Known, verdict: Verdict, most: int) -> list[Act]:
    unsure = [name for name in triage.core() if known.answers.get(name) in (None, UNKNOWN)]
    reasons = [rule for rule in verdict.because if rule != "K1"]
    acts = list(_heard(known, verdict))
    if reasons:
        acts.append(act("verdict_urgent", why=_why(verdict._replace(because=tuple(reasons)), most)))
    elif unsure:
        names = tuple(act(f"finding.{name}.name") for name in unsure[:MOST_SAID_BACK])
        acts.append(act("verdict_unsure", findings=OneOf(names, "or")))
    decided = verdict._replace(because=tuple(reasons) or verdict.because)
    return [*acts, *_advice(decided), act("watch_for")]


def _why(verdict: Verdict, most: int) -> OneOf:
    return OneOf(tuple(act(f"why.{rule}") for rule in verdict.because[:most]), "and")


def _advice(verdict: Verdict) -> list[Act]:
    """What to do and not to do; a crisis or poison line is said beside what else is needed."""
    advices = list(dict.fromkeys(rule.advice for rule in triage.by_advice(verdict)))
    first, others = advices[0], advices[1:]
    acts = [act(f"advice.{first}.do"), act(f"advice.{first}.dont")]
    if first in knowledge().advice_also:
        acts += [act(f"advice.{name}.do") for name in others[:1]]
    return acts


def _heard(known: Known, verdict: Verdict) -> list[Act]:
    """What was heard is said back before it is acted on."""
    names = [name for name in deciding(known, verdict) if name not in UNSAID][:MOST_SAID_BACK]
    said = _said(name for name in names if name not in known.scored)
    scored = _said(name for name in names if name in known.scored)
    return [
        *([act("heard", findings=said)] if said.acts else []),
        *([act("heard_in_scores", findings=scored)] if scored.acts else []),
    ]


def _said(names: Iterable[str]) -> OneOf:
    return OneOf(tuple(act(f"finding.{name}.said") for name in names), "and")


def deciding(known: Known, verdict: Verdict) -> tuple[str, ...]:
    """The findings that are there and stand behind the rules of a verdict, as they were said."""
    rules = knowledge().rules
    names = [
        said
        for rule in verdict.because
        if rule in rules
        for case in rules[rule].when
        if triage.holds(case, known)
        for name in case.all
        for said in triage.said_as(known, name)
    ]
    return tuple(dict.fromkeys(names))


def card_acts(known: Known, verdict: Verdict, quotes: Mapping[str, str] = NOTHING) -> list[Act]:
    """The verdict for the card in the Alexa app, with what a clinician would want to read.

    `quotes` are the person's own words, by finding.
    """
    lines = handover(known, verdict, quotes)
    return [*verdict_acts(known, verdict, REASONS_WRITTEN), *lines, act("disclaimer_short")]


def verdict_text(known: Known, verdict: Verdict, person: str = SELF, locale: str = "en-US") -> str:
    """The verdict as plain text. Raises `ContentError` when there are no words for it."""
    reply = Reply(card=tuple(verdict_acts(known, verdict)))
    return speak(reply, locale=locale, person=person).card.replace("\n", " ")
