"""Content files as a package for Lambda holds them: the same data as JSON, read in no time.

A package holds a file as it is edited or as it was compiled, never both: `write` puts the one in
place of the other, and where the edited one is, it alone is read. So nothing that was compiled can
be out of date.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from skill.content.reading import ContentError, parse

HERE = Path(__file__).parent


def write(folder: Path) -> None:
    """Compile every content file in `folder`, a copy of this folder, and take the file away.

    Raises `ContentError` for a file that cannot be read or says what JSON cannot, and
    `ValueError` for this very folder: its files are the only ones there are.
    """
    if folder.resolve() == HERE.resolve():
        raise ValueError(f"{folder} holds the content itself: compile a copy of it")
    for source in sorted(folder.rglob("*.toml")):
        name = source.relative_to(folder).as_posix()
        text = _as_json(name, parse(name, source.read_text("utf-8")))
        source.with_name(f"{source.name}.json").write_text(text, "utf-8")
        source.unlink()


def _as_json(name: str, data: dict[str, Any]) -> str:
    try:
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    except TypeError as error:  # a date, for one
        raise ContentError(name, "the whole file", str(error)) from error
    if json.loads(text) != data:
        raise ContentError(name, "the whole file", "JSON cannot say the same")
    return text
