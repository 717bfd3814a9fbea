"""Counts keep their time in the sound itself: what is promised is measured in a WAV file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from array import array
from itertools import pairwise

import pytest

from skill import routine
from skill.content.exercises import PACES, exercises
from skill.routine import Allowed, begin
from skill.speaker import measure, wav
from skill.speaker.sound import timeline
from skill.speaker.voice.parts import MissingPartError
from skill.speaker.voice.synthesis import ESPEAK, Espeak

needs_a_voice = pytest.mark.skipif(
    shutil.which(ESPEAK) is None,
    reason=f"{ESPEAK} is not installed (Debian: apt-get install {ESPEAK})",
)
EXERCISES = exercises().order
ANSWERED_AFTER = 1.0  # seconds after a reply, where nothing else is said
INTERRUPTED_AT = 40.0


@pytest.fixture(scope="module")
def voice() -> Espeak:
    return Espeak()


@pytest.fixture(scope="module")
def conversation(tmp_path_factory):
    """A conversation kept by the command: what it printed, and the samples and rate of its file."""
    file = tmp_path_factory.mktemp("sound") / "talk.wav"
    lines = [
        "guide me through knee rolls",
        "no",
        "no",
        "ready",
        json.dumps({"say": "wait", "after": INTERRUPTED_AT}),
        "go on",
    ]
    command = [sys.executable, "-m", "skill.cli", "talk", "--json", "--wav", str(file)]
    said = "".join(f"{line}\n" for line in lines)
    done = subprocess.run(command, input=said, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()], *wav.read(file)


@needs_a_voice
@pytest.mark.parametrize("pace", PACES)
@pytest.mark.parametrize("name", EXERCISES)
def test_holds_and_repetitions_are_heard_as_long_as_promised(name, pace, voice):
    place = begin(name, Allowed(EXERCISES), pace=pace)
    rows = measure.measure(place, voice)
    assert any(row.what == "repetition" for row in rows)
    assert any(row.what == "hold" for row in rows) is ("hold" in exercises().exercises[name].phases)
    assert [row for row in rows if not row.kept] == []


@needs_a_voice
def test_at_the_caps_they_are_as_well(voice):
    for exercise in exercises().exercises.values():
        place = begin(exercise.id, Allowed(EXERCISES))
        if not exercise.timed:
            place = place._replace(reps=exercise.most, hold=exercise.longest)
        assert [row for row in measure.measure(place, voice) if not row.kept] == []


@needs_a_voice
def test_the_file_of_a_conversation_holds_what_was_promised(conversation):
    """Two repetitions to the right and one to the left begin before the pause at 40 seconds."""
    turns, samples, rate = conversation
    dose = turns[3]["state"]["memo"]["place"]
    began = sum(turn["lasts"] + ANSWERED_AFTER for turn in turns[:3])
    found = measure.onsets(samples, rate)

    def heard(*words: str) -> list[float]:
        return [
            min(found, key=lambda onset: abs(onset - began - piece.at))
            for piece in timeline(turns[3]["ssml"])
            if piece.text.lower().startswith(words) and piece.at < INTERRUPTED_AT
        ]

    rolls = heard("both knees", "and both knees")
    assert len(rolls) == 3
    phases = 2 * exercises().seconds_a_phase["normal"]
    promised = phases + dose["hold"] + routine.DONE_SECONDS
    assert [after - before for before, after in pairwise(rolls)] == [
        pytest.approx(promised, rel=measure.PACE_TOLERANCE)
    ] * 2
    holds = zip(heard("hold", "and hold"), heard("and back", "back"), strict=False)
    assert [end - start for start, end in holds] == [
        pytest.approx(dose["hold"], abs=measure.HOLD_TOLERANCE)
    ] * 2


@needs_a_voice
def test_an_interrupted_reply_is_cut_where_it_was_interrupted(conversation):
    turns, samples, rate = conversation
    seconds = len(samples) / rate
    heard = [turn["lasts"] for turn in turns]
    heard[3] = INTERRUPTED_AT
    assert seconds == pytest.approx(sum(heard) + ANSWERED_AFTER * 4, abs=1.0)


def test_without_a_voice_it_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingPartError, match="apt-get install espeak-ng"):
        Espeak()


def test_a_measurement_off_by_more_than_its_tolerance_is_not_kept():
    hold = measure.Measured("bridge", "normal", "hold", 3.0, (3.1, 3.51))
    pace = measure.Measured("bridge", "normal", "repetition", 13.0, (13.0, 14.4))
    assert not hold.kept
    assert not pace.kept
    assert measure.table([hold, pace]).count("not kept") == 2
    assert measure.Measured("bridge", "normal", "hold", 3.0, (2.6, 3.4)).kept


def test_sound_after_silence_is_where_words_begin():
    tone, silence = array("h", [5000] * 16_000), array("h", [0] * 8_000)
    assert measure.onsets(silence + tone + silence + tone, 16_000) == pytest.approx(
        [0.5, 2.0], abs=0.02
    )
