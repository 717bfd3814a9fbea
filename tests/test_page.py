"""The speaker's page in a real browser, from end to end: typed, touched, by keyboard, by nobody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from served import served

from skill.content.words import care_numbers
from skill.flask_app import create_app
from skill.speaker.web import CONVERSATIONS

SIZES = {"desk": {"width": 1000, "height": 900}, "phone": {"width": 390, "height": 844}}
LISTENING = 8_000  # milliseconds an Echo listens
WITHOUT_WORDS = {
    "creationBehavior": {"displayExperience": {"visibility": "VISIBLE"}},
    "triggeringBehavior": {
        "operation": {"type": "NOTIFY_ONLY"},
        "notificationConfig": {"playAudible": True},
    },
}
PATHS = "() => [...document.querySelectorAll('#picture path')].map((p) => p.getAttribute('d'))"


@pytest.fixture(scope="module")
def app():
    return create_app()


@pytest.fixture(scope="module")
def address(app):
    """Where a speaker of the tests' own is to be found."""
    with served(app) as address:
        yield f"{address}/"


class Page:
    """The page as somebody uses it; time goes by only when `wait` says so."""

    def __init__(self, browser, address, **how):
        self.browser = browser
        browser("open", url=address, **{**SIZES["desk"], **how})

    def say(self, words):
        """Type some words and send them off; come back when the reply begins."""
        self.browser("evaluate", code="() => document.getElementById('say').focus()")
        if words:
            self.browser("type", text=words)
        self.browser("press", key="Enter")
        return self.answered()

    def touch(self, label):
        self.browser("click", role="button", name=label)
        return self.answered()

    def answered(self):
        self.browser("until", code="() => document.body.dataset.state !== 'thinking'")
        return self

    def wait(self, seconds):
        self.browser("pass", ms=round(1000 * seconds))
        return self

    def hear_out(self):
        """Wait for the end of what is being said."""
        while self.state == "speaking":
            self.wait(2)
        return self

    def text(self, selector):
        code = f"() => document.querySelector('{selector}')?.innerText ?? ''"
        return self.browser("evaluate", code=code)

    def json(self, part):
        import json

        return json.loads(
            self.browser("evaluate", code=f"() => document.getElementById('{part}').textContent")
        )

    @property
    def state(self):
        return self.browser("evaluate", code="() => document.body.dataset.state")

    @property
    def buttons(self):
        code = "() => [...document.querySelectorAll('#touch button')].map((b) => b.textContent)"
        return self.browser("evaluate", code=code)

    @property
    def heard(self):
        """What the coach said so far, as it stands in the conversation."""
        return " ".join(self.text("#log").split())


@pytest.fixture
def page(browser, address):
    found = Page(browser, address)
    yield found
    assert browser("seen") == {"outside": [], "errors": []}


def stretch(page):
    """To the count of knee rolls, as somebody with a five since yesterday."""
    for words in ("guide me through knee rolls", "no", "no", "five, since yesterday", "ready"):
        page.say(words)
    return page


# --- A whole conversation -----------------------------------------------------------------------


def test_a_check_by_typing_ends_with_a_verdict_on_the_screen(page):
    page.say("my back hurts")
    assert page.text("#screen-large") == "Any of these?"
    for words in ("no", "no", "five, since yesterday", "no", "35", "no", "no", "no"):
        page.say(words)
        if "verdict" in page.browser(
            "evaluate", code="() => document.getElementById('screen').dataset.kind"
        ):
            break
    assert page.text("#screen-large").startswith("How soon: ")
    assert page.json("state")["verdict"]["level"] == "self_care"
    assert page.hear_out().buttons == ["Yes", "No"]


def test_a_check_by_touch_is_the_same(page):
    page.touch("Open Back Coach").hear_out()
    page.touch("My back hurts").hear_out()
    page.touch("No").touch("No").touch("5")
    assert page.json("state")["memo"]["people"]["self"]["severity"] == 5
    assert page.json("request")["request"]["type"] == "Alexa.Presentation.APL.UserEvent"


def test_how_many_weeks_can_be_touched(page):
    for words in ("my back hurts", "no", "no", "five, since yesterday", "I'm pregnant", "no"):
        page.say(words).hear_out()
    assert page.text("#screen-large") == "How many weeks pregnant are you?"
    for key in ("9", "Delete", "2", "0"):
        page.browser("click", role="button", name=key)
    assert page.text("#screen-typed") == "20"
    page.touch("OK")
    assert page.json("state")["memo"]["people"]["self"]["weeks"] == 20


def test_a_phone_dials_the_number_when_it_is_touched_and_not_before(page):
    page.say("I have chest pain")
    code = "() => document.querySelector('#screen-large a').href"
    assert page.browser("evaluate", code=code) == f"tel:{care_numbers('US').emergency}"


def test_an_emergency_shows_the_number_and_keeps_showing_it_when_all_is_over(page):
    number = care_numbers("US").emergency
    page.say("my back hurts and I can't feel my bottom")
    assert page.text("#screen-large") == number
    for _ in range(3):
        page.hear_out().wait(LISTENING / 1000 + 1).answered()
    page.hear_out()
    assert page.state == "asleep"
    assert page.text("#screen-large") == number


def test_the_microphone_passes_on_what_else_may_have_been_said(page):
    heard = """async () => {
      window.SpeechRecognition = class {
        start() {
          const readings = ["sticking up blood", "sicking up blood"];
          this.onspeechstart();
          this.onresult({ results: [readings.map((transcript) => ({ transcript }))] });
          this.onend();
        }
      };
      const { hear } = await import("/speaker/page/microphone.js?once-more");
      const { signal } = new AbortController();
      return hear("en-US", { onDevice: true, signal, began() {} });
    }"""
    assert page.browser("evaluate", code=heard) == ["sticking up blood", "sicking up blood"]


# --- A count ------------------------------------------------------------------------------------


def test_a_tap_interrupts_a_count_and_the_place_is_kept(page):
    stretch(page).wait(24)
    assert page.text("#counter-side") == "Left"
    page.touch("Pause")
    routine = page.json("state")["routine"]
    assert (routine["paused"], routine["repetition"], routine["side"]) == (True, 1, "left")
    assert page.buttons == ["Go on", "Again", "That hurts", "Stop"]
    page.hear_out().touch("Go on")
    assert "Number one to the left" in page.heard or page.wait(3).heard
    assert page.json("state")["routine"]["side"] == "left"


def test_the_ring_of_the_speaker_pauses_too(page):
    stretch(page).wait(12)
    page.browser("evaluate", code="() => document.getElementById('tap').click()")
    page.answered()
    assert page.json("state")["routine"]["paused"] is True


@pytest.mark.parametrize("words", ["pause", "wait"])
def test_words_interrupt_a_count(page, words):
    stretch(page).wait(12)
    page.say(words).wait(1)
    assert page.json("state")["routine"]["paused"] is True


def test_stop_leaves_a_count_at_once(page):
    stretch(page).wait(12)
    page.touch("Stop").hear_out()
    assert page.state == "asleep"


def test_the_picture_the_words_and_the_ring_go_with_the_voice(page):
    stretch(page)
    page.wait(1)
    still = page.browser("evaluate", code=PATHS)
    page.wait(3)
    moving = page.browser("evaluate", code=PATHS)
    assert moving != still
    page.wait(4)
    assert re.match(r"Hold\. \d", page.text("#screen-large"))
    assert page.text("#counter-number") == "1"
    assert page.text("#counter-side") == "Right"
    held = page.browser("evaluate", code=PATHS)
    page.wait(0.5)
    assert page.browser("evaluate", code=PATHS) == held


def test_when_the_count_is_over_its_question_can_be_touched(page):
    stretch(page).hear_out()
    assert page.buttons == ["Yes", "No"]
    assert page.text("#screen-large").endswith("?")


def test_before_the_count_the_picture_shows_how_it_goes(page):
    for words in ("guide me through knee rolls", "no", "no", "five, since yesterday"):
        page.say(words)
    page.wait(1)
    seen = {tuple(page.wait(2).browser("evaluate", code=PATHS)) for _ in range(4)}
    assert len(seen) > 1


def test_whoever_wants_no_motion_gets_none_in_between(browser, address):
    page = Page(browser, address, reduced=True)
    stretch(page).wait(2.7)
    first = page.browser("evaluate", code=PATHS)
    assert page.wait(2).browser("evaluate", code=PATHS) == first


# --- Silence ------------------------------------------------------------------------------------


def test_silence_is_asked_again_after_eight_seconds_and_then_it_closes(page):
    page.say("open back coach").hear_out()
    assert page.state == "listening"
    page.wait(LISTENING / 1000 - 2.5)
    assert page.state == "listening"
    page.wait(2.5).answered().hear_out()
    assert "You can say: my back hurts" in page.heard
    page.wait(LISTENING / 1000 + 0.5).answered().hear_out()
    assert page.state == "asleep"
    assert page.browser("evaluate", code="() => document.getElementById('screen').hidden")


# --- By keyboard alone, and to be read aloud ----------------------------------------------------


def focused(page):
    return page.browser("evaluate", code="() => document.activeElement.textContent.trim()")


def tab_to(page, name):
    for _ in range(40):
        page.browser("press", key="Tab")
        if focused(page) == name:
            return page
    raise AssertionError(f"no way to {name!r} by keyboard")


def test_everything_can_be_done_by_keyboard_alone(page):
    tab_to(page, "Open Back Coach").browser("press", key="Enter")
    page.answered().hear_out()
    tab_to(page, "My back hurts").browser("press", key="Enter")
    page.answered()
    assert focused(page) == "Yes", "the keyboard goes on from where it was"
    page.browser("press", key="Tab")
    assert focused(page) == "No"
    page.browser("press", key="Space")
    page.answered()
    assert page.json("state")["asking"]["form"] == "yes_no"


def test_escape_interrupts_a_count(page):
    stretch(page).wait(12)
    page.browser("press", key="Escape")
    page.answered()
    assert page.json("state")["routine"]["paused"] is True


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_wrong(browser, address, size, dark):
    page = Page(browser, address, **SIZES[size], dark=dark)
    assert browser("axe") == []
    page.say("my back hurts")
    assert browser("axe") == []
    page.say("yes")  # an emergency, and which one it is
    assert browser("axe") == []
    page.say("start over").say("stop").hear_out()
    stretch(page).wait(9)
    assert browser("axe") == []
    browser("evaluate", code="() => document.querySelector('details').open = true")
    assert browser("axe") == []
    assert browser("seen") == {"outside": [], "errors": []}


def test_axe_would_find_what_is_wrong(browser, address):
    Page(browser, address)
    browser("evaluate", code="() => document.querySelector('label[for=say]').remove()")
    assert [found["id"] for found in browser("axe")] == ["label"]


@pytest.mark.parametrize("width", [320, 390])
def test_nothing_has_to_be_scrolled_sideways(browser, address, width):
    page = Page(browser, address, width=width, height=800)
    page.say("my back hurts and I can't feel my bottom")
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert browser("evaluate", code=wide) == 0
    page.say("stop").hear_out()


def test_what_can_be_touched_is_large_enough_for_a_finger(browser, address):
    page = Page(browser, address, **SIZES["phone"])
    page.say("my back hurts").say("no").say("no")
    small = """() => [...document.querySelectorAll('button, input')].filter((b) => {
      const { width, height } = b.getBoundingClientRect();
      return width && (b.type === 'checkbox' ? b.closest('label').offsetHeight : height) < 44;
    }).map((b) => b.id || b.textContent)"""
    assert browser("evaluate", code=small) == []


# --- What Alexa would have sent -----------------------------------------------------------------


def test_the_page_can_show_the_request_the_reply_and_how_sure_the_hearing_was(page):
    page.say("my back hurts")
    assert page.json("heard")["intent"] == "BackPainIntent"
    assert 0 < page.json("heard")["confidence"] <= 1
    assert page.json("request")["request"]["intent"]["name"] == "BackPainIntent"
    assert page.json("response")["version"] == "1.0"
    assert page.json("state")["doing"] == "checkup"


# --- Reminders and timers -----------------------------------------------------------------------


def test_a_timer_that_has_run_out_rings_on_the_page(app, page):
    page.say("time my ice pack")
    alarms = app.extensions[CONVERSATIONS].alarms
    ran_out = alarms.timers()[0]
    alarms.delete("timers", ran_out["id"])
    alarms.at -= timedelta(days=1)
    alarms.start_timer({**WITHOUT_WORDS, "duration": "PT1M"})
    page.hear_out().say("how long is left on the timer").wait(1)
    page.browser("until", code="() => document.getElementById('log').innerText.includes('is done')")
    assert page.heard.count("Your timer is done.") == 1
