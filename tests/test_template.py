"""The template for AWS: what Amazon's own checker says of it, and what we promise of it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from cfnlint.decode import cfn_yaml

from skill.release import bundle, package

FILE = bundle.ROOT / "lambda" / "template.yaml"
ALEXA_WAITS = 8  # seconds


@pytest.fixture(scope="module")
def template():
    return cfn_yaml.load(str(FILE))


@pytest.fixture(scope="module")
def function(template):
    return template["Resources"]["Function"]["Properties"]


def test_amazons_own_checker_has_nothing_to_say():
    checker = Path(sys.executable).with_name("cfn-lint")
    run = subprocess.run(
        [checker, "--include-checks", "I", "--", FILE], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_it_deploys_what_the_package_command_writes(function):
    zipped = (FILE.parent / function["CodeUri"]).resolve()
    assert zipped == bundle.ROOT / package.BUILD / package.ZIP
    assert function["Runtime"] == f"python{package.PYTHON}"
    module, _, name = function["Handler"].partition(".")
    assert f"def {name}(" in (FILE.parent / f"{module}.py").read_text("utf-8")


def test_only_this_skill_may_call_the_function(template, function):
    assert list(function["Events"]) == ["Alexa"]
    event = function["Events"]["Alexa"]
    assert event == {"Type": "AlexaSkill", "Properties": {"SkillId": {"Ref": "SkillId"}}}
    assert function["Environment"]["Variables"]["BACK_COACH_SKILL_ID"] == {"Ref": "SkillId"}
    assert "Default" not in template["Parameters"]["SkillId"]


def test_alexa_is_answered_before_it_gives_up(function):
    assert function["Timeout"] <= ALEXA_WAITS


def test_versions_have_an_alias_as_a_snapshot_needs(template, function):
    assert function["AutoPublishAlias"] == "live"
    assert function["SnapStart"]["ApplyOn"] == {"Ref": "SnapStart"}
    assert template["Outputs"]["Endpoint"]["Value"] == {"Ref": "FunctionAliaslive"}


@pytest.fixture(scope="module")
def statements(template):
    """What the function's role allows, of the log and of the table."""
    policies = template["Resources"]["Role"]["Properties"]["Policies"]
    always = [policy["Fn::If"][1] if "Fn::If" in policy else policy for policy in policies]
    return [each for policy in always for each in policy["PolicyDocument"]["Statement"]]


def test_the_function_may_do_nothing_but_on_what_is_its_own(statements):
    assert len(statements) == 2
    for statement in statements:
        assert not [action for action in statement["Action"] if "*" in action]
        assert list(statement["Resource"]) == ["Fn::GetAtt"]


def test_the_function_may_do_what_its_memory_does_in_a_turn(statements):
    """An operator, with rights of their own, is who looks at everybody and purges."""
    source = (bundle.ROOT / "skill" / "memory" / "dynamodb.py").read_text("utf-8")
    called = set(re.findall(r'"(query|scan|\w+_item)"|_client\.(\w+_item)', source))
    names = {"".join(each) for each in called} - {"scan", "delete_item"}
    allowed = {f"dynamodb:{name.title().replace('_', '')}" for name in names}
    assert set(statements[1]["Action"]) == allowed


def test_the_table_is_keyed_and_expires_as_the_memory_wants(template):
    table = template["Resources"]["Table"]["Properties"]
    keys = {key["AttributeName"]: key["KeyType"] for key in table["KeySchema"]}
    assert keys == {"who": "HASH", "what": "RANGE"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_log_lines_do_not_stay_for_ever(template, function):
    assert function["LoggingConfig"]["LogGroup"] == {"Ref": "Log"}
    assert template["Resources"]["Log"]["Properties"]["RetentionInDays"] == {"Ref": "LogDays"}


def test_failing_apologising_waiting_and_turning_away_raise_an_alarm(template):
    alarms = [
        each["Properties"]
        for each in template["Resources"].values()
        if each["Type"] == "AWS::CloudWatch::Alarm"
    ]
    watched = {alarm["MetricName"] for alarm in alarms}
    assert watched == {"Errors", "Apologies", "Throttles", "Duration"}


def test_secrets_are_asked_for_and_never_shown(template):
    secret = template["Parameters"]["Secret"]
    assert secret["NoEcho"] is True
    assert "Default" not in secret


def test_health_is_kept_by_choice_alone(template):
    assert template["Parameters"]["Diary"]["Default"] == "off"
