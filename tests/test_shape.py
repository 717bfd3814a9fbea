"""The shape of the code: who may import whom, and where the time may come from."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PURE = {
    "skill.triage",
    "skill.routine",
    "skill.diary",
    "skill.turn",
    "skill.tempo",
    "skill.handover",
    "skill.figure",
    "skill.figure.skeleton",
    "skill.figure.view",
    "skill.figure.furniture",
    "skill.figure.body",
    "skill.figure.drawing",
    "skill.figure.vector",
    "skill.when",
    "skill.alarms",
}
# What the core of the skill is made of: none of it knows what platform it runs on.
CORE = (*PURE, "skill.content", "skill.handlers", "skill.speech", "skill.session", "skill.screen")
PLATFORMS = ("ask_sdk_core", "ask_sdk_model", "ask_sdk_webservice_support", "flask", "werkzeug")
HOSTS = (
    "skill.alexa",
    "skill.request",
    "skill.response",
    "skill.serializer",
    "skill.slots",
    "skill.memory",
    "skill.flask_app",
    "skill.speaker",
    "skill.cli",
    "skill.signature",
    "skill.release",
    "skill.serving",
    "skill.snapshot",
)
NO_CLOCK = CORE
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter", "sleep", "localtime"}


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {name_of(file): file for file in sorted((ROOT / "skill").rglob("*.py"))}


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text("utf-8"))


def imported(module: str, *, top_level: bool = False) -> set[str]:
    """Every module that a module imports; with `top_level`, as soon as it is itself imported."""
    tree = tree_of(module)
    nodes = tree.body if top_level else list(ast.walk(tree))
    return {name for node in nodes for name in _imports(node)}


def _imports(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module:
        inner = {f"{node.module}.{alias.name}" for alias in node.names}
        return (inner & set(MODULES)) | ({node.module} if inner - set(MODULES) else set())
    return set()


def within(module: str, *parents: str) -> bool:
    return any(module == parent or module.startswith(f"{parent}.") for parent in parents)


def ours(module: str) -> set[str]:
    return {name for name in imported(module) if within(name, "skill")}


def test_there_is_something_to_look_at():
    assert {"skill.triage", "skill.routine", "skill.turn", "skill.tempo", "skill.alexa"} <= set(
        MODULES
    )
    assert "skill.content.triage" in imported("skill.triage")


@pytest.mark.parametrize("module", sorted(PURE & set(MODULES)))
def test_a_pure_module_imports_nothing_of_ours_but_pure_modules_and_content(module):
    assert {
        name for name in ours(module) if name not in PURE and not within(name, "skill.content")
    } == set()


@pytest.mark.parametrize("module", [name for name in MODULES if within(name, "skill.content")])
def test_content_imports_nothing_of_ours_but_content(module):
    assert all(within(name, "skill.content") for name in ours(module))


@pytest.mark.parametrize("module", [name for name in MODULES if within(name, *CORE)])
def test_the_core_knows_no_platform(module):
    assert [name for name in imported(module) if within(name, *PLATFORMS, *HOSTS)] == []


@pytest.mark.parametrize("module", MODULES)
def test_only_the_door_imports_the_skills_kit(module):
    used = [name for name in imported(module) if within(name, "ask_sdk_core")]
    assert (
        used == []
        or module in ("skill.alexa", "skill.serializer")
        or (module == "skill.flask_app" and _typing(module))
    )


def _typing(module: str) -> bool:
    """Whether the kit is imported for the type checker alone."""
    return not any(within(name, "ask_sdk_core") for name in imported(module, top_level=True))


@pytest.mark.parametrize("module", MODULES)
def test_only_the_web_host_and_the_speakers_page_import_flask(module):
    flask = [name for name in imported(module) if within(name, "flask", "flask_ask_sdk")]
    assert flask == [] or module in ("skill.flask_app", "skill.speaker.web")


@pytest.mark.parametrize("module", [name for name in MODULES if within(name, *NO_CLOCK)])
def test_time_arrives_with_the_turn(module):
    """Nothing inside looks at a clock: neither `datetime.now()` nor `time.time()` nor the like."""
    assert "time" not in imported(module)
    calls = [node.func for node in ast.walk(tree_of(module)) if isinstance(node, ast.Call)]
    clocks = [
        call.attr for call in calls if isinstance(call, ast.Attribute) and call.attr in CLOCKS
    ]
    assert clocks == []


@pytest.mark.parametrize("module", [name for name in MODULES if within(name, *CORE)])
def test_the_core_leaves_chance_out_of_it(module):
    assert not {"random", "secrets", "uuid"} & imported(module)


# Imported only where a memory is configured to be kept there; Lambda brings boto3 itself.
ON_FIRST_USE = {"skill.memory.dynamodb"}


def test_what_lambda_carries_needs_neither_flask_nor_the_speaker_nor_signatures():
    seen, todo = set(), {"skill.alexa"}
    while todo:
        module = todo.pop()
        seen.add(module)
        todo |= {name for name in imported(module) if name in MODULES} - seen - ON_FIRST_USE
    needed = {name for module in seen for name in imported(module)}
    heavy = ("flask", "flask_ask_sdk", "cryptography", "rapidfuzz", "boto3", "skill.speaker")
    assert [name for name in needed if within(name, *heavy)] == []
    entry = ast.parse((ROOT / "lambda" / "lambda_function.py").read_text("utf-8"))
    assert {name for node in ast.walk(entry) for name in _imports(node)} <= {
        "skill.alexa",
        "skill.at_once",
        "skill.on_demand",
        "skill.snapshot",
        "__future__",
        "gc",
        "os",
        "typing",
    }


@pytest.mark.parametrize("module", MODULES)
def test_no_module_is_named_for_nothing_in_particular(module):
    assert not {"utils", "helpers", "manager", "base", "service"} & set(module.split("."))


LOCKS = sorted([*ROOT.glob("*.lock"), *(ROOT / "tests").glob("*.lock")])
LOCKS += sorted((ROOT / "tests").glob("*/package-lock.json"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: f"{lock.parent.name}/{lock.name}")
def test_a_lock_file_names_no_host(lock):
    """Whoever installs says where from. npm writes `funding` by itself: take it out again."""
    assert "://" not in lock.read_text("utf-8")
