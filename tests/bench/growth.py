"""What a turn costs once there are ten times the exercises, rules, findings and locales.

The content is generated from ours: every exercise, finding and rule ten times under other names,
so that the knowledge is ten times as large while what a person says reaches as much of it.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from skills import OPENING, QUESTION, STRETCH, VERDICT, Worker, back_coach, conversation, copied
from table import Row

from skill.content import compiled

TIMES, ROUNDS, TURNS = 10, 15, 40
TURNS_OF = {
    "the opening": OPENING,
    "a question answered": QUESTION,
    "the verdict": VERDICT,
    "a stretch wished for": STRETCH,
}


def rows() -> Iterator[Row]:
    """Each kind of turn, ten times the content against ours."""
    with tempfile.TemporaryDirectory() as small, tempfile.TemporaryDirectory() as large:
        for folder, times in ((small, 1), (large, TIMES)):
            copied(Path(folder))
            content = Path(folder) / "skill" / "content"
            compiled.write(content)
            multiply(content, times)
        with (
            Worker(back_coach(Path(small))) as ours,
            Worker(back_coach(Path(large))) as grown,
        ):
            for name, turn in TURNS_OF.items():
                yield _row(name, conversation()[turn], ours, grown)


def _row(name: str, event: dict[str, Any], ours: Worker, grown: Worker) -> Row:
    rounds = [(ours.turns(event, TURNS), grown.turns(event, TURNS)) for _ in range(ROUNDS)]
    before, after = ([times[TURNS // 2] for times in each] for each in zip(*rounds, strict=True))
    return Row(
        f"ten times the content, {name}, ms",
        statistics.median(before) * 1000,
        statistics.median(after) * 1000,
        1.10,
        ratio=statistics.median(b / a for a, b in zip(before, after, strict=True)),
    )


def multiply(content: Path, times: int) -> None:
    """Put so many times the exercises, findings, rules and locales into compiled content."""
    files = [content / f"{name}.toml.json" for name in ("triage", "exercises", "words/en-US")]
    known, moves, said = (json.loads(file.read_text("utf-8")) for file in files)
    copies = range(2, times + 1)
    more_findings(known, said, copies)
    more_exercises(moves, said, copies)
    for file, data in zip(files, (known, moves, said), strict=True):
        file.write_text(json.dumps(data), "utf-8")
    for number in copies:
        (content / "words" / f"en-{number:02}.toml.json").write_text(json.dumps(said), "utf-8")


def more_findings(known: dict[str, Any], said: dict[str, Any], copies: range) -> None:
    """Findings nobody asks about, and every rule that needs one, again for each of them."""
    findings, rules = dict(known["finding"]), list(known["rule"])
    names = findings.keys()
    for number in copies:
        for name, finding in findings.items():
            source = {"source": finding["source"], "volunteered": True}
            known["finding"][f"{name}_{number}"] = source
            said["finding"][f"{name}_{number}"] = said["finding"][name]
        for rule in rules:
            cases = [again(case, names, number) for case in rule["when"] if case.get("all")]
            if cases:
                known["rule"].append(
                    {**rule, "id": f"{rule['id']}_{number}", "when": cases, "unless": ""}
                )
                said["why"][f"{rule['id']}_{number}"] = said["why"].get(rule["id"], "")


def again(case: dict[str, Any], findings: Any, number: int) -> dict[str, Any]:
    """A case of a rule about the copies of its findings."""
    renamed = {
        key: [f"{name}_{number}" if name in findings else name for name in case[key]]
        for key in ("all", "none")
        if key in case
    }
    return {**case, **renamed}


def more_exercises(moves: dict[str, Any], said: dict[str, Any], copies: range) -> None:
    """Every exercise again, offered after all of ours."""
    exercises = list(moves["exercise"])
    for number in copies:
        for exercise in exercises:
            name = f"{exercise['id']}_{number}"
            moves["exercise"].append({**exercise, "id": name})
            moves["order"].append(name)
            said["exercise"][name] = said["exercise"][exercise["id"]]
