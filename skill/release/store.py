"""The package that the ASK CLI deploys: manifest, interaction models, custom task and icons.

What the skill store says is data, one file a locale in `listing/`. What only the publisher knows
comes from outside. Shapes follow
"Skill Manifest Schema", "Skill package format" and "Implement Custom Tasks in Your Skill"
(Amazon's developer documentation).
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from skill import interaction_model
from skill.content.exercises import exercises
from skill.release.icons import LARGE, SMALL, icon
from skill.release.publisher import Publisher, is_lambda
from skill.request import START_STRETCH

CATEGORY = "HEALTH_AND_FITNESS"
TASK = START_STRETCH
TASK_VERSION = 1
PERMISSIONS = ("alexa::alerts:reminders:skill:readwrite", "alexa::alerts:timers:skill:readwrite")
EVENTS = ("SKILL_DISABLED",)  # whoever leaves is forgotten
SKILL_PACKAGE = "skill-package"

# Every Echo and Fire TV with a screen: mode, shape, width from and to, height from and to (dp).
VIEWPORTS = (
    ("HUB", "ROUND", (100, 599), (100, 599)),
    ("HUB", "RECTANGLE", (960, 1279), (100, 599)),
    ("HUB", "RECTANGLE", (960, 1279), (600, 959)),
    ("HUB", "RECTANGLE", (1280, 1920), (600, 1279)),
    ("HUB", "RECTANGLE", (1920, 2560), (960, 1279)),
    ("HUB", "RECTANGLE", (960, 1279), (1920, 2560)),
    ("TV", "RECTANGLE", (960, 960), (540, 540)),
)


def locales() -> list[str]:
    """Every locale that has a listing."""
    files = resources.files(__package__).joinpath("listing").iterdir()
    return sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml"))


def listing(locale: str) -> dict[str, Any]:
    """What the store says in a locale. Raises `FileNotFoundError`."""
    file = resources.files(__package__).joinpath("listing", f"{locale}.toml")
    return tomllib.loads(file.read_text("utf-8"))


def write(folder: Path, publisher: Publisher) -> list[Path]:
    """The files of the package, written below `folder`; what else is there stays (`.ask`)."""
    files: dict[str, bytes] = {
        "ask-resources.json": _json(_resources()),
        f"{SKILL_PACKAGE}/skill.json": _json(manifest(publisher)),
        f"{SKILL_PACKAGE}/tasks/{TASK}.{TASK_VERSION}.json": _json(task()),
    }
    for locale in locales():
        model = interaction_model.path(locale).read_bytes()
        files[f"{SKILL_PACKAGE}/interactionModels/custom/{locale}.json"] = model
        files[f"{SKILL_PACKAGE}/{_icon_file(locale, SMALL)}"] = icon(SMALL)
        files[f"{SKILL_PACKAGE}/{_icon_file(locale, LARGE)}"] = icon(LARGE)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def manifest(publisher: Publisher) -> dict[str, Any]:
    """`skill.json`. Events are left out while there is no endpoint that could take them."""
    custom: dict[str, Any] = {
        "interfaces": [{"type": "ALEXA_PRESENTATION_APL", "supportedViewports": _viewports()}],
        "tasks": [{"name": TASK, "version": str(TASK_VERSION)}],
    }
    found: dict[str, Any] = {
        "manifestVersion": "1.0",
        "publishingInformation": _publishing(),
        "privacyAndCompliance": _privacy(publisher),
        "permissions": [{"name": name} for name in PERMISSIONS],
        "apis": {"custom": custom},
    }
    if publisher.endpoint:
        endpoint = _endpoint(publisher.endpoint)
        custom["endpoint"] = endpoint
        subscriptions = [{"eventName": name} for name in EVENTS]
        found["events"] = {"endpoint": dict(endpoint), "subscriptions": subscriptions}
    return {"manifest": found}


def _publishing() -> dict[str, Any]:
    return {
        "category": CATEGORY,
        "distributionMode": "PUBLIC",
        # Emergency numbers are those of the country: the skill goes where it knows them.
        "isAvailableWorldwide": False,
        "distributionCountries": [locale.partition("-")[2] for locale in locales()],
        "testingInstructions": testing_instructions(listing("en-US")),
        "locales": {locale: _localised(locale) for locale in locales()},
    }


def _localised(locale: str) -> dict[str, Any]:
    words = listing(locale)
    return {
        "name": words["name"],
        "summary": words["summary"],
        "description": words["description"].strip(),
        "examplePhrases": words["example_phrases"],
        "keywords": words["keywords"],
        "smallIconUri": f"file://{_icon_file(locale, SMALL)}",
        "largeIconUri": f"file://{_icon_file(locale, LARGE)}",
    }


def _icon_file(locale: str, size: int) -> str:
    return f"assets/images/{locale}_{'small' if size == SMALL else 'large'}Icon.png"


def testing_instructions(words: Mapping[str, Any]) -> str:
    """What Amazon's testers are told, from the ways in a listing."""
    testing = words["testing"]
    return "\n".join([testing["before"], *map(_way, testing["way"]), testing["after"]])


def _way(way: Mapping[str, Any]) -> str:
    said = ", ".join(f'"{say}"' for say in way["say"])
    then = f', then "{way["then"]}" to each question' if "then" in way else ""
    last = f', then "{way["last"]}"' if "last" in way else ""
    return f"{way['title']}: say {said}{then}{last}."


def _privacy(publisher: Publisher) -> dict[str, Any]:
    addresses = {"privacyPolicyUrl": publisher.privacy_url, "termsOfUseUrl": publisher.terms_url}
    known = {name: address for name, address in addresses.items() if address}
    return {
        "allowsPurchases": False,
        "containsAds": False,
        "isChildDirected": False,
        "isExportCompliant": True,
        "usesPersonalInfo": True,  # settings and routines done are kept, under a hidden user id
        "usesHealthInfo": False,  # means HIPAA-eligible: by contract with Amazon only
        "locales": dict.fromkeys(locales(), known),
    }


def _viewports() -> list[dict[str, Any]]:
    return [
        {
            "mode": mode,
            "shape": shape,
            "minWidth": width[0],
            "maxWidth": width[1],
            "minHeight": height[0],
            "maxHeight": height[1],
        }
        for mode, shape, width, height in VIEWPORTS
    ]


def _endpoint(address: str) -> dict[str, str]:
    if is_lambda(address):
        return {"uri": address}
    return {"uri": address, "sslCertificateType": "Trusted"}


def task() -> dict[str, Any]:
    """The task that routines and Quick Links start. A routine allows one input, a link wants one.

    The input is a routine of ours by its id; a session started so is an ordinary one.
    """
    words = {locale: listing(locale)["task"] for locale in locales()}
    ours = words["en-US"]
    chosen = {
        "title": ours["input"],
        "type": "string",
        "enum": sorted(exercises().routines),
        "x-amzn-display-details": {
            locale: {"title": text["input"]} for locale, text in words.items()
        },
    }
    body = {"schema": {"$ref": "#/components/schemas/Input"}}
    body_with_example = body | {
        "examples": {"loosen_up": {"summary": ours["summary"], "value": {"routine": "loosen_up"}}}
    }
    return {
        "openapi": "3.0.0",
        "info": {
            "title": ours["title"],
            "version": str(TASK_VERSION),
            "x-amzn-alexa-access-scope": "public",
            "x-amzn-display-details": {
                locale: {"title": text["title"]} for locale, text in words.items()
            },
        },
        "paths": {
            f"/{TASK}": {
                "summary": ours["summary"],
                "description": ours["description"],
                "post": {
                    "requestBody": {"content": {"application/json": body_with_example}},
                    "responses": {"200": {"description": ours["summary"]}},
                },
            }
        },
        "components": {"schemas": {"Input": {"type": "object", "properties": {"routine": chosen}}}},
    }


def _resources() -> dict[str, Any]:
    """`ask-resources.json`: where the ASK CLI finds the package."""
    return {
        "askcliResourcesVersion": "2020-03-31",
        "profiles": {"default": {"skillMetadata": {"src": f"./{SKILL_PACKAGE}"}}},
    }


def _json(content: Any) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()
