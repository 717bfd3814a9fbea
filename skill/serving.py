"""Settings of gunicorn, the production web server on a host of one's own.

    gunicorn --config python:skill.serving

It listens on this machine alone: a proxy with a trusted certificate (Caddy, nginx) stands before
it on port 443, takes in slow requests whole (docs/deploy-server.md has its settings), and passes
them on. Any setting can be changed on the command line or in GUNICORN_CMD_ARGS. On SIGTERM it stops
listening, and every request under way is answered first.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from skill.flask_app import JsonLine, drop_words

wsgi_app = "skill.flask_app:create_app(speaker=False)"
bind = "127.0.0.1:8000"
workers = 2  # processes: a turn takes a core for a millisecond or so, and waits for nothing
timeout = 10  # seconds; Alexa waits eight for an answer
graceful_timeout = 10  # seconds to answer what is under way when it is told to stop
limit_request_line = 1024  # characters; what Amazon asks for is /alexa
limit_request_fields = 64
control_socket_disable = True  # nobody uses it, and the service may write nowhere but to its data


def _words_dropped() -> Callable[[logging.LogRecord], bool]:
    return drop_words


# The server's own log in the same shape as the app's, one JSON object a line, and as silent about
# what was said; the app itself writes a line for each request.
accesslog = None
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": JsonLine}},
    "filters": {"words_dropped": {"()": _words_dropped}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "filters": ["words_dropped"],
        }
    },
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["stderr"], "propagate": False},
        "gunicorn.access": {"level": "ERROR", "handlers": ["stderr"], "propagate": False},
    },
}
