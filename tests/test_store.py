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
from skill.release import bundle, icons, package, store
from skill.release.publisher import REGIONS, Publisher

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:back-coach-Function-AbC:live"
WEB = "https://coach.example.org/alexa"
PUBLISHERS = {
    "nothing is settled yet": Publisher(),
    "lambda": Publisher(LAMBDA, "https://example.org/privacy", "https://example.org/terms"),
    "own server": Publisher(WEB, "https://example.org/privacy", "https://example.org/terms"),
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
    assert "events" not in store.manifest(Publisher())["manifest"]


@pytest.mark.parametrize(
    ("endpoint", "remedy"),
    [
        ("", "is the variable set in this shell"),
        ("coach.example.org", "a Lambda ARN or https://HOST/alexa"),
        ("http://coach.example.org/alexa", "a Lambda ARN or https://HOST/alexa"),
        ("https:///alexa", "a Lambda ARN or https://HOST/alexa"),
        ("https://coach.example.org", "the path is not right: .* https://HOST/alexa"),
        ("https://coach.example.org/", "the path is not right"),
        ("https://coach.example.org/alexa/", "the path is not right"),
        ("https://coach.example.org/?to=/alexa", "the path is not right"),
        ("https://coach.example.org/alexa?x=1", "the path is not right"),
        ("https://coach.example.org:8443/alexa", "only port 443"),
        ("arn:aws:s3:::bucket", "no function on Lambda; .*:function:NAME:ALIAS"),
        ("arn:aws:lambda:us-east-1:12:function:f", "no function on Lambda"),
        ("arn:aws:lambda:eu-central-1:123456789012:function:f", "us-east-1, .* only: deploy"),
    ],
)
def test_an_endpoint_that_amazon_would_refuse_is_refused_with_the_remedy(endpoint, remedy):
    with pytest.raises(ValueError, match=remedy) as refused:
        Publisher(endpoint)
    assert str(refused.value).startswith(f"--endpoint {endpoint!r}: ")


@pytest.mark.parametrize(
    "endpoint",
    [
        *(LAMBDA.replace("us-east-1", region) for region in REGIONS),
        LAMBDA.removesuffix(":live"),
        "https://coach.example.org:443/alexa",
        "https://example.org/behind/a/proxy/alexa",
    ],
)
def test_an_endpoint_that_amazon_takes_is_taken(endpoint):
    assert Publisher(endpoint).endpoint == endpoint


@pytest.mark.parametrize(
    ("address", "remedy"),
    [
        ("", "is the variable set in this shell"),
        ("ftp://example.org/privacy", "https://HOST/PAGE"),
        ("https://example.org", "a home page: give the address of the text itself"),
        ("https://example.org/", "a home page"),
        ("https://alexa.example.org/privacy", "its names in a domain"),
        ("https://amazon-coach.example.org/privacy", "its names in a domain"),
        ("https://aws.example.org/privacy", "its names in a domain"),
    ],
)
def test_a_page_that_amazon_would_refuse_is_refused_with_the_remedy(address, remedy):
    for option in ("privacy_url", "terms_url"):
        with pytest.raises(ValueError, match=remedy):
            Publisher(**{option: address})


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/alexa/privacy",
        "https://example.org/?page=privacy#text",
        "https://laws.example.org/privacy",
        "https://alexandertechnique.example.org/privacy",
        "https://pages.s3.eu-west-1.amazonaws.com/privacy.html",
    ],
)
def test_a_page_may_have_amazons_names_in_its_path_or_be_kept_at_aws(address):
    assert Publisher(privacy_url=address, terms_url=address).privacy_url == address


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
    assert "no --privacy-url yet" in done.stderr
    assert "no --endpoint" not in done.stderr


@pytest.fixture
def absent(monkeypatch, tmp_path_factory):
    """A version for Lambda that is not on this machine."""
    nowhere = str(tmp_path_factory.mktemp("nowhere"))
    monkeypatch.setenv("PATH", nowhere)
    monkeypatch.setenv("PYENV_ROOT", nowhere)
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    return next(version for version in package.PYTHONS if version != own)


def test_what_the_ask_cli_keeps_beside_the_package_stays(tmp_path, capsys, absent):
    states = tmp_path / "skill" / ".ask" / "ask-states.json"
    states.parent.mkdir(parents=True)
    states.write_text("{}", "utf-8")
    assert cli.main(["package", "--to", str(tmp_path), "--python", absent]) == 0
    assert states.read_text("utf-8") == "{}"
    assert "sources alone" in capsys.readouterr().out


def test_a_python_that_is_not_there_is_said_clearly(tmp_path, capsys, absent):
    cli.main(["package", "--to", str(tmp_path), "--python", absent])
    assert f"there is no Python {absent} on this machine" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (["--endpoint", "here"], "--endpoint 'here': give a Lambda ARN"),
        (["--endpoint", ""], "--endpoint '': it is empty"),
        (["--privacy-url", ""], "--privacy-url '': it is empty"),
        (["--python", "bogus"], "--python 'bogus': use one of 3.11, 3.12, 3.13, 3.14"),
        (["--python", "2.7"], "--python '2.7': use one of"),
        (["--python", "3.130"], "--python '3.130': use one of"),
    ],
)
def test_what_nobody_could_deploy_is_wrong_use_said_in_one_line(tmp_path, capsys, wrong, why):
    assert cli.main(["package", "--to", str(tmp_path), *wrong]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"back-coach package: {why}")
    assert said.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("folder", [".", "skill", "skill/release", "lambda", "build/.."])
def test_nothing_is_written_among_our_own_sources(monkeypatch, tmp_path, capsys, folder):
    for source in ("skill/release", "lambda", "build"):
        (tmp_path / source).mkdir(parents=True)
    monkeypatch.setattr(bundle, "ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["package", "--to", folder]) == 2
    assert "the sources are there" in capsys.readouterr().err
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_an_empty_folder_is_wrong_use(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["package", "--to", ""])
    assert ended.value.code == 2
    assert "FOLDER is empty" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_a_failure(tmp_path, capsys, absent):
    (tmp_path / "file").write_text("", "utf-8")
    assert cli.main(["package", "--to", str(tmp_path / "file"), "--python", absent]) == 1
    assert "package:" in capsys.readouterr().err


def test_the_version_on_lambda_is_what_is_built_unless_said():
    options = cli._parser().parse_args(["package"])
    assert (options.python, options.to) == (package.PYTHON, Path(package.BUILD))
