"""A client nobody here wrote: virtual-alexa makes requests from the interaction model, over HTTP.

Amazon's signature is out of it, which nobody but Amazon can make; everything else is the host as
it is deployed. It puts words into slots as they stand, so numbers and durations are written here
as Alexa would send them.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from served import served

from skill import interaction_model
from skill.flask_app import create_app

CLIENTS = Path(__file__).parent / "clients"
OPEN = ""


def why_not() -> str | None:
    if shutil.which("node") is None:
        return "Node.js is not installed"
    if not (CLIENTS / "node_modules" / "virtual-alexa").is_dir():
        return "virtual-alexa is not installed (make tests/clients/node_modules/.ready)"
    return None


pytestmark = pytest.mark.skipif(bool(why_not()), reason=str(why_not()))


@pytest.fixture(scope="module")
def url():
    """The skill's address on a real web server."""
    app = create_app(verify=lambda _, body: json.loads(body), speaker=False)
    with served(app) as address:
        yield f"{address}/alexa"


@pytest.fixture
def converse(url):
    """Say things in one session; the answers, one each."""

    def say(*utterances):
        command = ["node", "--no-warnings", CLIENTS / "virtual_alexa.cjs", url]
        run = subprocess.run(
            [*command, interaction_model.path("en-US")],
            input="".join(f"{said}\n" for said in utterances),
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        answers = [json.loads(line) for line in run.stdout.splitlines()]
        assert len(answers) == len(utterances), run.stderr
        assert [answer["error"] for answer in answers if "error" in answer] == []
        return answers

    return say


def asking(answer):
    return answer["sessionAttributes"]["asking"]


def verdict(answer):
    return (answer["sessionAttributes"]["verdict"] or {}).get("level")


def spoken(answer):
    return answer["response"]["outputSpeech"]["ssml"]


def test_my_back_hurts_begins_the_questions(converse):
    opened, asked = converse(OPEN, "my back hurts")
    assert "Back Coach" in spoken(opened)
    assert asking(asked)["form"] == "yes_no"
    assert asked["response"]["shouldEndSession"] is False


def test_guide_me_through_a_stretch_comes_to_a_count(converse):
    *_, ready, count = converse(OPEN, "guide me through a stretch", "no", "no", "i'm ready")
    assert asking(ready)["about"] == ["ready"]
    assert "Two.<break" in spoken(count)
    assert count["sessionAttributes"]["routine"]["exercise"] == "knee_rolls"


def test_should_i_see_a_doctor_begins_the_same_questions(converse):
    (asked,) = converse("should i see a doctor")
    assert "bladder_or_bowel" in asking(asked)["about"]


def test_a_whole_triage_comes_to_care_at_home(converse):
    answers = converse(
        *(OPEN, "my back hurts", "no", "no", "about a 4", "for P2D", "no", "no", "no"),
    )
    assert [verdict(answer) for answer in answers[:-1]] == [None] * (len(answers) - 1)
    assert verdict(answers[-1]) == "self_care"
    assert answers[-1]["response"]["card"]["content"]


def test_an_emergency_in_the_middle_is_answered_at_once(converse):
    *_, answer = converse(OPEN, "my back hurts", "no", "i have chest pain")
    assert verdict(answer) == "emergency"
    assert "9 1 1" in spoken(answer)


@pytest.mark.parametrize("word", ["stop", "cancel"])
def test_stop_leaves(converse, word):
    *_, answer = converse(OPEN, "my back hurts", word)
    assert answer["response"]["shouldEndSession"] is True
