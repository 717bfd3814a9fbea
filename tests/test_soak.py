"""Many people at once: the small form of `make soak`."""

from __future__ import annotations

import pytest
from soak import WrongError, soak


def test_everybody_among_many_gets_the_answers_they_would_get_alone():
    figures = soak(turns=2000, people=40)
    assert figures.turns == 2000


def test_an_answer_to_somebody_else_is_seen():
    before = {}

    def leaky(event, context):
        """Every seventh turn goes on with the session of whoever spoke before."""
        from lambda_function import lambda_handler

        theirs = before.get("attributes") if before.setdefault("turns", 0) % 7 == 6 else None
        before.update(attributes=event["session"]["attributes"], turns=before["turns"] + 1)
        session = event["session"] if theirs is None else {**event["session"], "attributes": theirs}
        return lambda_handler({**event, "session": session}, context)

    with pytest.raises(WrongError):
        soak(turns=400, people=20, door=leaky)


def test_a_turn_that_fails_is_seen():
    def broken(event, context):
        from lambda_function import lambda_handler

        attributes = {**event["session"]["attributes"], "person": "nobody"}
        return lambda_handler(
            {**event, "session": {**event["session"], "attributes": attributes}}, context
        )

    with pytest.raises(WrongError):
        soak(turns=100, people=5, door=broken)
