"""A conversation by voice, put together from its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from skill.speaker.terminal import Keyboard, Terminal
from skill.speaker.voice import loudspeaker, microphone
from skill.speaker.voice.endpoint import Endpoint, Silero
from skill.speaker.voice.listener import Listener, Sentence
from skill.speaker.voice.recognition import Recogniser

if TYPE_CHECKING:
    from skill.speaker.cloud import Cloud
    from skill.speaker.voice.microphone import Recording
    from skill.speaker.voice.synthesis import Voice


def at_microphone(cloud: Cloud, voice: Voice, output: TextIO, *, headphones: bool) -> Terminal:
    """A conversation by this machine's microphone and loudspeaker.

    Raises `MissingPartError` when one of them, or the `voice` extra, is not there.
    """
    device = microphone.Device()
    listener = Listener(device, _sentence(), output, keyboard=Keyboard(), headphones=headphones)
    return Terminal(cloud, listener, output, loudspeaker=loudspeaker.Device(voice))


def from_recording(
    cloud: Cloud, recording: Recording, output: TextIO, *, headphones: bool
) -> Terminal:
    """A conversation by what was recorded, which nobody waits for and nothing is played in."""
    return Terminal(cloud, Listener(recording, _sentence(), output, headphones=headphones), output)


def _sentence() -> Sentence:
    return Sentence(Endpoint(Silero()), Recogniser())
