"""The entry for AWS Lambda: one Alexa request in, one Alexa response out."""

from typing import Any

from skill.alexa import answer


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001
    """The response to `event`, as JSON that Lambda can pass on. AWS wants `context`; we do not."""
    return answer(event)
