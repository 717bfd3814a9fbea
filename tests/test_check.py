"""The certification list: every point a machine can look at is kept, and a broken one is seen."""

from __future__ import annotations

import copy
import re
import shutil
from dataclasses import replace

import pytest

from skill import cli
from skill.content.words import Words
from skill.memory import household
from skill.release import (
    check,
    endpoint_points,
    listing_points,
    privacy_points,
    replies,
    store,
    told,
    voice_points,
)
from skill.release.evidence import Evidence
from skill.release.walk import APL, Caller, Saying

LOCALE = "en-US"


@pytest.fixture(scope="module")
def findings():
    return list(check.findings(LOCALE))


@pytest.mark.parametrize("number", range(len(check.POINTS)), ids=[p.rule for p in check.POINTS])
def test_the_point_is_kept_or_left_to_a_person(findings, number):
    assert findings[number].outcome != "failed", str(findings[number])


def test_what_is_left_to_a_person_says_what_to_do(findings):
    left = [each for each in findings if each.outcome == "needs a person"]
    assert 0 < len(left) < len(findings) / 4
    assert all(each.why for each in left)


def test_every_locale_that_is_spoken_has_a_listing():
    from skill.request import LOCALES

    assert set(store.locales()) == LOCALES


# A broken point is seen


@pytest.fixture
def listing():
    return copy.deepcopy(store.listing(LOCALE))


def faults(point, listing):
    evidence = Evidence(LOCALE)
    evidence.listing = listing
    return list(point(evidence))


@pytest.mark.parametrize(
    ("phrase", "fault"),
    [
        ("Alexa, ask back coach to bake a cake", "is no sample"),
        ("Alexa, ask back coach should I see a doctor!", "has a symbol"),
    ],
)
def test_an_example_that_would_be_refused_is_seen(listing, phrase, fault):
    listing["example_phrases"][1] = phrase
    assert any(fault in each for each in faults(listing_points.examples, listing))


def test_a_first_example_without_the_wake_word_is_seen(listing):
    listing["example_phrases"][0] = "open back coach"
    assert any("wake word" in each for each in faults(listing_points.examples, listing))


def test_a_description_without_its_disclaimer_or_with_an_app_is_seen(listing):
    listing["description"] = "This app is good for your back. " + listing["description"].replace(
        "does not replace a doctor", "is as good as a doctor"
    )
    found = faults(listing_points.description, listing)
    assert len(found) == 2


def test_a_way_that_leads_elsewhere_is_seen(listing):
    way = next(way for way in listing["testing"]["way"] if way["to"] == "self_care")
    way["to"] = "urgent"
    found = faults(listing_points.testing, listing)
    assert "the way to urgent leads to self_care" in found
    assert "there is no way to self_care" in found


def test_testing_instructions_that_leave_a_permission_out_are_seen(listing):
    listing["testing"]["after"] = "Timers: say set a timer."
    found = faults(listing_points.testing, listing)
    assert "nothing is said of reminders and the permission for them" in found


@pytest.mark.parametrize("page", listing_points.PAGES)
def test_a_page_that_is_not_there_is_seen(monkeypatch, tmp_path, page):
    monkeypatch.setattr(listing_points.bundle, "ROOT", tmp_path)
    assert f"docs/{page} is not there" in faults(listing_points.pages, {})


@pytest.mark.parametrize(
    ("page", "change", "fault"),
    [
        ("privacy.md", (r"^# .*", "# Amazon's privacy notice"), "by its title the skill's own"),
        ("terms.md", (r"^# .*", "# Terms of use"), "by its title the skill's own"),
        ("privacy.md", (r"(?m)^\|.*\n", ""), "no full table"),
        ("privacy.md", (r"(?m)\|[^|]*\|$", "| |"), "no full table"),
        ("privacy.md", ("90 days", "some time"), "kept for 90 days"),
        ("privacy.md", ('"forget me"', '"abracadabra simsalabim"'), "not understood"),
        ("privacy.md", ('"', ""), "how to have everything deleted"),
        ("terms.md", ("911", "us"), "does not name 911"),
    ],
)
def test_a_page_that_leaves_out_what_it_is_for_is_seen(monkeypatch, tmp_path, page, change, fault):
    docs, evidence = tmp_path / "docs", Evidence(LOCALE)
    shutil.copytree(listing_points.bundle.ROOT / "docs", docs)
    monkeypatch.setattr(listing_points.bundle, "ROOT", tmp_path)
    assert list(listing_points.pages(evidence)) == []
    (docs / page).write_text(re.sub(*change, (docs / page).read_text("utf-8")), "utf-8")
    assert any(fault in each for each in listing_points.pages(evidence))


def reply(**response):
    """A good reply, with a part of its response changed."""
    answer = Caller().say(Saying("BackPainIntent"))
    return replace(answer, response={**answer.response, **response})


def speech(ssml):
    return {"type": "SSML", "ssml": ssml}


def test_a_good_reply_has_no_fault():
    assert list(replies.faults(reply())) == []


@pytest.mark.parametrize(
    ("response", "fault"),
    [
        ({"outputSpeech": speech("<speak>this & that</speak>")}, "not well-formed"),
        ({"outputSpeech": speech("<speak> </speak>")}, "says nothing"),
        ({"outputSpeech": speech(f"<speak>{'so ' * 3000}</speak>")}, "characters"),
        ({"outputSpeech": speech('<speak>a<break time="10001ms"/></speak>')}, "ten seconds"),
        (
            {"outputSpeech": speech('<speak>a<break time="9ms"/><break time="9ms"/></speak>')},
            "two breaks",
        ),
        ({"outputSpeech": speech("<speak>a" + '<audio src="x"/>' * 6 + "</speak>")}, "sound files"),
        ({"outputSpeech": speech("<speak><emphasis>a</emphasis></speak>")}, "older voice"),
        ({"shouldEndSession": None}, "shouldEndSession"),
        ({"shouldEndSession": True}, "ends on a question"),
        ({"reprompt": None}, "no reprompt"),
        ({"card": {"type": "Simple", "content": "x" * 8001}}, "card"),
        ({"directives": [{"type": f"{APL}.RenderDocument"}]}, "device without"),
        ({"directives": [{"type": "AudioPlayer.Play"}]}, "device without"),
        ({"canvas": "x" * 120_000}, "bytes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_faulty_reply_is_seen(response, fault):
    found = list(replies.faults(reply(**response)))
    assert any(fault in each for each in found), found


def test_a_fault_of_ours_is_seen(monkeypatch):
    def broken(turn):
        raise RuntimeError

    monkeypatch.setattr("skill.handlers.answer", broken)
    assert any("apologised" in each for each in replies.faults(reply()))


def test_what_is_told_and_not_understood_is_seen(monkeypatch):
    monkeypatch.setattr(told, "phrases", lambda _: ["abracadabra simsalabim"])
    evidence = Evidence(LOCALE)
    evidence.states = [evidence.caller.launch()]
    (fault,) = voice_points.what_it_tells(evidence)
    assert "'abracadabra simsalabim' is told" in fault


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("Lie down. Say ready when you're there.", ["ready"]),
        ("Say ready when you're in place, or stop.", ["ready"]),
        ("Say go on, or stop.", ["go on", "stop"]),
        ("You can say yes, no, or I'm not sure.", ["yes", "no", "I'm not sure"]),
        (
            "You can say: my back hurts. Or: guide me through a stretch.",
            ["my back hurts", "guide me through a stretch"],
        ),
        ("Stop and say: that hurts.", ["that hurts"]),
        ("Say exactly what you told me. I can say how soon to see someone.", []),
        ("Some say a run helps.", []),
    ],
)
def test_what_people_are_told_to_say_is_found(text, phrases):
    assert list(told.phrases(text)) == phrases


def test_every_way_of_telling_in_the_words_is_found():
    """Whatever stands after "Say" or "say:" in the words is a phrase to the check as well."""
    ready = Words(LOCALE).entry("ask.ready")
    assert all(list(told.phrases(sentence)) == ["ready"] for sentence in ready)


# The command


def test_the_command_prints_a_line_a_point_and_fails_when_one_does(monkeypatch, capsys):
    good = check.Point("voice", "it speaks", lambda _: ())
    bad = check.Point("voice", "it is quiet", lambda _: ["it is loud", "it is loud", "b", "c", "d"])
    person = check.Point("metadata", "it is pretty", "look at it")
    monkeypatch.setattr(check, "POINTS", (good, person))
    assert cli.main(["check"]) == 0
    monkeypatch.setattr(check, "POINTS", (good, bad, person))
    assert cli.main(["check"]) == 1
    assert capsys.readouterr().out.splitlines()[2:] == [
        "ok              voice     it speaks",
        "failed          voice     it is quiet: it is loud; b; c; and 1 more",
        "needs a person  metadata  it is pretty: look at it",
    ]


def test_a_locale_that_nobody_speaks_is_wrong_use(capsys):
    assert cli.main(["check", "--locale", "xx-XX"]) == 2
    assert "xx-XX" in capsys.readouterr().err


def test_the_log_of_what_is_tried_is_not_mixed_into_the_findings(monkeypatch, capsys):
    tried = (endpoint_points.refusals, privacy_points.forgetting)
    monkeypatch.setattr(check, "POINTS", [check.Point("voice", "tried", each) for each in tried])
    assert cli.main(["check"]) == 0
    out, err = capsys.readouterr()
    assert (len(out.splitlines()), err) == (2, "")


def test_a_server_that_lets_in_what_it_should_not_is_seen(monkeypatch):
    monkeypatch.setattr("skill.signature.check_time", lambda *_: None)
    found = list(endpoint_points.refusals(Evidence(LOCALE)))
    assert {each.partition(": it is")[0] for each in found} == {
        "a stale request",
        "a request from the future",
        "a request without a time",
    }


def test_a_memory_that_somebody_else_hears_is_seen(monkeypatch):
    hashed = household.hashed
    monkeypatch.setattr(
        "skill.memory.keeping.hashed", lambda secret, user, *_: hashed(secret, user)
    )
    found = list(privacy_points.others(Evidence(LOCALE)))
    assert any("another voice in the house hears" in each for each in found)
    assert not any("another household" in each for each in found)


def test_a_permission_that_nobody_wanted_is_seen(monkeypatch):
    evidence = Evidence(LOCALE)
    offered = evidence.caller.say(voice_points.REMINDER[0])
    monkeypatch.setattr(voice_points, "_in_the_middle", lambda _: [offered])
    (fault,) = voice_points.permissions(evidence)
    assert fault.startswith("AMAZON.YesIntent when asked")


def test_a_refused_permission_that_is_asked_for_again_is_seen(monkeypatch):
    monkeypatch.setattr("skill.request._consent", lambda _: "failed")
    monkeypatch.setattr(voice_points, "_in_the_middle", lambda _: ())
    found = set(voice_points.refused(Evidence(LOCALE)))
    assert len(found) == 4
    assert all("it asks again" in each for each in found)


def test_a_refused_permission_that_ends_a_checkup_is_seen(monkeypatch):
    evidence = Evidence(LOCALE)
    checkup = evidence.caller.say(Saying("BackPainIntent"))
    ended = replace(checkup, response={**checkup.response, "shouldEndSession": True})
    monkeypatch.setattr(voice_points, "_in_the_middle", lambda _: [checkup])
    assert list(voice_points.refused(evidence)) == []
    monkeypatch.setattr(Caller, "say", lambda *_: ended)
    assert any("it does not go on" in each for each in voice_points.refused(evidence))


def test_advice_that_does_not_say_what_it_is_is_seen(listing):
    listing["spoken_disclaimer"] = "a word that is never said"
    assert faults(voice_points.education, listing) == [
        "help does not say so",
        "the verdict does not say so",
    ]


def test_forgetting_that_leaves_something_is_seen(monkeypatch):
    monkeypatch.setattr("skill.memory.sqlite.Table.remove", lambda *_: None)
    found = list(privacy_points.forgetting(Evidence(LOCALE)))
    assert any("the store still has" in each for each in found)


def test_nobodys_memory_is_touched(monkeypatch, tmp_path):
    file = tmp_path / "memory.sqlite3"
    monkeypatch.setenv("BACK_COACH_MEMORY", f"sqlite:///{file}")
    points = [check.Point("voice", *each) for each in voice_points.POINTS[:1]]
    monkeypatch.setattr(check, "POINTS", points)
    assert [each.outcome for each in check.findings(LOCALE)] == ["ok"]
    assert not file.exists()


def test_settings_that_make_no_sense_are_seen(monkeypatch):
    monkeypatch.setenv("BACK_COACH_MEMORY", "postgres:there")
    (fault,) = endpoint_points.settings(Evidence(LOCALE))
    assert "postgres:there" in fault
