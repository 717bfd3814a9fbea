"""What a whole store holds after long conversations, read as somebody would who gets hold of it.

With no diary, or one that was declined: which exercises were done, how fast, and where it stopped;
nothing of what was said about anyone's health. With a diary it is there, until it is forgotten.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from door import START, envelope
from kept import USER, VOICE

from skill.alexa import answer
from skill.content.exercises import exercises
from skill.content.triage import LEVELS
from skill.content.triage import triage as knowledge
from skill.memory import household
from skill.speaker.cloud import Cloud, Utterance
from skill.speaker.envelope import Device
from skill.speaker.sound import plain_text
from skill.triage import VALUES

# Four visits: a check-up to its end and an exercise that hurts; somebody else, in an emergency; a
# check-up that breaks off; an exercise left half way. What is said at a second interrupts a count.
VISITS = (
    (
        ("open back coach", None),
        ("my pain is a six", None),
        ("nope", None),
        ("nope", None),
        ("it is stiff since Sunday", None),
        ("nope", None),
        ("nope", None),
        ("nope", None),
        ("guide me through knee rolls", None),
        ("nope", None),
        ("ready", None),
        ("guide me through the pelvic tilt", None),
        ("ready", None),
        ("slower", 10),
        ("ready", None),
        ("wait", 15),
        ("that hurts", None),
        ("nope", None),
        ("stop", None),
    ),
    (
        ("open back coach", None),
        ("my mother has a fever and she is pregnant, twenty weeks", None),
        ("her bladder is leaking too", None),
        ("how am I doing", None),
        ("my pain is a four", None),
        ("stop", None),
    ),
    (
        ("open back coach", None),
        ("guide me through knee rolls", None),
        ("my left knee is numb and I have osteoporosis", None),
        ("can I take ibuprofen", None),
        ("what do you keep", None),
        ("stop", None),
    ),
    (
        ("I'm looking after Anna", None),
        ("guide Anna through knee rolls", None),
        ("nope", None),
        ("nope", None),
        ("ready", None),
        ("Anna's pain is a four", None),
        ("nope", None),
        ("stop", None),
    ),
    (
        ("open back coach", None),
        ("guide me through knee rolls", None),
        ("nope", None),
        ("nope", None),
        ("ready", None),
        ("wait", 12),
        ("stop", None),
    ),
)
OFFER = ["diary"]

# All that is kept of use: the names under which it stands, and the ids that stand there.
NAMES = {
    *("kind", "day", "at", "value", "person"),
    *("welcomed", "pace", "explained", "zone", "left", "diary"),
    *("place", "plan", "items", "number", "goal", "exercise", "reps", "hold", "versions", "first"),
    *("repetition", "side", "began", "since", "paused", "sore", "severity", "position"),
    *("version", "seconds", "repetitions"),
}
IDS = {
    *("exercise", "self", "mother", "normal", "slower", "faster", "left", "right"),
    *exercises().exercises,
    *exercises().routines,
}


class Home:
    """A speaker that is visited several times, some hours apart."""

    def __init__(self, diary_wanted: str) -> None:
        self.diary_wanted = diary_wanted
        self.now = datetime(2026, 3, 4, 9, tzinfo=UTC)
        self.spoken: list[str] = []
        self.levels: set[str] = set()

    def visit(self, lines) -> None:
        cloud = Cloud(Device(user=USER, voice=None), clock=lambda: self.now)
        for words, after in lines:
            exchange = self._hear(cloud, words, after)
            if (exchange.state.get("asking") or {}).get("about") == OFFER:
                self._hear(cloud, self.diary_wanted, None)
        cloud.leave()
        self.now += timedelta(hours=5)

    def _hear(self, cloud, words, after):
        self.spoken.append(words)
        exchange = cloud.hear(Utterance(words, after))
        assert "something went wrong" not in plain_text(exchange.ssml)
        self.levels.add((exchange.state.get("verdict") or {}).get("level"))
        return exchange


@pytest.fixture
def told(request, kept):
    """A store after all visits; `diary` and the answer to its offer are the parameter."""
    diary, wanted = request.param
    kept.use(BACK_COACH_DIARY=diary)
    home = Home(wanted)
    for lines in VISITS:
        home.visit(lines)
    assert {"emergency", "self_care"} <= home.levels
    return kept, home


WITHOUT = pytest.mark.parametrize("told", [("off", ""), ("opt-in", "no")], indirect=True)
WITH = pytest.mark.parametrize("told", [("opt-in", "yes")], indirect=True)


def leaves(value):
    """Every name and every text in JSON data."""
    if isinstance(value, dict):
        return {*value, *(leaf for part in value.values() for leaf in leaves(part))}
    if isinstance(value, list):
        return {leaf for part in value for leaf in leaves(part)}
    return {value} if isinstance(value, str) else set()


def words_of_health():
    rules = set(knowledge().rules)
    return {*knowledge().findings, *rules, *LEVELS, *VALUES, "verdict", "score", "emergency"}


def named(raw):
    """The words of health that stand anywhere in the bytes of a store."""
    return set(re.findall(r"[\w-]+", raw.decode("utf-8", "replace"))) & words_of_health()


@WITHOUT
def test_without_a_diary_the_store_holds_use_and_no_finding_level_rule_or_score(told):
    kept, _ = told

    items = list(kept.configuration.store.everything())
    raw = kept.raw()

    assert {item.what.partition("#")[0] for item in items} == {"settings", "entry"}
    assert {i.value["kind"] for i in items if i.what.startswith("entry#")} == {"exercise"}
    for item in items:
        assert leaves(dict(item.value)) <= NAMES | IDS
        assert item.value.get("diary") in (None, False)
    left = kept.listener(user=USER).recall().settings.left
    assert left["place"]["exercise"] == "knee_rolls"
    assert left["plan"]["severity"] is None
    assert len(raw) > 500
    assert b"anna" not in raw.lower()
    assert named(raw) == {"severity"}  # the name, with nothing in it


@WITHOUT
def test_without_a_diary_no_word_that_was_spoken_is_in_the_store(told):
    kept, home = told

    kept_words = {
        word
        for item in kept.configuration.store.everything()
        for leaf in leaves({item.what.partition("#")[0]: dict(item.value)})
        for word in leaf.split("_")
    }

    spoken = set(re.findall(r"[a-z]{3,}", " ".join(home.spoken).lower()))
    asked_for = {"knee", "rolls", "slower"}
    assert (kept_words - NAMES) & spoken == asked_for
    assert {"six", "fever", "bladder", "osteoporosis", "stiff", "numb", "mother"} <= spoken


@WITH
def test_with_a_diary_what_was_told_is_there_but_not_how_it_was_said(told):
    kept, home = told

    found = named(kept.raw())

    assert {"score", "verdict", "emergency", "self_care", "fever", "pregnant"} <= found
    remembered = kept.listener(at=START.timestamp() + 86_400, user=USER).recall()
    assert remembered.of("self", "score")[0].value == 6
    assert remembered.of("self", "sore")
    assert remembered.of("mother", "verdict")[-1].value == "emergency"
    assert {entry.kind for entry in remembered.of("Anna")} >= {"exercise", "score"}
    raw = kept.raw().decode("utf-8", "replace").lower()
    assert [line for line in home.spoken if " " in line and line.lower() in raw] == []
    assert not {"nope", "stiff", "sunday", "hurts", "osteoporosis"} & set(re.findall(r"\w+", raw))


@WITH
def test_forget_everything_leaves_nothing_at_all(told):
    kept, home = told
    home.visit((("open back coach", None), ("forget everything", None), ("yes", None)))

    assert kept.count() == 0
    assert named(kept.raw()) == set()
    assert kept.listener(user=USER).who.encode() not in kept.raw()


@WITH
def test_stopping_the_diary_leaves_use_alone(told):
    kept, home = told
    home.visit((("open back coach", None), ("stop the diary", None)))

    assert named(kept.raw()) <= {"severity"}
    assert kept.listener(user=USER).recall().of("self", "exercise")


def test_the_place_in_an_exercise_does_not_tell_who_is_pregnant(in_file):
    in_file.use(BACK_COACH_DIARY="off")
    home = Home("")
    home.visit(
        (
            ("open back coach", None),
            ("I'm pregnant, twenty weeks, and my back hurts, about a four", None),
            *[("nope", None)] * 3,
            ("three days", None),
            *[("nope", None)] * 3,
            ("guide me through a routine", None),
            ("nope", None),
            ("ready", None),
            ("wait", 8),
            ("stop", None),
        )
    )

    raw = in_file.raw().decode("utf-8", "replace")

    assert '"cat_camel"' in raw
    assert not {"pregnancy_safe", "no_hollow"} & set(re.findall(r"\w+", raw))


def test_a_score_is_kept_when_it_is_said_and_not_again(in_file):
    home = Home("yes")
    for lines in VISITS:
        home.visit(lines)

    said = [words for words in home.spoken if words.startswith("my pain is a")]
    kept = in_file.listener(user=USER).recall().of("self", "score")

    assert [entry.value for entry in kept] == [6, 4]
    assert len(kept) == len(said)


# --- The skill is switched off ------------------------------------------------------------------


def disabled(user):
    event = envelope({"type": "AlexaSkillEvent.SkillDisabled"}, user_id=user)
    del event["session"]  # Alexa sends none with an event
    return event


def test_switching_the_skill_off_wipes_the_household_and_its_voices_and_nobody_else(kept):
    homes = (USER, "amzn1.ask.account.NEXTDOOR")
    for user in homes:
        for voice in (None, VOICE, "amzn1.ask.person.ANOTHER"):
            cloud = Cloud(Device(user=user, voice=voice), clock=lambda: START)
            for words in ("open back coach", "my pain is a six", "yes"):
                cloud.hear(Utterance(words))
    store, secret = kept.configuration.store, kept.configuration.secret
    whos = {user: household.hashed(secret, user) for user in homes}
    each = len(household.items_of(store, whos[USER]))
    assert (each, kept.count()) == (len(household.items_of(store, whos[homes[1]])), 2 * each)

    reply = answer(disabled(USER))

    assert "outputSpeech" not in reply["response"]
    assert household.items_of(store, whos[USER]) == []
    assert kept.count() == each
    assert whos[USER].encode() not in kept.raw()


def test_switching_off_twice_or_unknown_is_no_trouble(kept):
    for _ in range(2):
        assert answer(disabled("amzn1.ask.account.NOBODY"))["response"] is not None


def test_a_household_that_cannot_be_wiped_now_is_not_acknowledged(in_file):
    """Amazon sends an event again that was not acknowledged: skill events may be an hour old."""
    in_file.file.parent.write_text("a file where the folder should be")

    with pytest.raises(NotADirectoryError):
        answer(disabled(USER))
