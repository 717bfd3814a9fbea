"""A web application on a real server, for tests and pictures that come to it over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import make_server


@contextmanager
def served(app: Any, **how: Any) -> Iterator[str]:
    """The application on a free port of this machine, and its address without a last slash.

    `how` is what else `make_server` is told.
    """
    server = make_server("127.0.0.1", 0, app, threaded=True, **how)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
