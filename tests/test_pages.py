"""The pages for operators: what they tell people to type exists, and what they promise is so."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from cfnlint.decode import cfn_yaml
from kept import in_dynamodb

from skill import cli
from skill.memory import Item
from skill.memory.dynamodb import Table
from skill.release import bundle, listing_points

PAGES = [bundle.ROOT / "README.md", *sorted((bundle.ROOT / "docs").glob("*.md"))]
PEOPLE = [bundle.ROOT / "docs" / name for name in listing_points.PAGES]
TEMPLATE = cfn_yaml.load(str(bundle.ROOT / "lambda" / "template.yaml"))
LISTING = bundle.ROOT / "skill" / "release" / "listing" / "en-US.toml"


def page(name):
    return (bundle.ROOT / "docs" / name).read_text("utf-8")


def commands(text):
    """What is typed in the console blocks of a page, continued lines as one, without the prompt."""
    blocks = re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [line[2:] for line in lines if line.startswith(("$ ", "# "))]


def ours(command):
    """The arguments of every call of our own command in a line, `memory` standing for its own."""
    words = shlex.split(re.sub(r"[|;&()>]+", " ; ", command), comments=True)
    for at, word in enumerate(words):
        end = words.index(";", at) if ";" in words[at:] else len(words)
        if word.endswith(".venv/bin/back-coach"):
            yield words[at + 1 : end]
        elif word == "memory" and words[at + 1].startswith("--"):
            yield words[at:end]


CALLS = [
    pytest.param(call, id=f"{path.name}: {shlex.join(call)}")
    for path in PAGES
    for line in commands(path.read_text("utf-8"))
    if not line.startswith("memory()")
    for call in ours(line)
]


@pytest.mark.parametrize("call", CALLS)
def test_every_command_of_ours_on_a_page_is_one(call):
    assert cli._parser().parse_args(call)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_make_target_on_a_page_is_one(path):
    targets = set(re.findall(r"^([a-z-]+):", (bundle.ROOT / "Makefile").read_text(), re.MULTILINE))
    named = re.findall(
        r"^(?:.*&& )?make ([a-z-]+)", "\n".join(commands(path.read_text("utf-8"))), re.MULTILINE
    )
    assert set(named) <= targets


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_to_a_page_leads_to_its_heading(path):
    for target in re.findall(r"\]\(([^)#:]*(?:#[^)]*)?)\)", path.read_text("utf-8")):
        name, _, anchor = target.partition("#")
        there = path.parent / name if name else path
        assert there.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)", there.read_text("utf-8"), re.MULTILINE)
            slugs = [re.sub(r"[^\w\- ]", "", one).lower().replace(" ", "-") for one in headings]
            assert anchor in slugs


# On AWS


def test_every_parameter_of_the_template_is_explained_with_its_default():
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", page("deploy-lambda.md"), re.MULTILINE)
    told = dict(rows)
    assert set(told) == set(TEMPLATE["Parameters"])
    for name, parameter in TEMPLATE["Parameters"].items():
        if parameter.get("Default"):
            assert told[name] == f"`{parameter['Default']}`"


def test_every_service_that_the_template_uses_is_among_what_a_user_must_be_allowed():
    used = {each["Type"].split("::")[1].lower() for each in TEMPLATE["Resources"].values()}
    used = (used - {"serverless"}) | {"lambda", "cloudformation", "s3"}
    told = re.search(r"to eight services:(.*?)\.", page("deploy-lambda.md"), re.DOTALL)
    assert set(re.findall(r"`(\w+)`", told[1])) == used


def test_every_alarm_is_explained():
    alarms = {name for name, each in TEMPLATE["Resources"].items() if "Alarm" in each["Type"]}
    assert set(re.findall(r"^\| (\w+Alarm):", page("operations.md"), re.MULTILINE)) == alarms


def test_no_log_is_kept_longer_than_people_are_promised():
    (days,) = re.findall(r"\| (\d+) days at most \|", page("privacy.md"))
    assert max(TEMPLATE["Parameters"]["LogDays"]["AllowedValues"]) <= int(days)


def test_how_long_turns_took_is_written_where_the_page_looks_for_it():
    logging = TEMPLATE["Resources"]["Function"]["Properties"]["LoggingConfig"]
    assert "record.metrics.durationMs" in page("operations.md")
    assert (logging["LogFormat"], logging["SystemLogLevel"]) == ("JSON", "INFO")


def test_the_sums_add_up():
    rows = re.findall(
        r"^\|(.+)\| \*{0,2}\$([\d.]+)\*{0,2} \|$", page("deploy-lambda.md"), re.MULTILINE
    )
    names = [name.strip(" *|") for name, _ in rows]
    total = names.index("together")
    cents = [round(float(price) * 100) for _, price in rows]
    assert sum(cents[:total]) == cents[total]


def test_what_is_missing_is_put_back_and_what_was_written_since_stays(dynamodb, monkeypatch):
    (program,) = re.findall(r"<<'EOF'\n(.*?)^EOF", page("operations.md"), re.DOTALL | re.MULTILINE)
    for name in ("restored", "stack"):
        in_dynamodb(dynamodb, name, monkeypatch)
    restored, stack = Table("restored"), Table("stack")
    old = [Item("a", "settings", {"pace": "slow"}), Item("b", "settings", {})]
    new = Item("a", "settings", {"pace": "quick"}, version=7)
    restored.put(old, 0)
    stack.put([new], 0)
    command = [sys.executable, "-", "restored", "stack"]
    run = subprocess.run(command, input=program, capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("put back: 1\n", "")
    assert sorted(stack.everything()) == [new, old[1]]


# On a server


def test_the_server_is_started_with_settings_that_it_knows():
    (start,) = re.findall(r"^ExecStart=\S+/bin/(.*)", page("deploy-server.md"), re.MULTILINE)
    program, *arguments = start.split()
    run = subprocess.run(
        [Path(sys.executable).with_name(program), *arguments, "--check-config"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def pins(name):
    return set(re.findall(r"^([\w.-]+==\S+)", (bundle.ROOT / name).read_text(), re.MULTILINE))


def test_a_server_gets_what_the_product_needs_in_the_versions_that_are_tested():
    wanted = tomllib.loads((bundle.ROOT / "pyproject.toml").read_text())["project"]
    server = pins("requirements-server.lock")
    assert server < pins("requirements.lock")
    names = {pin.partition("==")[0] for pin in server}
    direct = [*wanted["dependencies"], *wanted["optional-dependencies"]["server"]]
    assert {re.split(r"[>=<;\[ ]", one)[0] for one in direct} <= names


# What people are told


@pytest.mark.parametrize("path", [*PEOPLE, LISTING], ids=lambda path: path.name)
def test_the_stores_skill_promises_no_diary_since_it_offers_none(path):
    assert TEMPLATE["Parameters"]["Diary"]["Default"] == "off"
    assert "diary" not in path.read_text("utf-8").lower()
