"""The applications that gunicorn serves in `web`: a hello world nobody verifies, and ours."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from cryptography.x509 import load_pem_x509_certificate
from flask import Flask

sys.path.insert(0, str(Path(__file__).parents[1]))
if hasattr(os, "sched_setaffinity"):  # all on one core: those of a machine differ in speed
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

from certificates import NOW
from skills import HELLO_WORLD

from skill.flask_app import SkillAdapter, create_app  # also lets flask-ask-sdk be imported
from skill.signature import Verifier, parse


def hello_world() -> Flask:
    """The hello world of flask-ask-sdk, with its own checks off."""
    names: dict = {}
    exec(HELLO_WORLD, names)
    app = Flask(__name__)
    app.config |= {"ASK_SDK_VERIFY_SIGNATURE": False, "ASK_SDK_VERIFY_TIMESTAMP": False}
    adapter = SkillAdapter(skill=names["builder"].create(), skill_id=1, app=app)
    adapter.register(app=app, route="/alexa")
    return app


def back_coach() -> Flask:
    """Ours as it is in production, but for whom it trusts and what time it is."""
    folder = Path(os.environ["BENCH_CERTIFICATES"])
    root = load_pem_x509_certificate((folder / "root.pem").read_bytes())
    chain = (folder / "chain.pem").read_bytes()
    verifier = Verifier(roots=[root], fetch=lambda _: chain, clock=lambda: NOW)
    return create_app(verify=verifier.envelope, speaker=False)


def unverified() -> Flask:
    """Ours with verification off."""
    return create_app(verify=lambda _, body: parse(body), speaker=False)
