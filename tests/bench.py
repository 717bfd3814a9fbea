"""Speed as ratios to a one-handler hello-world skill on the same SDK, measured in the same run.

    make bench

Machines are noisy, so the two take turns and only the ratio of their medians counts. Warm: one
turn through `lambda_handler` in a process that has answered before. Cold: a new process that
imports the entry and answers a launch and an intent.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
WARM_BATCHES, TURNS_A_BATCH, COLD_RUNS = 40, 10, 9

HELLO_WORLD = """
from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.skill_builder import SkillBuilder

class Hello(AbstractRequestHandler):
    def can_handle(self, handler_input):
        return True

    def handle(self, handler_input):
        return handler_input.response_builder.speak("Hello").ask("Hello?").response

builder = SkillBuilder()
builder.add_request_handler(Hello())
lambda_handler = builder.lambda_handler()
"""

BACK_COACH = f"""
import sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "lambda")!r}]
from lambda_function import lambda_handler
"""

COLD = """
import json, sys
launch, intent = json.load(sys.stdin)
lambda_handler(launch, None)
lambda_handler(intent, None)
"""


def main() -> None:
    """Print the table of figures."""
    launch, intent = envelopes()
    warm = [[], []]
    handlers = [handler(HELLO_WORLD), handler(BACK_COACH)]
    for _ in range(WARM_BATCHES):
        for times, answer in zip(warm, handlers, strict=True):
            times.append(batch(answer, intent))
    cold = [[], []]
    for _ in range(COLD_RUNS):
        for times, source in zip(cold, (HELLO_WORLD, BACK_COACH), strict=True):
            times.append(process(source, [launch, intent]))
    print(f"{'figure':<42}{'hello world':>13}{'Back Coach':>13}{'ratio':>8}")
    row("warm turn, a triage question, median ms", warm)
    row("cold: import, launch, first intent, ms", cold)


def row(name: str, times: list[list[float]]) -> None:
    """One line of the table: the medians in milliseconds, and their ratio."""
    hello, ours = (statistics.median(each) * 1000 for each in times)
    print(f"{name:<42}{hello:>13.2f}{ours:>13.2f}{ours / hello:>8.2f}")


def handler(source: str):
    """The `lambda_handler` that a piece of source defines."""
    names: dict = {}
    exec(source, names)
    return names["lambda_handler"]


def batch(answer, event: dict) -> float:
    """Seconds for one turn, averaged over a batch."""
    began = time.perf_counter()
    for _ in range(TURNS_A_BATCH):
        answer(event, None)
    return (time.perf_counter() - began) / TURNS_A_BATCH


def process(source: str, events: list[dict]) -> float:
    """Seconds for a new process to import, launch and answer."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", source + COLD], input=json.dumps(events).encode(), check=True
    )
    return time.perf_counter() - began


def envelopes() -> tuple[dict, dict]:
    """A launch, and a "no" to the second question of a check-up, as an Echo with a screen sends."""
    from skill.speaker.cloud import Cloud, Utterance
    from skill.speaker.envelope import Device

    cloud = Cloud(Device(screen=True))
    launch = cloud.hear(Utterance("open back coach"))
    cloud.hear(Utterance("my back hurts"))
    intent = cloud.hear(Utterance("no"))
    return launch.request, intent.request


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
