"""The zip for Lambda, under AWS's own runtime client and emulator, over HTTP."""

from __future__ import annotations

import subprocess
import zipfile

import lambda_runtime
import pytest
from door import LISTS, envelope, intent

from skill.release import bundle

OURS = "amzn1.ask.skill.ours"
THEIRS = "amzn1.ask.skill.theirs"

pytestmark = pytest.mark.skipif(
    bool(lambda_runtime.why_not()), reason=str(lambda_runtime.why_not())
)


@pytest.fixture(scope="module")
def task(tmp_path_factory):
    """The zip, built by Lambda's Python and unpacked as Lambda would."""
    folder = tmp_path_factory.mktemp("lambda")
    built = bundle.build(folder / "lambda.zip", lambda_runtime.VERSION, lambda_runtime.PYTHON)
    with zipfile.ZipFile(built.path) as archive:
        archive.extractall(folder / "task")
    return folder / "task"


@pytest.fixture(scope="module")
def function(task):
    with lambda_runtime.Function(task, BACK_COACH_SKILL_ID=OURS) as function:
        yield function


@pytest.fixture
def ask(function):
    """Invoke the function with a request, in a session with attributes."""

    def send(request, attributes=None, skill=OURS):
        event = envelope(request, attributes)
        application = {"applicationId": skill}
        event["session"]["application"] = event["context"]["System"]["application"] = application
        return function.invoke(event)

    return send


def test_a_launch_is_answered(ask):
    answer = ask({"type": "LaunchRequest"})
    assert "Back Coach" in answer["response"]["outputSpeech"]["ssml"]
    assert answer["response"]["shouldEndSession"] is False


def test_a_whole_triage_comes_to_its_verdict(ask):
    assert "Symptom" in LISTS
    answer = ask(intent("BackPainIntent", Severity="4", Duration="P2D"))
    for _ in range(12):
        if answer["sessionAttributes"]["verdict"]:
            break
        answer = ask(intent("AMAZON.NoIntent"), answer["sessionAttributes"])
    assert answer["sessionAttributes"]["verdict"]["level"] == "self_care"


def test_an_emergency_is_answered_in_its_turn(ask):
    answer = ask(intent("SymptomIntent", Symptom=["saddle_numbness"]))
    assert answer["sessionAttributes"]["verdict"]["level"] == "emergency"
    assert "9 1 1" in answer["response"]["outputSpeech"]["ssml"]


@pytest.mark.parametrize("exercise", ["knee_rolls", "cat_camel"])
def test_an_exercise_can_be_asked_for(ask, exercise):
    answer = ask(intent("GuideStretchIntent", Exercise=exercise))
    assert answer["response"]["outputSpeech"]["ssml"]


@pytest.mark.parametrize(
    ("name", "slot", "value"),
    [("ReliefIntent", "Remedy", "cold"), ("LearnIntent", "Topic", "causes")],
)
def test_advice_is_there(ask, name, slot, value):
    assert ask(intent(name, **{slot: value}))["response"]["outputSpeech"]["ssml"]


def test_another_skills_request_is_refused(ask):
    answer = ask({"type": "LaunchRequest"}, skill=THEIRS)
    assert answer["errorType"] == "AskSdkException"
    assert "response" not in answer


@pytest.mark.parametrize(
    "request_",
    [
        {"type": "SessionEndedRequest", "reason": "USER_INITIATED"},
        {"type": "SessionEndedRequest", "reason": "A_NEW_REASON"},
        {"type": "AlexaSkillEvent.SkillDisabled"},
        {"type": "Alexa.Presentation.APL.UserEvent", "token": "t", "arguments": []},
        {"type": "SessionResumedRequest", "cause": {"type": "ConnectionCompleted"}},
        {"type": "Alexa.Novelty.NeverHeardOf"},
    ],
    ids=lambda request: request["type"],
)
def test_what_wants_no_speech_gets_a_valid_answer_with_none(ask, request_):
    answer = ask(request_)
    assert answer["version"] == "1.0"
    assert "reprompt" not in answer["response"]


def test_the_log_holds_nothing_that_was_said(ask, function):
    ask(intent("SymptomIntent", Symptom=["saddle_numbness"]))
    log = "".join(function.log)
    assert "INIT START" in log
    for private in ("saddle", "numb", "Symptom", "amzn1"):
        assert private not in log


def test_nothing_is_compiled_at_a_cold_start(task):
    """Python says what it compiles or reads: of the zip, byte code alone, and hardly a file."""
    code = "import sys; sys.path[0] = '.'; import lambda_function"
    run = subprocess.run(
        [lambda_runtime.PYTHON, "-v", "-c", code],
        cwd=task,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "# code object from './" not in run.stderr
    assert run.stderr.count("/skill/__pycache__") <= len(("skill", "at_once", "on_demand")) * 2


LOADED = (
    "import lambda_function, sys; from skill.content.advice import advice;"
    "print('skill.screen.layout' in sys.modules, advice.cache_info().currsize)"
)


def loaded_at_the_start(task, **environment):
    """What only some turns need, and is there before the first request: screens, and advice."""
    run = subprocess.run(
        [lambda_runtime.PYTHON, "-c", f"import sys; sys.path[0] = '.'; {LOADED}"],
        cwd=task,
        env={"BACK_COACH_SKILL_ID": OURS, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stderr == "", "nothing went wrong"
    return run.stdout


def test_a_snapshot_has_loaded_what_the_first_turns_need(task):
    kept = loaded_at_the_start(task, AWS_LAMBDA_INITIALIZATION_TYPE="snap-start")
    assert kept.strip() == "True 1"


def test_an_ordinary_start_loads_nothing_before_it_is_wanted(task):
    assert loaded_at_the_start(task).strip() == "False 0"
