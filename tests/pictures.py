"""The pictures in docs/, taken anew: `make pictures`, and look at them.

Every exercise from its start to where it goes, every screen at three sizes of Echo Show, and the
speaker's page on a desk and on a phone.
"""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

os.environ["BACK_COACH_MEMORY"] = "none"

from chromium import Browser, missing
from served import served
from test_page import Page, stretch
from test_screens import Viewport, reachable
from test_screens_rendered import MORE

from skill.content.exercises import exercises
from skill.content.figures import START, figures
from skill.content.words import words
from skill.figure.drawing import Drawing, draw
from skill.figure.vector import svg
from skill.flask_app import create_app
from skill.screen.layout import directive

DOCS = Path(__file__).parents[1] / "docs"
SHOWS = {"15": Viewport(1920, 1080), "8": Viewport(1280, 800), "5": Viewport(960, 480)}
SCREENS = (
    "home",
    "question",
    "values",
    "number",
    "emergency",
    "verdict",
    "ready",
    "counting",
    "chart",
    "timer",
)
COUNTED_MS = 9_000  # into a count, somebody is in the middle of it


def main() -> None:
    """Take them all."""
    if reason := missing():
        raise SystemExit(reason)
    browser = Browser()
    with tempfile.TemporaryDirectory() as folder:
        every_exercise(browser)
        every_screen(browser, Path(folder))
        the_page(browser)
    browser.close()


# --- Exercises ----------------------------------------------------------------------------------


def every_exercise(browser: Browser) -> None:
    """One sheet: each exercise and each of its versions that looks different, at both ends."""
    cells = "".join(_cell(name) for name in figures() if not name.endswith(".bed.gentle"))
    style = """body { margin: 12px; font: 15px "DejaVu Sans", sans-serif; color: #1d2a2c;
      display: grid; grid-template-columns: repeat(4, 1fr); gap: 10px; background: #fff; }
      div { background: #e6eeeb; border-radius: 12px; padding: 8px; }
      p { margin: 0 0 4px; } span { display: flex; gap: 8px; align-items: end; }
      svg { width: 50%; height: 105px; }"""
    _take(browser, f"<style>{style}</style>{cells}", DOCS / "figures.png", 1360)


def _cell(name: str) -> str:
    exercise, *versions = name.split(".")
    title = words("en-US").entry(words("en-US").of_exercise(exercise, versions, "name"))
    more = f" ({versions[0].replace('_', ' ')})" if versions else ""
    drawing = draw(name)
    ends = "".join(svg(drawing, moment) for moment in _ends(name, drawing))
    return f"<div><p>{title}{more}</p><span>{ends}</span></div>"


def _ends(name: str, drawing: Drawing) -> tuple[float, float]:
    """The start, and the pose that is furthest from it."""
    phases = exercises().exercises[name.partition(".")[0]].phases
    last = next((p for p in ("round", *phases) if p in figures()[name].poses and p != START), None)
    ends = {after: keys[1] for (_, after), keys in drawing.moves.items()}
    return 0, ends[last] if last else len(drawing.keys) // 4


# --- Screens ------------------------------------------------------------------------------------


def every_screen(browser: Browser, folder: Path) -> None:
    """A sheet with every screen at every size, and one exercise by itself."""
    taken = {}
    for size, viewport in SHOWS.items():
        said = {name: talk.response["directives"][0] for name, talk in reachable(screen=viewport)}
        said |= {name: directive(scene, viewport) for name, scene in MORE.items()}
        for name in SCREENS:
            taken[name, size] = folder / f"{name}-{size}.png"
            measures = {"width": int(viewport.width), "height": int(viewport.height)}
            browser("show", directive=said[name], **measures)
            browser("pass", ms=COUNTED_MS)
            browser("shot", path=str(taken[name, size]))
    (DOCS / "counting.png").write_bytes(taken["counting", "5"].read_bytes())
    style = """body { margin: 8px; background: #6c7674; display: grid; gap: 8px;
      grid-template-columns: 384px 320px 432px; align-items: start; } img { width: 100%; }"""
    pictures = [taken[name, size] for name in SCREENS for size in SHOWS]
    _take(browser, f"<style>{style}</style>{_images(pictures)}", DOCS / "screens.png", 1168)


def _images(files: Iterable[Path]) -> str:
    return "".join(
        f'<img src="data:image/png;base64,{base64.b64encode(file.read_bytes()).decode()}">'
        for file in files
    )


def _take(browser: Browser, html: str, path: Path, width: int) -> None:
    browser("set", html=html, width=width)
    browser("shot", path=str(path), whole=True)


# --- The page -----------------------------------------------------------------------------------


def the_page(browser: Browser) -> None:
    """The speaker's page at a question, on a desk, and in the middle of a count, on a phone."""
    with served(create_app()) as address:
        page = Page(browser, f"{address}/", width=900, height=760)
        page.say("my back hurts").wait(6)
        browser("shot", path=str(DOCS / "web-speaker.png"))
        phone = Page(browser, f"{address}/", width=390, height=844)
        stretch(phone).wait(COUNTED_MS / 1000)
        browser("evaluate", code="() => scrollTo(0, 0)")
        browser("shot", path=str(DOCS / "phone.png"))


if __name__ == "__main__":
    main()
