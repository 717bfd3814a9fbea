"""SSML of a counted reply -> a document of APL for Audio: speech and silence, one after another.

A device that lists the interface plays pauses as silence of its own there, outside the limits that
sources disagree on for SSML. The words and pauses are exactly those of the SSML.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

INTERFACE = "Alexa.Presentation.APLA"
VERSION = "0.91"
TOKEN = "count"  # noqa: S105 - names the document, and opens nothing


def document(ssml: str) -> dict[str, Any]:
    """The document, ready for RenderDocument, that plays `ssml` as `speech.to_ssml` makes it."""
    return {
        "type": "APLA",
        "version": VERSION,
        "mainTemplate": {
            "parameters": ["payload"],
            "items": [{"type": "Sequencer", "items": list(_items(ssml))}],
        },
    }


def _items(ssml: str) -> Iterator[dict[str, Any]]:
    import xml.etree.ElementTree as ET  # noqa: PLC0415 - most starts count nothing

    root = ET.fromstring(ssml)  # noqa: S314 - our own
    yield from _speech(root.text)
    for pause in root:
        yield {"type": "Silence", "duration": int(pause.attrib["time"].removesuffix("ms"))}
        yield from _speech(pause.tail)


def _speech(text: str | None) -> Iterator[dict[str, Any]]:
    if text and text.strip():
        yield {"type": "Speech", "contentType": "PlainText", "content": text.strip()}
