"""Content that is wrong is refused, and content that is right has words, for every locale."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import pytest

from skill.content.exercises import exercises, read_exercises
from skill.content.reading import ContentError, read
from skill.content.triage import VALUES, knowledge, triage
from skill.content.words import PLURALS, care_numbers, country_of, words
from skill.handlers.verdict import emergency_acts
from skill.speech import speak
from skill.triage import AGE_ENDS, Known, items, so_far
from skill.turn import Act, Reply

ROOT = Path(__file__).parents[1]
WORDS = ROOT / "skill" / "content" / "words"
LOCALES = sorted(file.stem for file in WORDS.glob("*.toml") if "." not in file.stem)
TRIAGE, EXERCISES = read("triage.toml"), read("exercises.toml")
CONDITIONS = [condition["id"] for condition in EXERCISES["condition"]]

Data = dict[str, Any]


def test_there_is_a_locale_to_look_at():
    assert "en-US" in LOCALES


# --- Wrong data is refused ----------------------------------------------------------------------


def rule(data: Data, name: str = "X6") -> Data:
    return next(one for one in data["rule"] if one["id"] == name)


def exercise(data: Data, name: str = "low_bridge") -> Data:
    return next(one for one in data["exercise"] if one["id"] == name)


def gate(data: Data, name: str = "G9") -> Data:
    return next(one for one in data["gate"] if one["id"] == name)


def twice(entries: list[Data], name: str) -> None:
    """Add a copy of the entry of this name."""
    key = "id" if "id" in entries[0] else "finding"
    entries.append(copy.deepcopy(next(entry for entry in entries if entry[key] == name)))


WRONG_TRIAGE: dict[str, tuple[Callable[[Data], object], str, str]] = {
    # what is wrong: how to make it so, the entry that is named, the reason that is given
    "a rule about a finding nobody knows": (
        lambda data: rule(data)["when"][0]["all"].append("severe_pian"),
        "rule X6, case 1",
        "`all` names 'severe_pian', which is not known",
    ),
    "a rule that excludes a finding nobody knows": (
        lambda data: rule(data)["when"][0].update(none=["clear_triger"]),
        "rule X6, case 1",
        "`none` names 'clear_triger'",
    ),
    "a rule without a source": (
        lambda data: rule(data).pop("source"),
        "rule X6",
        "`source` is missing",
    ),
    "a rule with an empty source": (
        lambda data: rule(data).update(source=[]),
        "rule X6",
        "`source` is missing",
    ),
    "a source that is not spelt out": (
        lambda data: rule(data).update(source=["NSH"]),
        "X6",
        "source 'NSH' is not spelt out",
    ),
    "a rule without a case": (lambda data: rule(data).pop("when"), "rule X6", "`when` is missing"),
    "a rule with an empty list of cases": (
        lambda data: rule(data).update(when=[]),
        "rule X6",
        "without a case",
    ),
    "a case that asks for nothing, and so is always met": (
        lambda data: rule(data)["when"].append({}),
        "rule X6, case 2",
        "",
    ),
    "a rule without a level": (
        lambda data: rule(data).pop("level"),
        "rule X6",
        "`level` is missing",
    ),
    "a level nobody knows": (
        lambda data: rule(data).update(level="urgentish"),
        "rule X6",
        "`level` is 'urgentish', which is not known",
    ),
    "a rule without advice": (
        lambda data: rule(data).pop("advice"),
        "rule X6",
        "`advice` is missing",
    ),
    "a misspelt key in a rule": (
        lambda data: rule(data).update(levle="urgent"),
        "rule X6",
        "does not know what to do with levle",
    ),
    "a misspelt key in a case": (
        lambda data: rule(data)["when"][0].update(any=["fever"]),
        "rule X6, case 1",
        "does not know what to do with any",
    ),
    "a misspelt value in a case": (
        lambda data: rule(data)["when"][0].update(aeg={"min": 3}),
        "rule X6, case 1",
        "does not know what to do with aeg",
    ),
    "a misspelt bound": (
        lambda data: rule(data)["when"][0].update(age={"minimum": 65}),
        "rule X6, case 1, age",
        "does not know what to do with minimum",
    ),
    "a bound that is no number": (
        lambda data: rule(data)["when"][0].update(age={"min": "65"}),
        "rule X6, case 1, age",
        "`min` should be int",
    ),
    "bounds that nothing lies between": (
        lambda data: rule(data)["when"][0].update(age={"min": 65, "max": 6}),
        "rule X6, case 1, age",
        "",
    ),
    "two rules of one id": (
        lambda data: twice(data["rule"], "X6"),
        "rule X6",
        "there are two of this id",
    ),
    "a rule and an unknown of one id": (
        lambda data: data["unknown"][0].update(id="X6"),
        "X6",
        "",
    ),
    "two unknowns of one id": (lambda data: twice(data["unknown"], "K2"), "unknown K2", ""),
    "two steps of one id": (lambda data: twice(data["step"], "T4"), "step T4", ""),
    "a finding derived in two places": (
        lambda data: twice(data["derived"], "severe_pain"),
        "derived severe_pain",
        "",
    ),
    "a rule that gives way to one that is not there": (
        lambda data: rule(data, "E-fever").update(unless="U-fever_explaned"),
        "rule E-fever",
        "`unless` names 'U-fever_explaned', no rule",
    ),
    "a finding without a source": (
        lambda data: data["finding"]["fever"].pop("source"),
        "finding.fever",
        "`source` is missing",
    ),
    "a misspelt key in a finding": (
        lambda data: data["finding"]["fever"].update(corr=True),
        "finding.fever",
        "does not know what to do with corr",
    ),
    "a finding folded into one that is not there": (
        lambda data: data["finding"]["balance_loss"].update(folded_into="one_side"),
        "finding.balance_loss",
        "`folded_into` names 'one_side', which is not known",
    ),
    "a finding that nobody can ask about": (
        lambda data: data["finding"].update(itchy_back={"source": ["GK"]}),
        "finding.itchy_back",
        "nobody can ask about it",
    ),
    "an unknown about a finding nobody knows": (
        lambda data: data["unknown"][0]["unknown"].append("feverish"),
        "unknown K1",
        "`unknown` names 'feverish', which is not known",
    ),
    "an unknown without a source": (
        lambda data: data["unknown"][0].pop("source"),
        "unknown K1",
        "`source` is missing",
    ),
    "an unknown about nothing": (
        lambda data: data["unknown"][0].update(unknown=[]),
        "unknown K1",
        "",
    ),
    "a question about nothing": (
        lambda data: data["step"][0].update(about=[]),
        "step fever_explained",
        "`about` is missing",
    ),
    "a question about a finding nobody knows": (
        lambda data: data["step"][0]["about"].append("feverish"),
        "step fever_explained",
        "`about` names 'feverish', which is not known",
    ),
    "a derived finding nobody knows": (
        lambda data: data["derived"][0].update(finding="awful_pain"),
        "derived awful_pain",
        "`finding` is 'awful_pain', which is not known",
    ),
    "a trigger that brings a finding nobody knows": (
        lambda data: data["implied"]["trigger"].update(yoga=["clear_triger"]),
        "implied.trigger",
        "`yoga` names 'clear_triger', which is not known",
    ),
    "a misspelt table, which would lose all its entries": (
        lambda data: data.update(unknwon=data.pop("unknown")),
        "the whole file",
        "unknwon",
    ),
    "an age band that is no pair": (
        lambda data: data["age_band"].update(old=[60]),
        "age_band",
        "",
    ),
}


@pytest.mark.parametrize("wrong", WRONG_TRIAGE)
def test_wrong_triage_data_is_refused_with_file_entry_and_reason(wrong):
    spoil, entry, reason = WRONG_TRIAGE[wrong]
    data = copy.deepcopy(TRIAGE)
    spoil(data)
    with pytest.raises(ContentError, match=re.escape(entry)) as refused:
        knowledge(data, CONDITIONS)
    assert str(refused.value).startswith("triage.toml: ")
    assert reason in str(refused.value)


WRONG_EXERCISES: dict[str, tuple[Callable[[Data], object], str, str]] = {
    "a first dose above its cap": (
        lambda data: exercise(data).update(repetitions=11),
        "exercise low_bridge",
        "the first dose is above its own cap",
    ),
    "a first hold above its cap": (
        lambda data: exercise(data).update(hold=6),
        "exercise low_bridge",
        "the first dose is above its own cap",
    ),
    "an easier version above the cap": (
        lambda data: exercise(data)["versions"]["gentle"].update(repetitions=11),
        "low_bridge",
        "",
    ),
    "an exercise without a source": (
        lambda data: exercise(data).pop("source"),
        "exercise low_bridge",
        "`source` is missing",
    ),
    "an exercise without a cap": (
        lambda data: exercise(data).pop("most"),
        "exercise low_bridge",
        "`most` is missing",
    ),
    "an exercise without an id": (lambda data: exercise(data).pop("id"), "exercise", ""),
    "a misspelt key in an exercise": (
        lambda data: exercise(data).update(longst=5),
        "exercise low_bridge",
        "does not know what to do with longst",
    ),
    "two exercises of one id": (
        lambda data: twice(data["exercise"], "walking"),
        "exercise walking",
        "",
    ),
    "an exercise that is never offered": (
        lambda data: data["order"].remove("walking"),
        "the whole file",
        "`order` should name every exercise once",
    ),
    "an exercise that is offered twice": (
        lambda data: data["order"].append("walking"),
        "the whole file",
        "`order` should name every exercise once",
    ),
    "a gate that changes nothing": (
        lambda data: [gate(data).pop(key, None) for key in ("only", "forbid", "versions")],
        "gate G9",
        "it changes nothing",
    ),
    "a gate that never applies": (
        lambda data: gate(data).pop("when"),
        "gate G9",
        "it never applies",
    ),
    "a gate without a source": (
        lambda data: gate(data).pop("source"),
        "gate G9",
        "`source` is missing",
    ),
    "two gates of one id": (lambda data: twice(data["gate"], "G9"), "gate G9", ""),
    "a gate about a finding nobody knows": (
        lambda data: gate(data)["when"][0]["all"].append("leg_pian"),
        "gate G9, case 1",
        "`all` names 'leg_pian', which is not known",
    ),
    "a gate about an exercise nobody knows": (
        lambda data: gate(data)["forbid"].append("sit_up"),
        "gate G9",
        "`forbid` names 'sit_up', which is not known",
    ),
    "a gate for a level nobody knows": (
        lambda data: gate(data, "G1").update(level="terrible"),
        "gate G1",
        "`level` is 'terrible', which is not known",
    ),
    "a misspelt key in a gate": (
        lambda data: gate(data).update(forbids=["bridge"]),
        "gate G9",
        "does not know what to do with forbids",
    ),
    "a misspelt table, which would lose all its entries": (
        lambda data: data.update(gates=data["gate"]),
        "the whole file",
        "does not know what to do with gates",
    ),
    "a pace that is missing": (
        lambda data: data["seconds_a_phase"].pop("slower"),
        "seconds_a_phase",
        "`slower` is missing",
    ),
    "paces that are missing": (
        lambda data: data.pop("seconds_a_phase"),
        "the whole file",
        "`seconds_a_phase` is missing",
    ),
    "a condition without a source": (
        lambda data: data["condition"][0].pop("source"),
        "condition recent_operation",
        "`source` is missing",
    ),
    "a safety check about a finding nobody knows": (
        lambda data: data["safety_check"]["about"].append("feverish"),
        "safety_check",
        "`about` names 'feverish', which is not known",
    ),
}


@pytest.mark.parametrize("wrong", WRONG_EXERCISES)
def test_wrong_exercise_data_is_refused_with_file_entry_and_reason(wrong):
    spoil, entry, reason = WRONG_EXERCISES[wrong]
    data = copy.deepcopy(EXERCISES)
    spoil(data)
    with pytest.raises(ContentError, match=re.escape(entry)) as refused:
        read_exercises(data)
    assert str(refused.value).startswith("exercises.toml: ")
    assert reason in str(refused.value)


def test_the_data_as_it_is_is_accepted():
    assert knowledge(copy.deepcopy(TRIAGE), CONDITIONS) == triage()
    assert read_exercises(copy.deepcopy(EXERCISES)) == exercises()


def test_every_finding_rule_and_gate_of_the_clinical_basis_is_there():
    """Nothing is lost when entries are moved about."""
    by_number = {f"X{number}" for number in range(1, 13)} | {f"K{number}" for number in range(1, 5)}
    rules = {*triage().rules, *(unknown.id for unknown in triage().unknowns)}
    assert len(triage().findings) == 47
    assert by_number <= rules
    assert {f"G{number}" for number in range(1, 16)} <= {one.id for one in exercises().gates}


# --- Words --------------------------------------------------------------------------------------

COMMON = {"emergency", "crisis"}
PERSONAL = {"person", "they", "them", "their", "Person", "They", "Them", "Their"}
NOT_SENTENCES = (
    "person.",
    "pronoun.",
    "list.",
    "numbers.words",
    "numbers.to_call",
    "numbers.to_crisis",
)
FOR_OTHERS_ONLY = {"say.about_whom"}
# Spoken before anybody else was named, and to whoever does the exercise.
INSTRUCTIONS = (
    "say.welcome",
    "say.stop_rule",
    "exercise.",
    "gate.",
    "routine.",
    "ask.ready",
    "ask.resume",
    "ask.walked",
    "reprompt.ready",
)


def sentences(locale: str) -> Iterator[tuple[str, str, str]]:
    """Each sentence of a locale with its dotted name, and whom it is about: you, them or any."""
    for section, entries in read(f"words/{locale}.toml").items():
        yield from _sentences(section, entries, "any")


def _sentences(name: str, found: Any, about: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(found, str):
        yield name, found, about
    elif isinstance(found, list):
        for one in found:
            yield from _sentences(name, one, about)
    elif isinstance(found, dict):
        for key, inner in found.items():
            if key in ("you", "them") and not name.startswith("pronoun"):
                yield from _sentences(name, inner, key)
            elif found.keys() <= PLURALS:
                yield from _sentences(name, inner, about)
            else:
                yield from _sentences(f"{name}.{key}", inner, about)


Sentence = tuple[str, str, str]


def offenders(locale: str, wrong: Callable[[Sentence], object]) -> list[Sentence]:
    """The sentences of a locale for which `wrong` says that something is."""
    return [sentence for sentence in sentences(locale) if wrong(sentence)]


each_locale = pytest.mark.parametrize("locale", LOCALES)


def braces(text: str) -> set[str]:
    return set(re.findall(r"\{(\w*)\}", text))


def missing(locale: str, names: list[str]) -> list[str]:
    return [name for name in names if not words(locale).has(name)]


@each_locale
def test_every_rule_has_its_reason_and_its_advice(locale):
    every = [*triage().rules.values(), *triage().unknowns]
    names = [f"advice.{one.advice}.{part}" for one in every for part in ("do", "dont")]
    names += [f"why.{one.id}" for one in every if one.level != "self_care"]
    assert missing(locale, names) == []


@each_locale
def test_the_reason_for_an_emergency_is_a_sentence_and_any_other_a_clause(locale):
    """ "That could be the heart." stands alone; "This should be checked, because {why}." """
    for one in [*triage().rules.values(), *triage().unknowns]:
        if one.level != "self_care":
            for about_self in (True, False):
                text = words(locale).sentence(
                    f"why.{one.id}", about_self=about_self, count=None, turn=0
                )
                assert text.endswith(".") is (one.level == "emergency"), one.id


@each_locale
def test_every_finding_can_be_asked_said_back_and_named(locale):
    names = [
        f"finding.{one}.{part}" for one in triage().findings for part in ("ask", "said", "name")
    ]
    assert missing(locale, names) == []


def bundles() -> list[tuple[str, ...]]:
    check = (exercises().safety_check, exercises().profile)
    return [about for about in (*(step.about for step in triage().steps), *check) if len(about) > 1]


@each_locale
def test_everything_that_is_asked_in_a_bundle_has_its_few_words(locale):
    asked = {name for about in bundles() for name in about}
    names = [f"finding.{name}.short" for name in asked if name not in VALUES]
    assert missing(locale, [*names, *(f"age_band.{end}.short" for end in AGE_ENDS)]) == []


@each_locale
def test_everything_that_is_asked_before_an_exercise_has_its_question(locale):
    asked = {*exercises().safety_check, *exercises().profile}
    assert missing(locale, [f"finding.{n}.{part}" for n in asked for part in ("ask", "said")]) == []


@each_locale
def test_every_value_can_be_asked_for(locale):
    assert missing(locale, [f"ask.{name}" for name in (*VALUES, "severity_and_days")]) == []


@each_locale
def test_a_bundle_can_be_taken_in_by_ear(locale):
    """At most five things in about thirty words (the one on risks names the two age ends too)."""
    for about in bundles():
        spoken = [name for name in items(about) if name not in ("severity", "days")]
        short = [
            words(locale).entry(f"{'age_band' if name in AGE_ENDS else 'finding'}.{name}.short")
            for name in spoken
        ]
        said = [item["you"] if isinstance(item, dict) else item for item in short]
        assert sum(len(item.split()) for item in said) <= 36, about
        assert len(spoken) <= 6


@each_locale
def test_every_gate_says_why_it_is_shut(locale):
    assert missing(locale, [f"gate.{one.id}" for one in exercises().gates]) == []


@each_locale
def test_every_exercise_has_its_name_its_start_its_steps_and_its_cues(locale):
    names = []
    for one in exercises().exercises.values():
        names += [f"exercise.{one.id}.{part}" for part in ("name", "start", "steps")]
        cues = [phase for phase in one.phases if phase not in ("hold", "done")]
        names += [f"exercise.{one.id}.cue.{cue}" for cue in cues]
    assert missing(locale, names) == []


DOSE = re.compile(
    r"\d\s*(mg|milligram|ml|tablet|pill|drop)|every (\d+|\w+) hours|times a day|twice a day",
    re.IGNORECASE,
)
PROMISES = re.compile(  # clinical basis (g) 5
    r"diagnos(e|ed|es|ing)\b|\bcur(e|es|ed|ing)\b|\bsafe(ly|r)?\b|doctor-approved|alexa doctor|"
    r"life-?saving|you're fine|(?<!be sure )it's nothing serious|guarantee|(?<!don't )\btreats?\b",
    re.IGNORECASE,
)
ALARM = re.compile(r"!|panic|great question|well done for|don't worry", re.IGNORECASE)


@each_locale
def test_no_sentence_holds_a_dose(locale):
    assert offenders(locale, lambda sentence: DOSE.search(sentence[1])) == []


@each_locale
def test_no_sentence_promises_too_much(locale):
    assert offenders(locale, lambda sentence: PROMISES.search(sentence[1])) == []


@each_locale
def test_every_sentence_is_calm(locale):
    assert offenders(locale, lambda sentence: ALARM.search(sentence[1])) == []


@each_locale
def test_braces_are_closed_and_hold_a_name(locale):
    def open_or_empty(sentence: Sentence) -> bool:
        filled = len(re.findall(r"\{\w+\}", sentence[1]))
        return not sentence[1].count("{") == sentence[1].count("}") == filled

    assert offenders(locale, open_or_empty) == []


@each_locale
def test_every_sentence_can_be_written_as_xml(locale):
    assert offenders(locale, lambda sentence: not sentence[1].isprintable()) == []


@each_locale
def test_only_sentences_about_somebody_else_name_them(locale):
    def names_nobody_in_particular(sentence: Sentence) -> bool:
        name, text, about = sentence
        return about != "them" and name not in FOR_OTHERS_ONLY and bool(braces(text) & PERSONAL)

    assert offenders(locale, names_nobody_in_particular) == []


ABOUT_THE_LISTENER = re.compile(
    r"\byou('ve| have|'re| are| feel| lose| had)\b|"
    r"\byour (back|legs?|bottom|genitals|pain|sleep|body|face|neck|bladder|bowels|belly|skin|age|"
    r"fever|midwife|maternity|surgeon|pregnancy|bones?)\b"
)
TO_WHOEVER_LISTENS = re.compile(r"say: [^.]*|\bif you're worried\b", re.IGNORECASE)


@each_locale
def test_what_is_said_about_somebody_else_does_not_speak_of_the_listener(locale):
    """Neither the forms for somebody else, nor those that serve for anybody."""

    def speaks_of_the_listener(sentence: Sentence) -> bool:
        name, text, about = sentence
        if about == "you" or name.startswith((*INSTRUCTIONS, *NOT_SENTENCES)):
            return False
        return bool(ABOUT_THE_LISTENER.search(TO_WHOEVER_LISTENS.sub("", text)))

    assert offenders(locale, speaks_of_the_listener) == []


# --- Words and the acts that fill them ----------------------------------------------------------


def acts() -> Iterator[tuple[str, set[str]]]:
    """Each act made anywhere in the code under a name that stands there, and the values it has."""
    for file in sorted((ROOT / "skill").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in ("act", "Act") and node.args:
                yield from ((name, _values(node)) for name in _names(node.args[0]))


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _names(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*_names(node.body), *_names(node.orelse)]
    return []


def _values(node: ast.Call) -> set[str]:
    values = {keyword.arg for keyword in node.keywords if keyword.arg}
    for table in node.args[1:2]:
        if isinstance(table, ast.Dict):
            values |= {key.value for key in table.keys if isinstance(key, ast.Constant)}
    return values


ACTS = sorted(
    {(name if "." in name else f"say.{name}", frozenset(v)) for name, v in acts()}, key=str
)


def test_acts_are_found_in_the_code():
    assert ("say.pain_noted", frozenset({"severity"})) in ACTS


@each_locale
def test_every_act_that_is_made_by_name_has_words(locale):
    assert missing(locale, sorted({name for name, _ in ACTS})) == []


def _brought() -> Iterator[str]:
    """The name of every value that a handler ever gives to an act."""
    yield from (value for _, values in ACTS for value in values)
    for file in (ROOT / "skill" / "handlers").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            keys = node.keys if isinstance(node, ast.Dict) else []
            yield from (str(key.value) for key in keys if isinstance(key, ast.Constant))
            if isinstance(node, ast.Call) and _called(node) in ("act", "Act"):
                yield from _values(node)


BROUGHT = frozenset(_brought())


def gaps(text: str) -> set[str]:
    """What an act has to bring to a sentence."""
    return {brace.lower() for brace in braces(text) - COMMON - PERSONAL}


@each_locale
def test_every_gap_in_a_sentence_is_filled_by_every_act_that_says_it(locale):
    """By all acts of its name; where names are put together at run time, by some handler."""

    def left_empty(sentence: Sentence) -> bool:
        name, text, _ = sentence
        saying = [values for act_name, values in ACTS if act_name == name] or [BROUGHT]
        return not name.startswith(NOT_SENTENCES) and not all(
            gaps(text) <= values for values in saying
        )

    assert offenders(locale, left_empty) == []


@each_locale
def test_every_sentence_can_be_spoken_to_and_about_everybody(locale):
    people = ["self", *read(f"words/{locale}.toml")["person"]]
    for name, text, _ in sentences(locale):
        if not name.startswith(NOT_SENTENCES):
            values: dict[str, Any] = {**dict.fromkeys(EVERY_GAP, "x"), "count": 2}
            for person in people[1:] if name in FOR_OTHERS_ONLY else people:
                reply = Reply((Act(name, values),))
                assert "{" not in speak(reply, locale=locale, person=person).said, text


EVERY_GAP = {gap for locale in LOCALES for _, text, _ in sentences(locale) for gap in gaps(text)}


@each_locale
def test_every_person_has_a_name_and_pronouns(locale):
    table = read(f"words/{locale}.toml")
    for person in table["person"].values():
        assert person["name"]
        assert set(table["pronoun"][person["pronoun"]]) == {"they", "them", "their"}


@pytest.mark.parametrize("country", sorted(read("care_numbers.toml")))
def test_every_country_has_an_emergency_number_made_of_digits(country):
    numbers = care_numbers(country)
    for number in (numbers.emergency, numbers.advice, numbers.crisis):
        assert number is None or number.isdigit()
    assert numbers.emergency


def test_a_time_zone_lies_in_one_country():
    zones = [zone for one in read("care_numbers.toml").values() for zone in one["zones"]]
    assert len(zones) == len(set(zones))
    assert {
        zone: country_of(zone)
        for zone in ("Europe/London", "Australia/Sydney", "America/Indiana/Knox", "Asia/Kolkata")
    } == {
        "Europe/London": "GB",
        "Australia/Sydney": "AU",
        "America/Indiana/Knox": "US",
        "Asia/Kolkata": "IN",
    }
    assert [country_of(zone) for zone in (None, "UTC", "Etc/GMT+1", "Antarctica/Troll")] == [
        None
    ] * 4


@pytest.mark.parametrize("country", sorted(read("care_numbers.toml")))
def test_every_time_zone_of_a_country_is_one_that_devices_have(country):
    known = available_timezones()
    for zone in read("care_numbers.toml")[country]["zones"]:
        assert any(name == zone or name.startswith(zone) for name in known), zone


def test_the_number_to_call_is_that_of_where_the_device_stands():
    known = Known({"saddle_numbness": True})
    say = tuple(emergency_acts(known, so_far(known)))
    here, anywhere = (
        speak(Reply(say), locale="en-US", country=country_of(zone)).said
        for zone in ("Europe/London", None)
    )
    assert "call 9 9 9," in here
    assert "local emergency number" not in here
    assert "call 9 1 1 or your local emergency number" in anywhere


def test_the_emergency_numbers_are_those_of_the_clinical_basis():
    expected = {"US": "911", "GB": "999", "CA": "911", "AU": "000", "IN": "112", "DE": "112"}
    assert {country: care_numbers(country).emergency for country in expected} == expected
