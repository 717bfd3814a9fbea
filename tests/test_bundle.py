"""The zip for Lambda: the same bytes each time, all that is needed and nothing else."""

from __future__ import annotations

import importlib.util
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

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


def test_the_same_sources_give_the_same_bytes(built, tmp_path):
    again = bundle.build(tmp_path / "again.zip", VERSION, Path(sys.executable))
    assert again.digest == built.digest


def test_every_source_has_byte_code_that_is_never_compared_with_it(built, names):
    sources = [name for name in names if name.endswith(".py")]
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
    with zipfile.ZipFile(built.path) as archive:
        code = next(name for name in archive.namelist() if "alexa.cpython" in name)
        held = archive.read(code)
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
    with zipfile.ZipFile(built.path) as archive:
        archive.extractall(tmp_path)
    code = (
        "import sys; sys.path.insert(0, '.'); from lambda_function import lambda_handler as ask;"
        "print(ask({'request': {'type': 'LaunchRequest'}, 'session': {}}, None)['version'])"
    )
    command = [sys.executable, "-I", "-S", "-W", "ignore", "-c", code]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.stdout.strip() == "1.0", run.stderr


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
