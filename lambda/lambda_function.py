"""The entry for AWS Lambda: one Alexa request in, one Alexa response out."""

import gc
import os
from typing import Any

from skill import at_once, on_demand

gc.disable()  # nothing that is imported becomes garbage: looking for it is a fifth of a cold start
at_once.install()
on_demand.install()

from skill.alexa import answer  # noqa: E402  (imports the SDK, which the lines above make quick)

if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
    from skill import snapshot

    snapshot.prepare()

gc.freeze()  # and it is not looked at again
gc.enable()


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001
    """The response to `event`, as JSON that Lambda can pass on. AWS wants `context`; we do not."""
    return answer(event)
