"""Reminders and timers through Amazon's APIs: over real HTTP, on its good and its bad days."""

from __future__ import annotations

import json
import logging
import socket
import ssl
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from amazon import REMINDERS, TIMERS, TOKEN, ZONE, amazon
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model.services import reminder_management
from ask_sdk_model.services.reminder_management import ReminderRequest, spoken_info
from ask_sdk_model.services.timer_management import TimerRequest
from certificates import root
from door import START, Conversation

from skill import alerts
from skill.alarms import NO_ALARMS

MORNING = {"Time": "08:00", "Frequency": "daily", "Task": "stretch"}
EIGHT = {
    "alertToken": "a1",
    "createdTime": "2026-03-01T09:00:00.000Z",
    "status": "ON",
    "trigger": {
        "type": "SCHEDULED_ABSOLUTE",
        "timeZoneId": "UTC",
        "recurrence": {
            "startDateTime": "2026-03-05T08:00:00.000",
            "recurrenceRules": ["FREQ=DAILY;BYHOUR=8;BYMINUTE=0;BYSECOND=0;INTERVAL=1;"],
        },
    },
    "alertInfo": {
        "spokenInfo": {"content": [{"locale": "en-US", "text": "Time for your stretch"}]}
    },
    "pushNotification": {"status": "ENABLED"},
}


@pytest.fixture
def service():
    with amazon() as running:
        yield running


@pytest.fixture
def talk(service):
    return Conversation(system=service.system())


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(alerts, "MOST_SECONDS", 0.2)


def sure(talk, **slots):
    return talk.say("RemindIntent", **(slots or MORNING)).say("AMAZON.YesIntent")


def directive(talk):
    return talk.response.get("directives", [{}])[0]


# --- What is sent -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slots", "trigger"),
    [
        (
            MORNING,
            {
                "type": "SCHEDULED_ABSOLUTE",
                "timeZoneId": "UTC",
                "recurrence": {
                    "startDateTime": "2026-03-05T08:00:00.000",
                    "recurrenceRules": ["FREQ=DAILY;BYHOUR=8;BYMINUTE=0;BYSECOND=0;INTERVAL=1;"],
                },
            },
        ),
        (
            {"Time": "07:30", "Frequency": "weekdays"},
            {
                "type": "SCHEDULED_ABSOLUTE",
                "timeZoneId": "UTC",
                "recurrence": {
                    "startDateTime": "2026-03-05T07:30:00.000",
                    "recurrenceRules": [
                        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=7;BYMINUTE=30;BYSECOND=0;INTERVAL=1;"
                    ],
                },
            },
        ),
        (
            {"Day": "2026-03-05", "Time": "09:00"},
            {
                "type": "SCHEDULED_ABSOLUTE",
                "timeZoneId": "UTC",
                "scheduledTime": "2026-03-05T09:00:00.000",
            },
        ),
        ({"Duration": "PT2H"}, {"type": "SCHEDULED_RELATIVE", "offsetInSeconds": 7200}),
    ],
    ids=["daily", "weekdays", "once", "from now"],
)
def test_a_reminder_is_sent_in_the_shape_of_amazons_own_classes(
    slots, trigger, service, talk, monkeypatch
):
    sure(talk, **slots)
    (body,) = service.sent("POST")
    assert body["trigger"] == trigger
    assert body["pushNotification"] == {"status": "ENABLED"}
    # Amazon's class names a module of its own that is not in the package.
    name = f"{reminder_management.__name__}.alert_info_spoken_info"
    monkeypatch.setitem(sys.modules, name, spoken_info)
    assert through_amazons(body, ReminderRequest) == as_moments(body)


@pytest.mark.parametrize(
    ("slots", "duration", "operation"),
    [
        ({"Duration": "PT20M"}, "PT20M", "NOTIFY_ONLY"),
        ({"Duration": "PT90S"}, "PT1M30S", "NOTIFY_ONLY"),
        ({"Remedy": "cold"}, "PT15M", "ANNOUNCE"),
        ({"Remedy": "warmth", "Duration": "PT2H"}, "PT20M", "ANNOUNCE"),
        ({"Duration": "PT24H"}, "PT24H", "NOTIFY_ONLY"),
    ],
)
def test_a_timer_is_sent_in_the_shape_of_amazons_own_classes(
    slots, duration, operation, service, talk
):
    talk.say("TimerIntent", **slots)
    (body,) = service.sent("POST")
    assert body["duration"] == duration
    assert body["triggeringBehavior"]["operation"]["type"] == operation
    assert "timerLabel" not in body, "two timers with one label would be refused"
    assert through_amazons(body, TimerRequest) == as_moments(body)


def through_amazons(body, kind):
    """The body after a trip through Amazon's class for it: what it does not know is lost."""
    serializer = DefaultSerializer()
    return as_moments(serializer.serialize(serializer.deserialize(json.dumps(body), kind)))


def as_moments(value):
    """Without what is null, and with times compared as moments rather than as text."""
    if isinstance(value, dict):
        return {key: as_moments(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [as_moments(one) for one in value]
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def test_what_is_read_out_says_nothing_of_anybodys_health_and_not_our_name(service, talk):
    for task in ("stretch", "walk", "move", "appointment", "check_in", "other"):
        sure(talk, Time="08:00", Frequency="daily", Task=task)
    labels = [
        body["alertInfo"]["spokenInfo"]["content"][0]["text"] for body in service.sent("POST")
    ]
    assert len(set(labels)) == 6
    for label in labels:
        assert len(label) <= 26, "longer ones are cut off on a small screen"
        assert not {"back", "coach", "pain", "doctor", "spasm"} & set(label.lower().split())


def test_the_device_says_in_what_zone_eight_in_the_morning_is(service, talk):
    service.answer("GET", ZONE, 200, "America/Los_Angeles")
    sure(talk, Time="08:00")  # it is one in the night there
    (body,) = service.sent("POST")
    assert body["trigger"]["timeZoneId"] == "America/Los_Angeles"
    assert body["trigger"]["scheduledTime"] == "2026-03-04T08:00:00.000"
    assert "Today at eight in the morning" in talk.ssml


def test_what_was_asked_for_twice_is_set_once(service, talk):
    service.answer("GET", REMINDERS, 200, {"alerts": [EIGHT]})
    sure(talk)
    assert "Done" in talk.ssml
    assert service.sent("POST") == []


def test_a_changed_reminder_keeps_its_words(service, talk):
    service.answer("GET", REMINDERS, 200, {"alerts": [EIGHT]})
    service.answer("PUT", f"{REMINDERS}/a1", 200, {})
    talk.say("ChangeReminderIntent", Time="09:00").say("AMAZON.YesIntent")
    (body,) = service.sent("PUT")
    assert body["alertInfo"]["spokenInfo"]["content"][0]["text"] == "Time for your stretch"
    assert "BYHOUR=9" in body["trigger"]["recurrence"]["recurrenceRules"][0]


def test_ids_cannot_lead_anywhere_else(service, talk):
    service.answer("GET", REMINDERS, 200, {"alerts": [{**EIGHT, "alertToken": "../timers?x=/"}]})
    talk.say("StopRemindersIntent")
    assert service.asked[-1].path == f"{REMINDERS}/..%2Ftimers%3Fx%3D%2F"


@pytest.mark.parametrize(
    "odd",
    [
        {**EIGHT, "status": "COMPLETED"},
        {**EIGHT, "alertInfo": None},
        {**EIGHT, "trigger": {"type": "SCHEDULED_ABSOLUTE"}},
        {**EIGHT, "trigger": {"recurrence": {"recurrenceRules": ["FREQ=YEARLY"]}}},
        "nonsense",
        None,
    ],
)
def test_a_reminder_that_cannot_be_read_is_passed_over(odd, service, talk):
    service.answer("GET", REMINDERS, 200, {"alerts": [odd, EIGHT]})
    talk.say("RemindersIntent")
    assert "There is one reminder" in talk.ssml


def test_a_reminder_that_counts_from_when_it_was_made_is_listed(service, talk):
    trigger = {"type": "SCHEDULED_RELATIVE", "offsetInSeconds": 7200}
    made = {**EIGHT, "trigger": trigger, "createdTime": "2026-03-04T08:30:00.000Z"}
    service.answer("GET", REMINDERS, 200, {"alerts": [made]})
    talk.say("RemindersIntent")
    assert "today at ten thirty in the morning" in talk.ssml


def test_what_is_left_is_told_and_stopped(service, talk):
    running = {"id": "t1", "status": "ON", "triggerTime": "2026-03-04T09:12:05.000Z"}
    paused = {"id": "t2", "status": "PAUSED", "remainingTimeWhenPaused": "PT3M"}
    service.answer("GET", TIMERS, 200, {"timers": [running, paused]})
    service.answer("DELETE", f"{TIMERS}/t1", 200)
    assert "About twelve minutes left" in talk.say("TimeLeftIntent").ssml
    assert "The timer is off" in talk.say("StopTimerIntent").ssml
    assert service.asked[-1].path == f"{TIMERS}/t1"


# --- Amazon's bad days --------------------------------------------------------------------------

BAD_DAYS = {
    "too many requests": (429, {"code": "RATE_EXCEEDED"}),
    "a fault of its own": (500, {}),
    "not there": (503, b"<html>later</html>"),
    "a gateway that gave up": (504, b""),
    "broken JSON": (200, b'{"alerts": ['),
    "another kind of content": (200, b"<html>hello</html>"),
    "JSON that goes too deep": (200, b"[" * 100_000),
    "more than we take": (200, b'"' + b"x" * alerts.MOST_BYTES + b'"'),
    "somewhere else": (302, b""),
    "a bad request": (400, {"code": "INVALID"}),
}


@pytest.mark.parametrize("day", BAD_DAYS)
def test_when_it_cannot_be_set_the_answer_says_so_and_what_comes_nearest(day, service, talk):
    service.answer("GET", REMINDERS, *BAD_DAYS[day])
    sure(talk)
    assert "I can't reach the reminders right now" in talk.ssml
    assert "A phone can do it too: every day at eight in the morning" in talk.ssml
    assert talk.attributes["asking"]["about"] == ["stretch"]
    assert service.sent("POST") == []


@pytest.mark.parametrize("day", BAD_DAYS)
def test_when_timers_fail_so_does_no_conversation(day, service, talk):
    service.answer("GET", TIMERS, *BAD_DAYS[day])
    talk.say("BackPainIntent").say("TimeLeftIntent")
    assert "I can't reach the timers right now" in talk.ssml
    assert talk.attributes["asking"]["about"][0] == "bladder_or_bowel"


@pytest.mark.parametrize("answer", [[], "alerts", 7, None, {"alerts": 7}, {"alerts": {"a": 1}}, {}])
def test_json_of_another_shape_holds_no_reminders(answer, service, talk):
    service.answer("GET", REMINDERS, 200, answer)
    assert "no reminders from me" in talk.say("RemindersIntent").ssml


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../../etc/passwd", 7, None, ["UTC"]])
def test_a_zone_that_is_none_sets_nothing(zone, service, talk):
    service.answer("GET", ZONE, 200, zone)
    talk.say("RemindIntent", **MORNING)
    assert "I can't reach the reminders right now" in talk.ssml


@pytest.mark.parametrize("path", [ZONE, REMINDERS])
@pytest.mark.parametrize("how", ["held", "stalled"])
def test_an_answer_that_does_not_come_is_not_waited_for(how, path, service, talk, impatient):
    getattr(service, how).append(path)
    sure(talk)
    assert talk.response["shouldEndSession"] is False
    assert service.sent("POST") == []


def test_when_the_time_is_used_up_nothing_more_is_asked(service):
    reached = alerts._trusted(service.system()["apiEndpoint"])
    spent = alerts._Service(reached, TOKEN)
    spent._until = -1.0
    assert spent.ask("GET", REMINDERS) == ("failed", None)
    assert service.asked == []


def test_a_service_that_is_not_there_at_all_costs_nothing():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    device = {"deviceId": "d"}
    system = {"apiEndpoint": f"http://127.0.0.1:{port}", "apiAccessToken": "t", "device": device}
    talk = Conversation(system=system).say("TimerIntent", Duration="PT5M")
    assert "I can't reach the timers right now. Any clock will do: five minutes." in talk.ssml


def test_the_log_holds_outcomes_and_neither_ids_nor_words(service, talk, caplog):
    service.answer("GET", REMINDERS, 200, {"alerts": [EIGHT]})
    with caplog.at_level(logging.DEBUG):
        talk.say("RemindersIntent")
        talk.say("StopRemindersIntent")
        sure(talk, Time="06:00", Task="walk")
    text = caplog.text
    assert "alerts: GET reminders done (200) in" in text
    for secret in (TOKEN, "a1", "stretch", "walk", "amzn1", "06:00", "127.0.0.1"):
        assert secret not in text


# --- Who is given the token ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "http://api.amazonalexa.com",
        "https://amazonalexa.com.evil.example",
        "https://evilamazonalexa.com",
        "https://api.amazonalexa.com@evil.example",
        "https://evil.example/?.amazonalexa.com",
        "https://evil.example#.amazonalexa.com",
        "https://169.254.169.254",
        "http://localhost:{port}",
        "http://127.0.0.2:{port}",
        "http://[::1]:{port}",
        "http://0x7f000001:{port}",
        "https://127.0.0.1:{port}",
        "ftp://api.amazonalexa.com",
        "//api.amazonalexa.com",
        "https://api.amazonalexa.com:port",
        "https://[",
        "",
        7,
        None,
    ],
)
def test_a_token_goes_to_nobody_but_amazon_and_this_machine(address, service, caplog):
    if isinstance(address, str):
        address = address.replace("{port}", str(service.port))
    system = {**service.system(), "apiEndpoint": address}
    assert alerts.alarms(system, "en-US", START) is NO_ALARMS
    talk = Conversation(system=system).say("TimerIntent", Duration="PT5M")
    assert "This device can't run timers" in talk.ssml
    assert service.asked == []


@pytest.mark.parametrize("host", ["api", "api.eu", "api.fe"])
def test_amazons_own_hosts_are_trusted(host):
    system = {
        "apiEndpoint": f"https://{host}.amazonalexa.com",
        "apiAccessToken": "t",
        "device": {"deviceId": "d"},
    }
    assert alerts.alarms(system, "en-US", START) is not NO_ALARMS


@pytest.mark.parametrize("token", ["a\r\nHost: evil.example", "über", "", 7, None])
def test_a_token_that_is_none_is_sent_nowhere(token, service):
    talk = Conversation(system={**service.system(), "apiAccessToken": token})
    talk.say("TimerIntent", Duration="PT5M")
    assert talk.response["outputSpeech"]
    assert all("\n" not in str(request) for request in service.asked)


@pytest.mark.parametrize("system", [None, 7, [], {}, {"device": None}, {"device": {"deviceId": 7}}])
def test_a_device_that_says_nothing_of_itself_can_do_none_of_it(system):
    assert alerts.alarms(system, "en-US", START) is NO_ALARMS


LONG = {"begins": datetime(2020, 1, 1, tzinfo=UTC), "ends": datetime(2120, 1, 1, tzinfo=UTC)}


def tls_outcome(folder, patch, name, *, trusted):
    """How asking Amazon goes if a host with a certificate for `name` is found in its place."""
    authority = root(**LONG)
    leaf = authority.leaf(name, **LONG)
    files = folder / "leaf.pem", folder / "key.pem"
    files[0].write_bytes(leaf.pem)
    files[1].write_bytes(leaf.key_pem)
    ours = ssl.create_default_context(cadata=authority.pem.decode() if trusted else None)
    patch.setattr(alerts, "_tls", lambda: ours)
    found = socket.getaddrinfo
    patch.setattr(
        socket, "getaddrinfo", lambda _host, *rest, **more: found("127.0.0.1", *rest, **more)
    )
    with amazon(tls=files) as service:
        system = {
            **service.system(),
            "apiEndpoint": f"https://api.amazonalexa.com:{service.port}",
        }
        outcome = alerts.alarms(system, "en-US", START).timers().outcome
        assert bool(service.asked) is (outcome != "failed")
    return outcome


def test_a_host_that_nobody_vouches_for_is_told_nothing(tmp_path, monkeypatch):
    assert tls_outcome(tmp_path, monkeypatch, "api.amazonalexa.com", trusted=False) == "failed"


def test_a_host_by_another_name_is_told_nothing(tmp_path, monkeypatch):
    assert tls_outcome(tmp_path, monkeypatch, "evil.example", trusted=True) == "failed"


def test_a_host_that_is_vouched_for_is_asked(tmp_path, monkeypatch):
    assert tls_outcome(tmp_path, monkeypatch, "api.amazonalexa.com", trusted=True) == "nothing"


def test_the_skills_own_tls_checks_certificate_and_name():
    context = alerts._tls()
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname


# --- Permission ---------------------------------------------------------------------------------


def test_without_permission_alexa_is_asked_to_ask_for_it(service, talk):
    service.answer("GET", REMINDERS, 401, {"code": "UNAUTHORIZED"})
    sure(talk)
    asked = directive(talk)
    assert asked["type"] == "Connections.SendRequest"
    assert asked["name"] == "AskFor"
    assert asked["payload"] == {
        "@type": "AskForPermissionsConsentRequest",
        "@version": "2",
        "permissionScopes": [
            {
                "permissionScope": "alexa::alerts:reminders:skill:readwrite",
                "consentLevel": "ACCOUNT",
            }
        ],
    }
    assert "reprompt" not in talk.response
    assert talk.response["shouldEndSession"] is True
    assert "stretch" not in talk.ssml


@pytest.mark.parametrize("keeping", [True, False], ids=["same session", "new session"])
def test_after_a_yes_the_reminder_is_set_whether_or_not_the_session_lived(keeping, service, talk):
    service.answer("GET", REMINDERS, 401)
    sure(talk)
    service.answer("GET", REMINDERS, 200, {"alerts": []})
    talk.consent("ACCEPTED", keeping=keeping)
    assert "Done. Every day at eight in the morning" in talk.ssml
    assert len(service.sent("POST")) == 1
    assert "errand" not in talk.attributes["memo"]


def test_after_a_yes_a_timer_runs(service, talk):
    service.answer("POST", TIMERS, 401)
    talk.say("TimerIntent", Remedy="cold")
    scopes = directive(talk)["payload"]["permissionScopes"]
    assert scopes[0]["permissionScope"] == "alexa::alerts:timers:skill:readwrite"
    service.answer("POST", TIMERS, 200, {"id": "t1"})
    talk.consent("ACCEPTED", keeping=False)
    assert "fifteen minutes, starting now" in talk.ssml


@pytest.mark.parametrize("status", ["DENIED", "NOT_ANSWERED"])
def test_after_a_no_the_nearest_thing_is_offered(status, service, talk):
    service.answer("GET", REMINDERS, 401)
    sure(talk)
    talk.consent(status, keeping=False)
    assert "I won't set it. A phone can do it too: every day at eight in the morning." in talk.ssml
    assert talk.attributes["asking"]["about"] == ["stretch"]
    assert "directives" not in talk.response, "nobody is asked twice"


@pytest.mark.parametrize(
    ("status", "code"), [("ACCEPTED", "400"), ("ACCEPTED", "500"), ("NEW_WORD", "200")]
)
def test_when_asking_aloud_fails_a_card_is_sent(status, code, service, talk):
    service.answer("GET", REMINDERS, 401)
    sure(talk)
    talk.consent(status, code, keeping=False)
    assert talk.response["card"] == {
        "type": "AskForPermissionsConsent",
        "permissions": ["alexa::alerts:reminders:skill:readwrite"],
    }
    assert "I've sent a card to the Alexa app" in talk.ssml


def test_a_permission_that_was_given_and_still_is_none_ends_in_a_card(service, talk):
    service.answer("GET", REMINDERS, 401)
    sure(talk)
    talk.consent("ACCEPTED", keeping=False)
    assert talk.response["card"]["type"] == "AskForPermissionsConsent"
    assert "directives" not in talk.response


@pytest.mark.parametrize(
    "token",
    [
        "",
        "not ours",
        "[]",
        "7",
        "null",
        '{"kind": "bomb"}',
        '{"kind": "remind", "task": 1, "when": {}, "zone": "", "schedule": {}}',
        "[" * 100_000,
        7,
        None,
    ],
    ids=lambda token: str(token)[:12],
)
def test_a_token_that_is_not_ours_is_put_aside(token, talk):
    talk.say("BackPainIntent")
    request = {
        "type": "Connections.Response",
        "name": "AskFor",
        "status": {"code": "200"},
        "payload": {"status": "ACCEPTED"},
        "token": token,
    }
    talk.send(request, 1)
    assert talk.attributes["asking"]["about"][0] == "bladder_or_bowel"


def test_an_urgent_verdict_is_not_lost_over_a_permission(service):
    talk = Conversation(system=service.system())
    service.answer("POST", TIMERS, 401)
    talk.say("BackPainIntent", Symptom=["cancer_history"], Severity="3", Duration="P3D")
    talk.say("TimerIntent", Duration="PT5M")
    assert "directives" not in talk.response
    assert talk.response["card"]["type"] == "AskForPermissionsConsent"
    assert talk.verdict == "urgent"


def test_a_device_that_cannot_says_so(service, talk):
    service.answer("GET", REMINDERS, 403)
    assert "This device can't do reminders" in sure(talk).ssml
    service.answer("POST", TIMERS, 403)
    assert "This device can't run timers for me" in talk.say("TimerIntent", Duration="PT5M").ssml


# --- What it costs those who want none of it ----------------------------------------------------


def test_nothing_for_http_is_loaded_before_somebody_wants_a_reminder():
    check = (
        "import sys; before = set(sys.modules); import skill.alerts;"
        "print({'http.client', 'ssl', 'zoneinfo', 'queue'} & (set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
