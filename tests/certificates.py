"""Requests as Alexa sends them, to be signed by an authority of our own."""

from __future__ import annotations

import json

from skill.release.certificates import (
    DAY,
    NOW,
    URL,
    Amazon,
    Issued,
    root,
    rsa_key,
)

__all__ = ["DAY", "NOW", "URL", "Amazon", "Issued", "encoded", "launch", "root", "rsa_key"]


def launch(*, skill_id="amzn1.ask.skill.ours", sent=NOW, **request):
    """The JSON of a request as Alexa sends it; `request` overrides parts of its request."""
    application = {"applicationId": skill_id}
    return {
        "version": "1.0",
        "session": {
            "new": True,
            "sessionId": "amzn1.echo-api.session.one",
            "application": application,
            "attributes": {},
            "user": {"userId": "amzn1.ask.account.somebody"},
        },
        "context": {
            "System": {
                "application": application,
                "user": {"userId": "amzn1.ask.account.somebody"},
                "device": {"deviceId": "amzn1.ask.device.kitchen", "supportedInterfaces": {}},
                "apiEndpoint": "https://api.amazonalexa.com",
            }
        },
        "request": {
            "type": "LaunchRequest",
            "requestId": "amzn1.echo-api.request.one",
            "timestamp": sent.isoformat().replace("+00:00", "Z"),
            "locale": "en-US",
            **request,
        },
    }


def encoded(envelope):
    """The bytes of a JSON value, as they go over the wire."""
    return json.dumps(envelope).encode()
