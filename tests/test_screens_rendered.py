"""The screens, linted and drawn by Amazon's own tools, and touched."""

from __future__ import annotations

import re
from functools import cache

import pytest
from test_screens import SCREENS, reachable, ready, shown, weeks, with_screen

from skill.figure.drawing import START, draw
from skill.figure.vector import numbers
from skill.screen.layout import directive
from skill.screen.scene import Scene

MORE = {
    "chart": Scene(
        "chart",
        "Pain, from zero to ten",
        "What would you like?",
        ("It was six on Monday, and it's three now.",),
        points=((1, 6), (2, 5), (4, 4), (7, 3)),
        buttons=(("My back hurts", ("BackPainIntent",)), ("A stretch", ("GuideStretchIntent",))),
    ),
    "timer": Scene("timer", "Cold", seconds=1200, buttons=(("Stop", ("AMAZON.StopIntent",)),)),
}
NAMES = [*(name for name, _ in reachable()), *MORE]
each_size = pytest.mark.parametrize("size", SCREENS)
each_name = pytest.mark.parametrize("name", NAMES)


@cache
def directives(size: str) -> dict[str, dict]:
    """A directive for every kind of screen on a device of this size."""
    screen = SCREENS[size]
    said = {name: talk.response["directives"][0] for name, talk in reachable(screen=screen)}
    return said | {name: directive(scene, screen) for name, scene in MORE.items()}


def show(browser, rendered: dict, size: str = "medium", **how) -> None:
    screen = SCREENS[size]
    measures = {"width": int(screen.width), "height": int(screen.height), "round": screen.round}
    browser("show", directive=rendered, mode="TV" if size == "tv" else "HUB", **measures, **how)


@each_size
@each_name
def test_amazons_linter_finds_nothing_wrong(browser, name, size):
    assert browser("lint", document=directives(size)[name]["document"]) == []


def test_amazons_linter_would_find_what_is_wrong(browser):
    document = directives("medium")["home"]["document"]
    wrong = {**document, "mainTemplate": {"items": [{"type": "Text", "fontSiz": 3}]}}
    assert browser("lint", document=wrong) != []


# What is on the screen: every text with its place. The engine sets each line by itself.
ON_SCREEN = """() => {
  const texts = new Map();
  const walker = document.createTreeWalker(document.getElementById("device"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    const around = node.parentElement.closest("p, svg");
    if (!box.width || !around || !around.checkVisibility({ visibilityProperty: true })) continue;
    texts.set(around, [...(texts.get(around) ?? []), { text: node.textContent.trim(), box }]);
  }
  return [...texts.values()].map((lines) => ({
    text: lines.map((line) => line.text).join(" "),
    box: {
      left: Math.min(...lines.map(({ box }) => box.left)),
      top: Math.min(...lines.map(({ box }) => box.top)),
      right: Math.max(...lines.map(({ box }) => box.right)),
      bottom: Math.max(...lines.map(({ box }) => box.bottom)),
    },
  }));
}"""


def texts(browser) -> list[str]:
    return [" ".join(one["text"].split()) for one in browser("evaluate", code=ON_SCREEN)]


@each_size
@each_name
def test_everything_can_be_seen(browser, name, size):
    screen = SCREENS[size]
    show(browser, directives(size)[name], size)
    scene = directives(size)[name]["datasources"]["scene"]
    found = browser("evaluate", code=ON_SCREEN)
    seen = [one["text"] for one in found]
    wanted = [button["label"] for button in scene["buttons"]]
    assert [label for label in wanted if label not in seen] == []
    for one in found:
        if one["text"] in wanted:
            corners = [
                (one["box"][x], one["box"][y]) for x in ("left", "right") for y in ("top", "bottom")
            ]
            assert all(is_on(screen, x, y) for x, y in corners), one


def is_on(screen, x: float, y: float) -> bool:
    if screen.round:
        middle = screen.width / 2
        return (x - middle) ** 2 + (y - middle) ** 2 <= middle**2
    return 0 <= x <= screen.width and 0 <= y <= screen.height


@each_size
def test_large_words_stay_on_the_screen(browser, size):
    for name in ("home", "question", "emergency", "verdict", "ready"):
        show(browser, directives(size)[name], size)
        large = directives(size)[name]["datasources"]["scene"]["large"]
        (found,) = [t for t in browser("evaluate", code=ON_SCREEN) if t["text"] == large]
        box = found["box"]
        assert box["left"] >= 0
        assert box["right"] <= SCREENS[size].width
        assert box["bottom"] <= SCREENS[size].height


# --- Touched ------------------------------------------------------------------------------------


def test_touching_yes_goes_through_the_door_as_a_spoken_yes(browser):
    talk = with_screen().say("BackPainIntent")
    show(browser, talk.response["directives"][0])
    (sent,) = browser("tap", text="Yes")
    assert sent == ["AMAZON.YesIntent"]
    touched = talk.touch(sent)
    assert touched.verdict == "emergency"
    show(browser, touched.response["directives"][0])
    assert "911" in texts(browser)


def test_a_check_can_be_done_by_touch_alone(browser):
    talk = with_screen().launch()
    for wanted in ("My back hurts", "No", "No", "5", "Yesterday", *["No"] * 6):
        show(browser, talk.response["directives"][0])
        labels = [button["label"] for button in shown(talk)["buttons"]]
        (sent,) = browser("tap", text=wanted if wanted in labels else "Not sure")
        talk.touch(sent)
        if talk.verdict:
            break
    assert talk.verdict == "self_care"


def test_a_touch_pauses_a_count_and_the_place_is_kept(browser):
    talk = ready(with_screen()).say("ReadyIntent")
    show(browser, talk.response["directives"][0])
    browser("pass", ms=30_000)
    (sent,) = browser("tap", text="Pause")
    talk.touch(sent, after=30)
    routine = talk.attributes["routine"]
    assert routine["paused"] is True
    assert (routine["repetition"], routine["side"]) == (1, "left")


def touch_all(browser, *labels: str) -> list:
    return [sent for label in labels for sent in browser("tap", text=label)]


def test_digits_that_were_touched_are_sent_as_one_number(browser):
    talk = weeks(with_screen())
    show(browser, talk.response["directives"][0])

    (sent,) = touch_all(browser, "1", "8", "Delete", "4", "OK")

    assert sent == ["AnswerIntent", "Weeks", "14"]
    assert talk.touch(sent).attributes["memo"]["people"]["self"]["weeks"] == 14


def test_a_number_grows_no_larger_than_it_may_be(browser):
    show(browser, directives("medium")["number"])

    assert touch_all(browser, "4", "6", "OK") == [["AnswerIntent", "Weeks", "4"]]


def test_no_number_is_sent_before_there_is_one(browser):
    show(browser, directives("medium")["number"])

    assert touch_all(browser, "0", "OK") == []


SETTLED = 0.5  # seconds after which a document is looked at first (`browser/driver.mjs`)

# --- Moving with the voice ----------------------------------------------------------------------

PATHS = """() => [...document.querySelectorAll('#device path')].map((p) => p.getAttribute('d'))"""


def wait_to(browser, seconds: float, before: list[float]) -> None:
    """Lets the time of the document go on to so many seconds after it appeared."""
    browser("pass", ms=round(1000 * (seconds - before[0])))
    before[0] = seconds


def points_of(drawing, key: int) -> list[float]:
    """The numbers of the first leg at a key, as they stand in a path."""
    return numbers(drawing)[key][:6]


def is_drawn(browser, wanted: list[float]) -> bool:
    """Whether some line of the picture runs through the first of these points."""
    x, y = wanted[2], wanted[3]
    for path in browser("evaluate", code=PATHS):
        found = [float(number) for number in re.findall(r"-?\d+\.?\d*", path)]
        pairs = zip(found[::2], found[1::2], strict=False)
        if any(abs(a - x) < 0.3 and abs(b - y) < 0.3 for a, b in pairs):
            return True
    return False


def test_the_picture_lifts_and_holds_when_the_voice_does(browser):
    talk = ready(with_screen(), "bridge").say("ReadyIntent")
    beats = shown(talk)["beats"]
    drawing = draw("bridge")
    start, lifted = drawing.moves[START, "lift"]
    lift = next(beat for beat in beats if beat[2] != beat[3])
    show(browser, talk.response["directives"][0])
    now = [SETTLED]
    wait_to(browser, lift[0] - 0.5, now)
    assert is_drawn(browser, points_of(drawing, start))
    wait_to(browser, lift[0] + lift[1] + 0.3, now)
    assert is_drawn(browser, points_of(drawing, lifted))
    wait_to(browser, lift[0] + lift[1] + 1.5, now)
    assert is_drawn(browser, points_of(drawing, lifted))


def test_the_words_and_the_count_change_with_the_voice(browser):
    talk = ready(with_screen(), "bridge").say("ReadyIntent")
    show(browser, talk.response["directives"][0])
    now = [SETTLED]
    for at_, lasts, _, _, says, count, done, _ in shown(talk)["beats"][:14]:
        wait_to(browser, at_ + min(0.9, lasts - 0.1), now)
        seen = texts(browser)
        assert says in seen
        assert not count or count in seen
        assert str(done) in seen


def test_when_the_count_is_over_the_question_and_its_answers_are_there(browser):
    talk = ready(with_screen(), "bridge").say("ReadyIntent")
    show(browser, talk.response["directives"][0])
    last = shown(talk)["beats"][-1]
    browser("pass", ms=round(1000 * (last[0] + last[1])) + 500)
    seen = texts(browser)
    assert {"Yes", "No"} <= set(seen)
    assert "Pause" not in seen
    assert shown(talk)["large"] in seen


def test_where_animation_is_switched_off_the_picture_changes_at_once(browser):
    talk = ready(with_screen(), "bridge").say("ReadyIntent")
    lift = next(beat for beat in shown(talk)["beats"] if beat[2] != beat[3])
    drawing = draw("bridge")
    show(browser, talk.response["directives"][0], animation=0)
    browser("pass", ms=round(1000 * lift[0]) + 100)
    assert is_drawn(browser, points_of(drawing, drawing.moves[START, "lift"][1]))


def test_a_timer_counts_down_on_the_screen(browser):
    show(browser, directives("medium")["timer"])
    browser("pass", ms=62_000)
    seen = texts(browser)
    assert {"18:59", "18:58", "18:57"} & set(seen)


def test_nothing_is_asked_of_the_network_but_the_engines_own_fonts(browser):
    show(browser, directives("medium")["counting"])
    asked = browser("seen")["outside"]
    assert [url for url in asked if not url.endswith(".ttf")] == []
