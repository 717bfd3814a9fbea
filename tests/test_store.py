"""The package for the ASK CLI: what Amazon's own classes say of it, and what we promise of it."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_smapi_model.v1.skill.manifest.skill_manifest_envelope import SkillManifestEnvelope

from skill import cli
from skill.content.exercises import exercises
from skill.release import icons, package, store

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:back-coach-Function-AbC:live"
WEB = "https://coach.example.org/alexa"
PUBLISHERS = {
    "nothing is settled yet": store.Publisher(),
    "lambda": store.Publisher(LAMBDA, "https://example.org/privacy", "https://example.org/terms"),
    "own server": store.Publisher(WEB, "https://example.org/privacy", "https://example.org/terms"),
}


def without_empty(value):
    """Amazon's classes write out what was left out as null."""
    if isinstance(value, dict):
        found = {key: without_empty(item) for key, item in value.items()}
        return {key: item for key, item in found.items() if item is not None}
    return [without_empty(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("publisher", PUBLISHERS.values(), ids=PUBLISHERS)
def test_amazons_own_classes_read_the_manifest_and_give_it_back_whole(publisher):
    manifest = store.manifest(publisher)
    serializer = DefaultSerializer()
    read = serializer.deserialize(json.dumps(manifest), SkillManifestEnvelope)
    assert without_empty(serializer.serialize(read)) == manifest


def test_an_endpoint_takes_requests_and_events():
    """An https address says what kind of certificate it has, each time; Lambda has none to name."""
    for publisher, endpoint in (
        ("own server", {"uri": WEB, "sslCertificateType": "Trusted"}),
        ("lambda", {"uri": LAMBDA}),
    ):
        manifest = store.manifest(PUBLISHERS[publisher])["manifest"]
        assert manifest["apis"]["custom"]["endpoint"] == endpoint
        assert manifest["events"] == {
            "endpoint": endpoint,
            "subscriptions": [{"eventName": "SKILL_DISABLED"}],
        }


def test_without_an_endpoint_there_are_no_events_that_nobody_could_take():
    assert "events" not in store.manifest(store.Publisher())["manifest"]


@pytest.mark.parametrize(
    "endpoint",
    [
        "coach.example.org",
        "http://coach.example.org/alexa",
        "https://coach.example.org:8443/alexa",
        "arn:aws:s3:::bucket",
        "arn:aws:lambda:us-east-1:12:function:f",
        "https:///alexa",
    ],
)
def test_an_endpoint_that_amazon_would_refuse_is_refused(endpoint):
    with pytest.raises(ValueError, match="neither the ARN"):
        store.Publisher(endpoint)


def test_a_privacy_page_is_at_an_https_address():
    with pytest.raises(ValueError, match="no https address"):
        store.Publisher(privacy_url="ftp://example.org/privacy")


def test_the_custom_task_offers_the_routines_there_are():
    definition = store.task()
    assert list(definition["paths"]) == ["/StartStretch"]
    inputs = definition["components"]["schemas"]["Input"]["properties"]
    assert set(inputs) == {"routine"}, "a routine of the house allows one input, a link wants one"
    assert set(inputs["routine"]["enum"]) == set(exercises().routines)
    assert definition["info"]["x-amzn-alexa-access-scope"] == "public"


@pytest.mark.parametrize("size", [icons.SMALL, icons.LARGE])
def test_an_icon_is_a_picture_of_its_size_with_the_drawing_in_it(size):
    png = icons.icon(size)
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert (width, height, depth, colour) == (size, size, 8, 2)
    start = png.index(b"IDAT")
    (length,) = struct.unpack(">I", png[start - 4 : start])
    pixels = zlib.decompress(png[start + 4 : start + 4 + length])
    assert len(pixels) == size * (1 + 3 * size)
    rows = [pixels[row * (1 + 3 * size) + 1 : (row + 1) * (1 + 3 * size)] for row in range(size)]
    found = {rows[y][3 * x : 3 * x + 3] for y in range(size) for x in range(size)}
    assert {bytes(icons.BONE), bytes(icons.TEAL), bytes(icons.MIST), bytes(icons.SHADE)} <= found
    assert rows[0][:3] == bytes(icons.SHADE), "the corners are filled: the store cuts a circle"


def test_an_icon_is_the_same_each_time():
    assert icons.icon(icons.SMALL) == icons.icon(icons.SMALL)


# The command


def run(*arguments):
    command = [sys.executable, "-m", "skill.cli", "package", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_writes_all_that_is_deployed(tmp_path):
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    done = run("--to", tmp_path, "--python", own, "--endpoint", LAMBDA)
    assert done.returncode == 0, done.stderr
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {
        "lambda.zip",
        "skill/ask-resources.json",
        "skill/skill-package/skill.json",
        "skill/skill-package/tasks/StartStretch.1.json",
        "skill/skill-package/interactionModels/custom/en-US.json",
        "skill/skill-package/assets/images/en-US_smallIcon.png",
        "skill/skill-package/assets/images/en-US_largeIcon.png",
    }
    assert f"byte code for Python {own}" in done.stdout
    assert "no privacy url yet" in done.stderr
    assert "no endpoint" not in done.stderr


def test_what_the_ask_cli_keeps_beside_the_package_stays(tmp_path, capsys):
    states = tmp_path / "skill" / ".ask" / "ask-states.json"
    states.parent.mkdir(parents=True)
    states.write_text("{}", "utf-8")
    assert cli.main(["package", "--to", str(tmp_path), "--python", "9.9"]) == 0
    assert states.read_text("utf-8") == "{}"
    assert "sources alone" in capsys.readouterr().out


def test_a_python_that_is_not_there_is_said_clearly(tmp_path, capsys):
    cli.main(["package", "--to", str(tmp_path), "--python", "9.9"])
    assert "there is no Python 9.9 on this machine" in capsys.readouterr().err


def test_an_endpoint_that_is_none_is_wrong_use(tmp_path, capsys):
    assert cli.main(["package", "--to", str(tmp_path), "--endpoint", "here"]) == 2
    assert "'here' is neither" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_a_failure(tmp_path, capsys):
    (tmp_path / "file").write_text("", "utf-8")
    assert cli.main(["package", "--to", str(tmp_path / "file"), "--python", "9.9"]) == 1
    assert "package:" in capsys.readouterr().err


def test_the_version_on_lambda_is_what_is_built_unless_said():
    options = cli._parser().parse_args(["package"])
    assert (options.python, options.to) == (package.PYTHON, Path(package.BUILD))
