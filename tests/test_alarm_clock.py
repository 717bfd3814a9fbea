"""The local speaker's own reminders and timers: Amazon's API, answered here, and what rings."""

from __future__ import annotations

import http.client
import io
import json
from datetime import UTC, datetime, timedelta
from threading import Condition, Thread
from zoneinfo import ZoneInfo

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model.services.timer_management import TimersResponse
from flask import Flask

from skill import memory
from skill.memory import household
from skill.speaker import alerts_api, web
from skill.speaker.alarm_clock import AlarmClock, BadRequestError, home_zone, read_out
from skill.speaker.cloud import Cloud
from skill.speaker.envelope import Device
from skill.speaker.exchange import Utterance
from skill.speaker.household_clock import alarm_clock
from skill.speaker.sound import plain_text
from skill.speaker.terminal import Line, Terminal

START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")
REMINDERS, TIMERS = "/v1/alerts/reminders", "/v1/alerts/timers"


class Shelf:
    """What one clock leaves to the next, as the text that a file would hold."""

    def __init__(self, alarms=None):
        self.text = json.dumps(alarms or {})

    def read(self):
        return json.loads(self.text)

    def write(self, alarms):
        self.text = json.dumps(alarms)
        return True


@pytest.fixture
def clock():
    alarms = AlarmClock(ZoneInfo("UTC"))
    alarms.at = START
    return alarms


def reminder(trigger=None, text="Time for your stretch"):
    return {
        "requestTime": "2026-03-04T09:00:00.000Z",
        "trigger": trigger or once("2026-03-05T08:00:00.000"),
        "alertInfo": {"spokenInfo": {"content": [{"locale": "en-US", "text": text}]}},
        "pushNotification": {"status": "ENABLED"},
    }


def once(at, zone="UTC"):
    return {"type": "SCHEDULED_ABSOLUTE", "scheduledTime": at, "timeZoneId": zone}


def daily(hour, start="2026-03-05T08:00:00.000"):
    rule = f"FREQ=DAILY;BYHOUR={hour};BYMINUTE=0;BYSECOND=0;INTERVAL=1;"
    recurrence = {"startDateTime": start, "recurrenceRules": [rule]}
    return {"type": "SCHEDULED_ABSOLUTE", "timeZoneId": "UTC", "recurrence": recurrence}


def timer(duration="PT15M", announce=None):
    operation = {"type": "NOTIFY_ONLY"}
    if announce:
        text = {"locale": "en-US", "text": announce}
        operation = {"type": "ANNOUNCE", "textToAnnounce": [text]}
    return {
        "duration": duration,
        "creationBehavior": {"displayExperience": {"visibility": "VISIBLE"}},
        "triggeringBehavior": {
            "operation": operation,
            "notificationConfig": {"playAudible": True},
        },
    }


def after(**so_long):
    return START + timedelta(**so_long)


# --- What rings ---------------------------------------------------------------------------------


def test_a_reminder_rings_once_at_its_hour(clock):
    clock.set_reminder(reminder())
    assert clock.next_ring() == after(hours=23)
    assert clock.ring(after(hours=22, minutes=59)) == []
    (ring,) = clock.ring(after(hours=23))
    assert (
        read_out(ring, "en-US")
        == "Here's your reminder: Time for your stretch. Time for your stretch."
    )
    assert clock.ring(after(hours=24)) == []
    assert clock.next_ring() is None


def test_a_daily_reminder_rings_every_day_and_not_twice(clock):
    clock.set_reminder(reminder(daily(8)))
    for day in range(1, 5):
        morning = START.replace(hour=8) + timedelta(days=day)
        assert len(clock.ring(morning)) == 1
        assert clock.ring(morning + timedelta(hours=1)) == []


def test_one_that_was_slept_through_for_a_week_rings_once(clock):
    clock.set_reminder(reminder(daily(8)))
    week = after(days=7)
    assert len(clock.ring(week)) == 1
    assert clock.next_ring() > week


def test_eight_in_the_morning_stays_so_when_the_clocks_go_forward():
    alarms = AlarmClock(MADRID)
    alarms.at = datetime(2026, 3, 28, 12, tzinfo=UTC)  # the night before the change
    alarms.set_reminder(reminder(daily(8, "2026-03-28T08:00:00.000")))
    assert alarms.next_ring() == datetime(2026, 3, 29, 8, tzinfo=MADRID)
    alarms.ring(datetime(2026, 3, 29, 8, tzinfo=MADRID))
    assert alarms.next_ring() == datetime(2026, 3, 30, 8, tzinfo=MADRID)


def test_a_timer_rings_with_its_words_or_the_devices_own(clock):
    clock.start_timer(timer("PT1M", "Time's up."))
    clock.start_timer(timer("PT2M"))
    said = [read_out(ring, "en-US") for ring in clock.ring(after(minutes=3))]
    assert said == ["Time's up.", "Your timer is done."]


def test_what_was_taken_away_does_not_ring(clock):
    token = clock.set_reminder(reminder())["alertToken"]
    running = clock.start_timer(timer())["id"]
    clock.delete("reminders", token)
    clock.delete("timers", running)
    assert clock.ring(after(days=9)) == []


def test_whoever_waits_for_a_ring_hears_of_one_that_is_set_meanwhile(clock):
    heard = []
    waiting = Thread(
        target=lambda: heard.extend(clock.wait_for_rings(lambda: after(days=2))), daemon=True
    )
    waiting.start()
    clock.set_reminder(reminder())
    waiting.join(timeout=30)
    assert [ring.text for ring in heard] == ["Time for your stretch"]


def test_nobody_waits_for_a_device_that_was_switched_off(clock):
    waiting = Thread(target=lambda: clock.wait_for_rings(lambda: START), daemon=True)
    waiting.start()
    clock.switch_off()
    waiting.join(timeout=30)
    assert not waiting.is_alive()


def test_reminders_can_outlive_the_process():
    shelf = Shelf()
    first = AlarmClock(ZoneInfo("UTC"), shelf=shelf)
    first.at = START
    first.set_reminder(reminder(daily(8)))
    first.start_timer(timer())
    second = AlarmClock(ZoneInfo("UTC"), shelf=shelf)
    second.at = START
    assert second.reminders() == first.reminders()
    assert [ring.api for ring in second.ring(after(days=2))] == ["timers", "reminders"]


def test_what_was_due_while_it_was_off_is_said_once_and_the_next_ones_ring():
    shelf = Shelf()
    first = AlarmClock(MADRID, shelf=shelf)
    first.at = START
    first.set_reminder(reminder(once("2026-03-04T20:05:00.000")))
    first.set_reminder(reminder(daily(8)))
    first.start_timer(timer())

    on = datetime(2026, 3, 4, 23, tzinfo=UTC)  # midnight in Madrid
    second = AlarmClock(MADRID, shelf=shelf)
    second.on = on
    ran_out, went_by = [read_out(ring, "en-US") for ring in second.ring(on)]

    day = "on Wednesday, March 4"
    assert ran_out == f"While I was off, a timer ran out, {day}, at ten fifteen in the morning."
    when = f"{day}, at eight oh five in the evening"
    assert went_by == f"While I was off, a reminder went by, {when}: Time for your stretch."
    assert second.ring(on) == []
    (next_one,) = second.ring(on + timedelta(hours=9))
    assert read_out(next_one, "en-US").startswith("Here's your reminder")


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"reminders": [1], "timers": None},
        {"reminders": {"a": {"alertToken": "a", "_next": "soon"}}, "timers": {"b": {}}},
        {"reminders": {"a": "b"}, "timers": {"b": {"id": 1, "triggerTime": "x", "_says": ""}}},
    ],
)
def test_what_another_version_kept_in_another_way_is_left_out(kept):
    clock = AlarmClock(ZoneInfo("UTC"), shelf=Shelf(kept))

    assert clock.ring(after(days=9)) == []
    assert clock.set_reminder(reminder(daily(8)))


def test_this_machine_is_in_a_time_zone():
    assert datetime.now(UTC).astimezone(home_zone()).tzinfo is not None


# --- The API ------------------------------------------------------------------------------------


def ask(clock, method, path, body=None, token=None):
    """Status and JSON of a request over real HTTP."""
    host, port = alerts_api.serve(clock).address.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    headers = {"Authorization": f"Bearer {token or clock.token}"}
    raw = body if isinstance(body, bytes | None) else json.dumps(body)
    connection.request(method, path, raw, headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, json.loads(content) if content else None


def test_it_is_on_this_machine_alone(clock):
    assert alerts_api.serve(clock).address.startswith("http://127.0.0.1:")


def test_what_is_set_is_listed_changed_and_deleted(clock):
    status, made = ask(clock, "POST", REMINDERS, reminder(daily(8)))
    assert status == 200
    token = made["alertToken"]
    assert ask(clock, "PUT", f"{REMINDERS}/{token}", reminder(daily(9)))[0] == 200
    _, listed = ask(clock, "GET", REMINDERS)
    assert [one["alertToken"] for one in listed["alerts"]] == [token]
    assert "BYHOUR=9" in listed["alerts"][0]["trigger"]["recurrence"]["recurrenceRules"][0]
    assert ask(clock, "DELETE", f"{REMINDERS}/{token}")[0] == 200
    assert ask(clock, "GET", REMINDERS)[1]["alerts"] == []
    assert ask(clock, "DELETE", f"{REMINDERS}/{token}")[0] == 404


def test_timers_come_in_the_shape_of_amazons_own_class(clock):
    ask(clock, "POST", TIMERS, timer())
    _, listed = ask(clock, "GET", TIMERS)
    serializer = DefaultSerializer()
    read = serializer.deserialize(json.dumps(listed), TimersResponse)
    assert read.timers[0].trigger_time == after(minutes=15)
    assert set(listed["timers"][0]) <= set(read.timers[0].attribute_map.values())


@pytest.mark.parametrize("path", [REMINDERS, TIMERS])
@pytest.mark.parametrize(
    ("device", "status"),
    [({"allowed": frozenset()}, 401), ({"can": frozenset()}, 403), ({}, 200)],
    ids=["not allowed", "cannot", "can"],
)
def test_it_refuses_what_amazon_would(path, device, status):
    assert ask(AlarmClock(**device), "GET", path)[0] == status


def test_whoever_does_not_have_the_token_learns_nothing(clock):
    ask(clock, "POST", REMINDERS, reminder())
    assert ask(clock, "GET", REMINDERS, token="guessed")[0] == 401


BAD = {
    "no JSON": b"{",
    "nothing": None,
    "a list": [],
    "no trigger": {**reminder(), "trigger": None},
    "no label": reminder(text=""),
    "another type": reminder({"type": "SCHEDULED_SOMEHOW"}),
    "a zone that is none": reminder(once("2026-03-05T08:00:00.000", "Mars/Olympus")),
    "a time that is over": reminder(once("2026-03-04T08:00:00.000")),
    "no time": reminder(once("soon")),
    "every year": reminder(
        {
            "type": "SCHEDULED_ABSOLUTE",
            "timeZoneId": "UTC",
            "recurrence": {
                "startDateTime": "2026-03-05T08:00:00.000",
                "recurrenceRules": ["FREQ=YEARLY"],
            },
        }
    ),
}


@pytest.mark.parametrize("why", BAD)
def test_a_reminder_that_amazon_would_refuse_is_refused(why, clock):
    assert ask(clock, "POST", REMINDERS, BAD[why])[0] == 400
    assert clock.reminders() == []


@pytest.mark.parametrize("duration", ["PT0S", "PT25H", "P1D", "15", "", "PTM", 900, None])
def test_a_timer_that_amazon_would_refuse_is_refused(duration, clock):
    assert ask(clock, "POST", TIMERS, timer(duration))[0] == 400
    assert clock.timers() == []


def test_there_is_an_end_to_reminders(clock):
    for _ in range(100):
        clock.set_reminder(reminder())
    with pytest.raises(BadRequestError):
        clock.set_reminder(reminder())


# --- Where it is heard --------------------------------------------------------------------------


class Typist:
    """Types lines; before the last of them, waits until the speaker has rung."""

    welcome, closed, must_call = "", "", False

    def __init__(self, lines, rang):
        self._lines, self._rang, self._now = list(lines), rang, 0.0

    def now(self):
        return self._now

    def wait(self, seconds, *, quiet):
        self._now += seconds
        return False

    def line(self, patience):
        if not self._lines:
            self._rang()
            raise EOFError
        return Line(self._lines.pop(0))


class Page(io.StringIO):
    """What is printed, and a way to wait for a word in it."""

    def __init__(self):
        super().__init__()
        self.printed = Condition()

    def write(self, text):
        with self.printed:
            self.printed.notify_all()
            return super().write(text)

    def has(self, text):
        with self.printed:
            return self.printed.wait_for(lambda: text in self.getvalue(), timeout=30)


def test_a_timer_rings_in_the_terminal_while_somebody_thinks():
    long_ago = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)  # so that a timer set then has run out
    page = Page()
    typist = Typist(["time my ice pack"], lambda: page.has("That's long enough."))
    Terminal(Cloud(clock=lambda: long_ago), typist, page).talk()
    assert "rings  Time's up. That's long enough." in page.getvalue()


def test_a_fast_talk_does_not_wait_for_rings():
    page = Page()
    typist = Typist(["time my ice pack"], lambda: None)
    cloud = Cloud(clock=lambda: START)
    Terminal(cloud, typist, page, fast=True).talk()
    assert "rings" not in page.getvalue()
    assert len(cloud.alarms.timers()) == 1


def test_the_page_is_told_when_to_look_and_what_rang():
    alarms = AlarmClock(ZoneInfo("UTC"))
    app = Flask(__name__, static_folder=None)
    app.extensions[web.CONVERSATIONS] = web.Conversations(
        lambda: Cloud(clock=lambda: START, alarms=alarms), alarms=alarms
    )
    app.register_blueprint(web.speaker)
    browser = app.test_client()
    begun = browser.get("/speaker/rings").json
    assert begun == {"rings": [], "last": 0, "rings_in": None}
    turn = browser.post("/speaker/turn", json={"say": "time my ice pack", "conversation": None})
    assert turn.json["rings_in"] == 0.0, "it was set long ago"
    rang = browser.get("/speaker/rings?after=0").json
    assert rang == {"rings": ["Time's up. That's long enough."], "last": 1, "rings_in": None}
    assert browser.get("/speaker/rings?after=0").json == rang, "every open page rings"
    assert browser.get("/speaker/rings?after=1").json["rings"] == []
    assert browser.get("/speaker/rings").json["rings"] == [], (
        "a new page has nothing to catch up on"
    )


def test_rings_are_for_this_machine_alone():
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(web.speaker)
    refused = app.test_client().get("/speaker/rings", headers={"Host": "evil.example"})
    assert refused.status_code == 403


def test_a_speaker_with_a_screen_is_asked_for_permission_too():
    alarms = AlarmClock(ZoneInfo("UTC"), allowed=frozenset())
    speaker = Cloud(Device(screen=True), clock=lambda: START, alarms=alarms)
    asked = speaker.hear(Utterance("time my ice pack"))
    assert "permission to update your timers" in asked.ssml
    assert [one["type"] for one in asked.response["response"]["directives"]] == [
        "Connections.SendRequest"
    ]
    assert "starting now" in speaker.hear(Utterance("I approve")).ssml
    assert len(alarms.timers()) == 1


def test_two_speakers_do_not_hear_each_others_reminders():
    one, other = Cloud(clock=lambda: START), Cloud(clock=lambda: START)
    one.hear(Utterance("remind me to stretch every day at eight"))
    one.hear(Utterance("yes"))
    assert len(one.alarms.reminders()) == 1
    assert other.alarms.reminders() == []


def test_without_a_port_to_be_had_the_speaker_talks_all_the_same(monkeypatch):
    alerts_api._address.cache_clear()

    def no_port(*_):
        raise OSError

    monkeypatch.setattr(alerts_api, "ThreadingHTTPServer", no_port)
    try:
        cloud = Cloud(clock=lambda: START)
        exchange = cloud.hear(Utterance("time my ice pack"))
        assert "Any clock will do" in exchange.ssml
    finally:
        alerts_api._address.cache_clear()


# --- Off and on again ---------------------------------------------------------------------------


def heard(speaker, *said):
    return [plain_text(speaker.hear(Utterance(words)).ssml) for words in said][-1]


def test_reminders_and_timers_survive_being_switched_off(in_file):
    before = Cloud(alarms=alarm_clock("kitchen"))
    heard(before, "remind me to stretch every morning at eight", "yes")
    heard(before, "time my ice pack")

    after = Cloud(alarms=alarm_clock("kitchen"))

    assert "There is one reminder" in heard(after, "what reminders do I have")
    assert len(after.alarms.timers()) == 1
    assert alarm_clock("bedroom").reminders() == []
    heard(after, "stop reminding me")
    assert alarm_clock("kitchen").reminders() == []


def test_two_processes_that_are_one_speaker_lose_nothing_of_each_other(in_file):
    sides = [alarm_clock("kitchen"), alarm_clock("kitchen")]

    def set_ten(side):
        for _ in range(10):
            side.set_reminder(reminder(daily(8)))

    threads = [Thread(target=set_ten, args=(side,)) for side in sides]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert [len(side.reminders()) for side in (*sides, alarm_clock("kitchen"))] == [20, 20, 20]
    token = sides[0].reminders()[0]["alertToken"]
    sides[0].delete("reminders", token)
    assert token not in [one["alertToken"] for one in sides[1].reminders()]


def test_of_two_processes_that_are_one_speaker_a_reminder_rings_in_one(in_file):
    one, other = alarm_clock("kitchen"), alarm_clock("kitchen")
    one.set_reminder(reminder(once(f"{one.at.year + 1}-01-01T08:00:00.000")))
    later = one.at + timedelta(days=800)

    assert [len(side.ring(later)) for side in (other, one)] == [1, 0]


def test_what_could_not_be_written_is_written_with_the_next_change(in_file, monkeypatch):
    clock = alarm_clock("kitchen")
    with monkeypatch.context() as broken:
        broken.setattr(type(in_file.configuration.store), "swap", _no_disk)
        clock.set_reminder(reminder(daily(8)))
    assert len(clock.reminders()) == 1
    assert alarm_clock("kitchen").reminders() == []
    clock.set_reminder(reminder(daily(9)))
    assert len(alarm_clock("kitchen").reminders()) == 2


def _no_disk(*_):
    raise OSError


def test_what_is_kept_of_reminders_tells_nothing_of_health(in_file):
    speaker = Cloud(alarms=alarm_clock("kitchen"))
    heard(speaker, "remind me tomorrow at nine to see a doctor", "yes")

    raw = in_file.raw().lower()
    assert b"alarms#kitchen" in raw
    assert all(word not in raw for word in (b"doctor", b"pain", b"spine"))


def test_reminders_go_with_the_household(in_file):
    heard(Cloud(alarms=alarm_clock("kitchen")), "remind me to stretch every day at eight", "yes")

    assert household.wipe(in_file.configuration, Device().user) > 0
    assert alarm_clock("kitchen").reminders() == []


def test_where_nothing_is_kept_it_says_that_a_reminder_for_later_lasts_as_long_as_the_process(
    monkeypatch,
):
    monkeypatch.setenv("BACK_COACH_MEMORY", "none")
    memory.in_use.cache_clear()
    speaker = Cloud(clock=lambda: START, alarms=alarm_clock("kitchen"))
    speaker.alarms.zone = ZoneInfo("UTC")
    lasts = "only know that as long as I'm switched on"

    assert lasts in heard(speaker, "remind me to stretch every day at eight", "yes")
    assert lasts in heard(speaker, "remind me tomorrow at nine to walk", "yes")
    assert lasts not in heard(speaker, "remind me today at noon to walk", "yes")
    assert len(speaker.alarms.reminders()) == 3


def test_a_store_that_cannot_be_read_or_written_costs_no_reminder(in_file, caplog):
    in_file.file.parent.mkdir(parents=True)
    in_file.file.write_bytes(b"no database at all, but long enough to be taken for a damaged one")
    speaker = Cloud(clock=lambda: START, alarms=alarm_clock("kitchen"))

    assert "switched on" in heard(speaker, "remind me to stretch every day at eight", "yes")
    assert "alarms: reading failed" in caplog.text


def test_the_first_page_hears_of_what_went_by_while_the_speaker_was_off():
    shelf = Shelf()
    first = AlarmClock(ZoneInfo("UTC"), shelf=shelf)
    first.at = START
    first.set_reminder(reminder())
    alarms = AlarmClock(ZoneInfo("UTC"), shelf=shelf)
    alarms.on = after(days=2)
    app = Flask(__name__, static_folder=None)
    app.extensions[web.CONVERSATIONS] = web.Conversations(lambda: Cloud(alarms=alarms), 1, alarms)
    app.register_blueprint(web.speaker)
    browser = app.test_client()

    (went_by,) = browser.get("/speaker/rings").json["rings"]
    assert went_by.startswith("While I was off, a reminder went by")
    assert browser.get("/speaker/rings").json["rings"] == []
