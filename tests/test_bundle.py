"""The zip for Lambda: the same bytes each time, all that is needed and nothing else."""

from __future__ import annotations

import importlib.util
import json
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from skill import at_once
from skill.release import bundle, interpreter

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
UNCHECKED = 0b01  # PEP 552: by hash, and never compared with the source


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle")
    return bundle.build(folder / "lambda.zip", VERSION, Path(sys.executable))


@pytest.fixture(scope="module")
def names(built):
    with zipfile.ZipFile(built.path) as archive:
        return archive.namelist()


def indexed(built):
    """By its source: the code of each module that is in the one file of what a start imports."""
    with zipfile.ZipFile(built.path) as archive:
        head, code = archive.read(f"skill/{at_once.FILE}").split(b"\n", 1)
    entries = json.loads(head)["modules"].values()
    return {source: code[begin:end] for source, _, begin, end in entries}


def test_the_same_sources_give_the_same_bytes(built, tmp_path):
    again = bundle.build(tmp_path / "again.zip", VERSION, Path(sys.executable))
    assert again.digest == built.digest


def test_every_source_has_byte_code_that_is_never_compared_with_it(built, names):
    at_once = indexed(built)
    sources = {name for name in names if name.endswith(".py")} - at_once.keys()
    with zipfile.ZipFile(built.path) as archive:
        for source in sources:
            path = Path(source)
            code = path.parent / "__pycache__" / f"{path.stem}.{sys.implementation.cache_tag}.pyc"
            head = archive.read(str(code))[:8]
            assert head[:4] == importlib.util.MAGIC_NUMBER
            assert struct.unpack("<I", head[4:])[0] == UNCHECKED, source


def test_without_a_python_of_lambdas_version_there_are_sources_alone(tmp_path):
    built = bundle.build(tmp_path / "lambda.zip", "3.13", None)
    assert built.byte_code is None
    with zipfile.ZipFile(built.path) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".pyc")]


def test_no_path_of_this_machine_is_in_it(built):
    held = indexed(built)["skill/alexa.py"]
    assert b"/var/task/skill/alexa.py" in held
    assert str(bundle.ROOT).encode() not in held


def test_it_holds_the_kit_and_nothing_that_only_other_places_need(names):
    tops = {name.split("/")[0] for name in names if not name.startswith("__pycache__")}
    assert {"lambda_function.py", "skill", "ask_sdk_core", "ask_sdk_model"} <= tops
    heavy = ("flask", "cryptography", "rapidfuzz", "boto3", "botocore", "requests", "urllib3")
    assert tops.isdisjoint(heavy)


def test_of_the_skill_it_holds_what_a_turn_can_reach(names):
    ours = {name for name in names if name.startswith("skill/")}
    assert "skill/handlers/checkup.py" in ours
    assert "skill/content/words/en-US.toml.json" in ours
    for elsewhere in ("speaker", "release", "flask_app", "signature", "cli", "heard"):
        assert not [name for name in ours if elsewhere in name]


def test_the_zip_alone_can_answer(built, tmp_path):
    """Nothing but the zip and the standard library: no site-packages, no checkout."""
    assert started(unpacked(built, tmp_path), "print(answer['version'])") == "1.0"


def test_what_a_start_imports_comes_from_one_file_and_says_where_its_source_is(built, tmp_path):
    code = """
ours = {name: m for name, m in sys.modules.items() if name.startswith(("skill", "ask_sdk"))}
files = [m.__file__ for m in ours.values()]
print([
    name for name, m in ours.items()
    if type(m.__loader__).__module__ != "skill.at_once" and not hasattr(m, "__path__")
], all(map(os.path.isfile, files)))
"""
    read_before = ["skill.at_once", "skill.on_demand"]
    assert started(unpacked(built, tmp_path), code) == f"{read_before} True"


def test_a_start_compiles_no_record(built, tmp_path):
    code = """
import collections
from skill import turn
print(turn.Heard.__new__.__code__.co_filename, collections.namedtuple("New", "one two")(1, two=2))
"""
    assert started(unpacked(built, tmp_path), code) == "<record> New(one=1, two=2)"


def test_another_python_than_it_was_built_for_takes_the_sources(built, tmp_path):
    folder = unpacked(built, tmp_path)
    (folder / "skill" / at_once.FILE).rename(folder / "skill" / "at_once.cpython-399")
    assert started(folder, "print(answer['version'])") == "1.0"


def unpacked(built, folder):
    with zipfile.ZipFile(built.path) as archive:
        archive.extractall(folder)
    return folder


def started(folder, code):
    """What a piece of code prints after a launch was answered in a new process."""
    code = f"""
import os, sys
sys.path.insert(0, {str(folder)!r})
from lambda_function import lambda_handler
answer = lambda_handler({{"request": {{"type": "LaunchRequest"}}, "session": {{}}}}, None)
{code}
"""
    command = [sys.executable, "-I", "-S", "-B", "-W", "ignore", "-c", code]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_outside_a_checkout_it_says_what_is_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(bundle, "ENTRY", tmp_path / "lambda_function.py")
    with pytest.raises(bundle.NotACheckoutError, match="run this in a checkout"):
        bundle.build(tmp_path / "lambda.zip", VERSION, None)


def test_a_python_is_only_taken_for_the_version_that_it_says_it_is(monkeypatch, tmp_path):
    assert interpreter.find(VERSION)
    impostor = tmp_path / "python3.99"
    impostor.write_text("#!/bin/sh\necho 3.11\n", "utf-8")
    impostor.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert interpreter.find("3.99") is None
