"""One way to run everywhere: hypothesis draws the same examples each time."""

import os

from hypothesis import HealthCheck, settings

# Whoever wants a memory in a test says so: nothing is written into a home folder.
os.environ["BACK_COACH_MEMORY"] = "none"

settings.register_profile(
    "same_every_time",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("same_every_time")
