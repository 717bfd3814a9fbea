"""Alexa's request JSON -> a Turn: what was said or touched, and the conversation it belongs to.

What is missing, new or wrong in a request is not there, and nothing raises. Source of the shapes:
Amazon, "Request Types Reference" and "Request and Response JSON Reference".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, cast

from skill import handlers, memory, slots
from skill.alarms import Alarms
from skill.content.exercises import exercises
from skill.diary import NOTHING_KEPT, Memory
from skill.serializer import at, text_at
from skill.session import from_attributes
from skill.turn import Consent, Heard, Turn, local_day

DEFAULT_LOCALE = "en-US"
LOCALES = frozenset({DEFAULT_LOCALE})
YEARS = range(2000, 3000)  # a time of another cannot be put into every zone, or days added to it
CONNECTION = "Connections.Response"
START_STRETCH = "StartStretch"  # the custom task, as the manifest has it
TOUCHED = "Alexa.Presentation.APL.UserEvent"


def speaks(request: Mapping[str, Any]) -> bool:
    """Whether somebody said something, or touched what means the same: that wants an answer."""
    kind = request.get("type")
    if kind == "IntentRequest":
        return text_at(request, "intent", "name") is not None
    if kind == TOUCHED:
        return _touched(request) is not None
    return kind == "LaunchRequest" or _answers_permission(request)


def turn_of(event: Mapping[str, Any], request: Mapping[str, Any], attributes: Any) -> Turn:
    """The `request` in an event as a turn of the conversation that the session attributes hold."""
    state, moment = from_attributes(attributes), _moment(request.get("timestamp"))
    locale = _locale(request.get("locale"))
    device = cast("Alarms", _Device(event, locale, moment))
    kept = _memory(event, moment)
    if wanted := task(request):
        return Turn("GuideStretchIntent", wanted, state, moment, locale, kept, device)
    intent = _touched(request) or request.get("intent")
    name = text_at(intent, "name")
    if name is None:
        heard = Heard(consent=_consent(request), token=_token(request))
        return Turn(request.get("type") or "", heard, state, moment, locale, kept, device)
    if state.turns == 0 and (remembered := kept.recall()):
        state.zone = remembered.settings.zone
    today = local_day(moment, state.zone)
    heard = slots.heard(at(intent, "slots"), name, state, today, locale)
    return Turn(name, heard, state, moment, locale, kept, device)


def task(request: Mapping[str, Any]) -> Heard | None:
    """What a routine of the house or a Quick Link opens the skill for; None: nothing of ours.

    The task is named with the skill's id before it (Amazon's "Implement Custom Tasks").
    """
    name = text_at(request, "task", "name") if "task" in request else None
    if name is None or name.rpartition(".")[2] != START_STRETCH:
        return None
    return Heard(goal=slots.one_of(at(request, "task", "input", "routine"), exercises().routines))


def _touched(request: Mapping[str, Any]) -> dict[str, Any] | None:
    """What was touched on the screen, as the intent that means the same; None where nothing was.

    Its arguments are an intent by its name, then slots and their ids by turns (`screen.buttons`).
    """
    means = request.get("arguments") if request.get("type") == TOUCHED else None
    if not isinstance(means, list) or not all(isinstance(part, str) for part in means):
        return None
    if not means or means[0] not in handlers.ANYTIME:
        return None
    filled = zip(means[1::2], means[2::2], strict=False)
    return {"name": means[0], "slots": {name: _touched_slot(id_) for name, id_ in filled}}


def _touched_slot(id_: str) -> dict[str, Any]:
    values = [{"value": {"id": id_, "name": id_}}]
    return {"value": id_, "resolutions": {"resolutionsPerAuthority": [{"values": values}]}}


class _Device:
    """The `Alarms` of the device, once a turn asks something of them: most never do."""

    def __init__(self, event: Mapping[str, Any], locale: str, moment: datetime) -> None:
        self._event, self._locale, self._moment = event, locale, moment

    @cached_property
    def _alarms(self) -> Alarms:
        from skill.alerts import alarms  # noqa: PLC0415 - a quick start need not pay for it

        return alarms(at(self._event, "context", "System"), self._locale, self._moment)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._alarms, name)


def _memory(event: Mapping[str, Any], moment: datetime) -> Memory:
    """What is kept of whoever speaks: a recognised voice has a memory of its own."""
    kept = memory.in_use()
    user = user_of(event) if kept else None
    if kept is None or user is None:
        return NOTHING_KEPT
    from skill.memory.keeping import listener  # noqa: PLC0415 - only where something is kept

    voice = text_at(event, "context", "System", "person", "personId")
    return listener(kept, user, voice, moment.timestamp())


def user_of(event: Mapping[str, Any]) -> str | None:
    """Alexa's id for the household that a request comes from, where it names one."""
    return text_at(event, "context", "System", "user", "userId")


def _answers_permission(request: Mapping[str, Any]) -> bool:
    """Whether Alexa hands back the answer to a permission that she asked for in our name."""
    return (request.get("type"), request.get("name")) == (CONNECTION, "AskFor")


def _consent(request: Mapping[str, Any]) -> Consent | None:
    """What was answered to a permission that was asked for (Voice Permissions for Reminders)."""
    if not _answers_permission(request):
        return None
    answers: dict[Any, Consent] = {
        "ACCEPTED": "accepted",
        "DENIED": "denied",
        "NOT_ANSWERED": "not_answered",
    }
    went_well = str(at(request, "status", "code")) == "200"
    answer = text_at(request, "payload", "status")
    return answers.get(answer, "failed") if went_well else "failed"


def _token(request: Mapping[str, Any]) -> str:
    """What we sent along with a question that Alexa put for us."""
    return text_at(request, "token") or ""


def _moment(written: Any) -> datetime:
    """The time of the request (ISO 8601); now, where it cannot be read or be true."""
    try:
        moment = datetime.fromisoformat(written)
    except (TypeError, ValueError):
        return datetime.now(UTC)
    if moment.year not in YEARS:
        return datetime.now(UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _locale(wanted: Any) -> str:
    """The locale to speak: the one asked for, once there are words for it."""
    return wanted if isinstance(wanted, str) and wanted in LOCALES else DEFAULT_LOCALE
