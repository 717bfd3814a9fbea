"""All that is kept of one home: its own items, and those of the voices recognised there."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator

from skill.memory import Configuration, Item, Store
from skill.memory.items import SHARED, VOICE

_HASH = re.compile("[0-9a-f]{64}")


def hashed(secret: bytes, user: str, voice: str = "") -> str:
    """What stands for a user, or for a voice in that user's home: a keyed hash, naming nobody."""
    return hmac.new(secret, _bytes(f"{user}\n{voice}"), hashlib.sha256).hexdigest()


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")  # JSON may hold half a character


def items_of(store: Store, who: str) -> list[Item]:
    """What is kept under a hash; if it is a household's, of its voices too. Raises OSError."""
    own = store.read(who)
    return [*own, *(item for voice in _voices(own) for item in store.read(voice))]


def forget(store: Store, who: str) -> int:
    """Wipe all that is kept under a hash; if it is a household's, of its voices too.

    How many items went. The voices go first, so that a second try finds what the first one left.
    Raises OSError.
    """
    own = store.read(who)
    gone = sum(forget(store, voice) for voice in _voices(own))
    store.remove(who, [item.what for item in own])
    return gone + len(own)


# --- For an operator, who has an Alexa user id or a hash from an export ---------------------------


def export(configuration: Configuration, user: str | None = None) -> list[Item]:
    """What is kept of a user's household, or of everybody. Raises OSError."""
    if user is None:
        return sorted(configuration.store.everything(), key=lambda item: (item.who, item.what))
    return items_of(configuration.store, _who(configuration, user))


def wipe(configuration: Configuration, user: str) -> int:
    """Wipe what is kept of a user, and what households keep about a voice that was meant.

    How many items went. It reads the whole table. Raises OSError.
    """
    store, who = configuration.store, _who(configuration, user)
    links = [item for item in store.everything() if _is_link(item, who)]
    gone = forget(store, who)
    for item in links:
        store.remove(item.who, [item.what])
    return gone + len(links)


def _who(configuration: Configuration, user: str) -> str:
    return user if _HASH.fullmatch(user) else hashed(configuration.secret, user)


def _is_link(item: Item, voice: str) -> bool:
    shares = item.what.startswith(SHARED) and item.value.get("who") == voice
    return shares or item.what == f"{VOICE}{voice}"


def _voices(items: list[Item]) -> Iterator[str]:
    return (item.what.removeprefix(VOICE) for item in items if item.what.startswith(VOICE))
