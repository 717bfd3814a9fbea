"""One way to run everywhere: hypothesis draws the same examples each time, and stores are new."""

import os
from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, settings

from skill import on_demand

on_demand.install()  # first: every test meets the kit's classes as they are met on Lambda

import kept as stores  # noqa: E402
from chromium import Browser, missing  # noqa: E402

from skill import memory  # noqa: E402

# Whoever wants a memory in a test says so: nothing is written into a home folder.
os.environ["BACK_COACH_MEMORY"] = "none"
# The local speaker stands in no country in particular, wherever this machine does.
os.environ["TZ"] = "UTC"

settings.register_profile(
    "same_every_time",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("same_every_time")

TABLES = count(1)  # every test has a table of its own


@pytest.fixture(scope="session")
def dynamodb():
    """The address of a DynamoDB, started when the first test wants it."""
    with stores.dynamodb_server() as endpoint:
        yield endpoint


@pytest.fixture
def in_file(tmp_path, monkeypatch):
    """A memory in an SQLite file."""
    yield stores.in_file(tmp_path, monkeypatch)
    memory.in_use.cache_clear()


@pytest.fixture
def in_dynamodb(dynamodb, monkeypatch):
    """A memory in a table of DynamoDB."""
    yield stores.in_dynamodb(dynamodb, f"kept-{next(TABLES)}", monkeypatch)
    memory.in_use.cache_clear()


@pytest.fixture(params=["in_file", "in_dynamodb"])
def kept(request):
    """Each of the two, one after the other."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser that all tests of screens and pages share."""
    if reason := missing():
        pytest.skip(reason)
    running = Browser()
    yield running
    running.close()
