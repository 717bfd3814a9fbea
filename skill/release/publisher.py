"""What only whoever publishes the skill can know: where it runs, and where its pages are."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Where Alexa calls functions ("Host a Custom Skill as an AWS Lambda Function").
REGIONS = ("us-east-1", "eu-west-1", "us-west-2", "ap-northeast-1")
PATH = "/alexa"  # where our web host answers Alexa; a proxy may have something before it

_LAMBDA = re.compile(r"arn:aws:lambda:(?P<region>[a-z0-9-]+):\d{12}:function:[\w-]+(?::[\w-]+)?")
_HTTPS = re.compile(
    r"https://(?P<host>[\w.-]+)(?::(?P<port>\d+))?(?P<path>/[^\s?#]*)?(?P<rest>[?#]\S*)?"
)
# Amazon's names may stand in a path, and in a domain that AWS itself handed out ("Policy
# Certification Tips on Amazon IP and ISP", Alexa Skills Kit blog).
_AMAZONS = re.compile(r"\b(?:amazon|alexa|aws|echo)\b", re.IGNORECASE)
_BY_AWS = re.compile(r"\.(?:amazonaws|amazoncognito)\.com$", re.IGNORECASE)


@dataclass(frozen=True)
class Publisher:
    """What the publisher says; None for what is not settled yet."""

    endpoint: str | None = None
    privacy_url: str | None = None
    terms_url: str | None = None

    def __post_init__(self) -> None:
        """Refuse, as `ValueError`, an endpoint or the address of a page that Amazon would."""
        for name, address in vars(self).items():
            if address is not None:
                check = _check_endpoint if name == "endpoint" else _check_page
                try:
                    check(address)
                except ValueError as error:
                    raise ValueError(f"{_option(name)} {address!r}: {error}") from None

    def missing(self) -> list[str]:
        """The options that give what Amazon will want before the skill can be certified."""
        return [_option(name) for name, value in vars(self).items() if value is None]


def is_lambda(endpoint: str) -> bool:
    """Whether an endpoint is a function on Lambda, rather than a web server."""
    return bool(_LAMBDA.fullmatch(endpoint))


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _check_endpoint(address: str) -> None:
    if address.startswith("arn:"):
        _check_function(address)
        return
    found = _web(address, f"a Lambda ARN or https://HOST{PATH}")
    if not (found["path"] or "").endswith(PATH) or found["rest"]:
        raise ValueError(f"the path is not right: Alexa is answered at https://HOST{PATH}")


def _check_function(arn: str) -> None:
    found = _LAMBDA.fullmatch(arn)
    if not found:
        shape = "arn:aws:lambda:REGION:ACCOUNT:function:NAME:ALIAS"
        raise ValueError(f"this is no function on Lambda; its ARN is {shape}")
    if found["region"] not in REGIONS:
        raise ValueError(f"Alexa calls functions in {', '.join(REGIONS)} only: deploy it to one")


def _check_page(address: str) -> None:
    page = _web(address, "https://HOST/PAGE")
    # A home page is refused ("Certification requirements for privacy URLs").
    if (page["path"] or "/") == "/" and not page["rest"]:
        raise ValueError("this is a home page: give the address of the text itself")
    if _AMAZONS.search(page["host"]) and not _BY_AWS.search(page["host"]):
        raise ValueError("Amazon refuses its names in a domain: publish the page at another")


def _web(address: str, wanted: str) -> re.Match[str]:
    if not address:
        raise ValueError(f"it is empty; is the variable set in this shell? Give {wanted}")
    found = _HTTPS.fullmatch(address)
    if not found:
        raise ValueError(f"give {wanted}")
    if found["port"] not in (None, "443"):
        raise ValueError(f"only port 443 is called, not {found['port']}")
    return found
