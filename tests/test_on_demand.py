"""What Lambda starts with: the SDK's classes one by one, compiled content, and little else.

Each test that imports starts a Python of its own, for what is imported cannot be taken back.
"""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import ask_sdk_model
import pytest
from door import envelope, intent

from skill import on_demand
from skill.alexa import answer
from skill.content import compiled, reading
from skill.content.reading import ContentError

ROOT = Path(__file__).parents[1]
SDK = Path(ask_sdk_model.__file__).parents[1]
CONTENT = ROOT / "skill" / "content"


def python(code: str, *, at: Path = ROOT, given: object = None) -> object:
    """What a piece of code prints as JSON, in a new process that finds the skill at a place."""
    path = [str(at), str(ROOT / "lambda")] if at == ROOT else [str(at)]
    begin = f"import json, sys; sys.path[:0] = {path!r}; given = json.load(sys.stdin)\n"
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", begin + code],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        cwd=at,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def packages() -> dict[str, list[str]]:
    """The SDK's packages, and the names that importing each of them defines."""
    found = {}
    for top in on_demand.PACKAGES:
        for file in (SDK / top.replace(".", "/")).rglob("__init__.py"):
            nodes = ast.parse(file.read_text("utf-8")).body
            imports = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.level]
            name = ".".join(file.parent.relative_to(SDK).parts)
            found[name] = [alias.asname or alias.name for node in imports for alias in node.names]
    return found


def test_every_name_of_every_package_is_the_same_class_as_without():
    code = """
from importlib import import_module
if given["on_demand"]:
    from skill import on_demand
    on_demand.install()
found = {}
for package, names in given["packages"].items():
    module = __import__(package, fromlist=names)
    for name in names:
        kind = getattr(module, name)
        found[f"{package}.{name}"] = f"{kind.__module__}.{kind.__qualname__}"
        real = getattr(import_module(kind.__module__), kind.__qualname__)
        assert kind is real or name in given["stand_ins"]
print(json.dumps(found))
"""
    asked = {"packages": packages(), "stand_ins": ["ServiceClientFactory", "TemplateFactory"]}
    assert sum(map(len, asked["packages"].values())) > 400
    with_it = python(code, given={**asked, "on_demand": True})
    without = python(code, given={**asked, "on_demand": False})
    for factory in (
        "ask_sdk_model.services.ServiceClientFactory",
        "ask_sdk_core.view_resolvers.TemplateFactory",
    ):
        assert with_it.pop(factory) == factory
        assert without.pop(factory).endswith(f"_factory.{factory.rpartition('.')[2]}")
    assert with_it == without


def test_what_a_package_does_not_have_is_an_attribute_error_as_ever():
    code = """
from skill import on_demand
on_demand.install()
import ask_sdk_model
import ask_sdk_model.intent
from ask_sdk_model import slot
errors = []
for name in ("NoSuchClass", "no_such_module", "__all__"):
    try:
        getattr(ask_sdk_model, name)
    except AttributeError as error:
        errors.append(name)
try:
    from ask_sdk_model import NoSuchClass
except ImportError:
    errors.append("import")
print(json.dumps([errors, slot.__name__, ask_sdk_model.intent.__name__]))
"""
    errors = ["NoSuchClass", "no_such_module", "__all__", "import"]
    assert python(code) == [errors, "ask_sdk_model.slot", "ask_sdk_model.intent"]


def test_the_factory_of_services_works_and_is_imported_when_a_service_is_wanted():
    code = """
from skill import on_demand
on_demand.install()
from ask_sdk_model.services import ApiConfiguration, ServiceClientFactory
configuration = ApiConfiguration(authorization_value="t", api_endpoint="https://example.org")
factory = ServiceClientFactory(api_configuration=configuration)
real = "ask_sdk_model.services.service_client_factory"
before = real in sys.modules
service = factory.get_reminder_management_service()
print(json.dumps([before, real in sys.modules, type(service).__name__]))
"""
    assert python(code) == [False, True, "ReminderManagementServiceClient"]


def test_what_the_kit_hardly_uses_of_the_library_is_there_when_it_is_wanted():
    code = """
from skill import on_demand
on_demand.install()
on_demand.install()
before = [type(sys.modules[name]).__name__ for name in on_demand.LATE]
from ask_sdk_model import Slot
from six.moves.urllib.parse import quote
import decimal, six
shown = repr(Slot(name="x", value="y"))
half = str(decimal.Decimal("1.5"))
import pprint
real = [sys.modules[name].__spec__.name for name in on_demand.LATE]
print(json.dumps([before, "'value': 'y'" in shown, half, quote(" "), six.PY3, real]))
"""
    names = ["pprint", "decimal", "six"]
    assert python(code) == [["_Late"] * 3, True, "1.5", "%20", True, names]


def test_what_stands_for_the_library_of_both_pythons_is_what_that_has():
    code = """
from skill import on_demand
import six
late = on_demand.LATE["six"]
assert all(getattr(six, name) == late[name] for name in ("text_type", "integer_types"))
print(json.dumps([list(given) for given in (late["iteritems"](given), six.iteritems(given))]))
"""
    assert python(code, given={"a": 1}) == [[["a", 1]]] * 2


# What a launch and a first answer must not import: each costs a cold start milliseconds.
NOT_AT_START = (
    "dataclasses",
    "inspect",
    "logging",
    "tomllib",
    "pathlib",
    "tempfile",
    "importlib.resources",
    "xml.etree.ElementTree",
    "dateutil",
    "requests",
    "_decimal",
    "ask_sdk_model.services.service_client_factory",
    "skill.figure.drawing",
    "skill.content.figures",
    "skill.memory.keeping",
)


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The skill as Lambda has it, with its content compiled."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(ROOT / "skill", folder / "skill", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "lambda" / "lambda_function.py", folder)
    compiled.write(folder / "skill" / "content")
    return folder


SCREEN = {"Alexa.Presentation.APL": {"runtime": {"maxVersion": "2023.3"}}}


@pytest.mark.parametrize("interfaces", [{}, SCREEN], ids=["speaker", "screen"])
def test_a_launch_and_a_first_answer_import_none_of_what_is_slow_to_import(package, interfaces):
    events = [envelope({"type": "LaunchRequest"}), envelope(intent("BackPainIntent", Severity="4"))]
    for event in events:
        event["context"]["System"]["device"] = {"supportedInterfaces": interfaces}
    code = """
from lambda_function import lambda_handler
replies = [lambda_handler(event, None)["response"] for event in given["events"]]
assert all("outputSpeech" in reply for reply in replies)
print(json.dumps([name for name in given["slow"] if name in sys.modules]))
"""
    given = {"events": events, "slow": NOT_AT_START}
    assert python(code, at=package, given=given) == []


def test_garbage_is_looked_for_again_after_the_start(package):
    code = "import gc, lambda_function; print(json.dumps([gc.isenabled(), gc.get_freeze_count()]))"
    enabled, frozen = python(code, at=package)
    assert enabled
    assert frozen > 0


def test_the_package_says_what_the_checkout_says(package):
    """A check-up to its verdict, a count, a remedy and a topic, answered by both."""
    said = [
        {"type": "LaunchRequest"},
        intent("BackPainIntent", Severity="5", Duration="P1D"),
        *[intent("AMAZON.NoIntent")] * 5,
        intent("GuideStretchIntent", Exercise="knee_rolls"),
        *[intent("AMAZON.NoIntent")] * 2,
        intent("ReadyIntent"),
        intent("AMAZON.PauseIntent"),
        intent("ReliefIntent", Remedy="cold"),
        intent("LearnIntent", Topic="causes"),
        intent("SymptomIntent", Symptom=["saddle_numbness"]),
        {"type": "Brand.NewRequest"},
    ]
    code = """
from lambda_function import lambda_handler
from skill.content import reading
attributes, replies = {}, []
for event in given:
    event["session"]["attributes"] = attributes
    replies.append(lambda_handler(event, None))
    attributes = replies[-1]["sessionAttributes"]
assert reading.__file__.startswith(sys.path[0])
print(json.dumps(replies))
"""
    events = [envelope(request) for request in said]
    theirs, attributes = python(code, at=package, given=events), {}
    for event, reply in zip(events, theirs, strict=True):
        event["session"]["attributes"] = attributes
        ours = json.loads(json.dumps(answer(event)))
        assert ours["response"] == reply["response"]
        attributes = ours["sessionAttributes"]
        assert attributes == reply["sessionAttributes"]


# --- Compiled content ---------------------------------------------------------------------------


def test_compiled_content_says_the_same_as_its_source(package, monkeypatch):
    files = [file.relative_to(CONTENT).as_posix() for file in CONTENT.rglob("*.toml")]
    assert len(files) >= 8
    read = {file: reading.read(file) for file in files}
    monkeypatch.setattr(reading, "_FOLDER", str(package / "skill" / "content"))
    assert {file: reading.read(file) for file in files} == read


def test_a_package_holds_no_source_beside_what_was_compiled(package):
    assert list((package / "skill" / "content").rglob("*.toml")) == []


def test_where_the_source_is_nothing_compiled_is_read(tmp_path, monkeypatch):
    (tmp_path / "a.toml").write_text("true = 1")
    (tmp_path / "a.toml.json").write_text('{"stale": 1}')
    monkeypatch.setattr(reading, "_FOLDER", str(tmp_path))
    assert reading.read("a.toml") == {"true": 1}


def test_the_content_itself_is_not_compiled_away():
    with pytest.raises(ValueError, match="compile a copy"):
        compiled.write(CONTENT)
    assert (CONTENT / "triage.toml").is_file()


@pytest.mark.parametrize("text", ["broken =", "day = 2026-03-04", "far = inf\nno = nan"])
def test_what_json_cannot_say_is_refused_with_the_name_of_the_file(tmp_path, text):
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(ContentError, match=r"x\.toml"):
        compiled.write(tmp_path)
    assert (tmp_path / "x.toml").is_file()
