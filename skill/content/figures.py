"""The pictures of the exercises as poses, read from `figures.toml` and checked once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any, Literal, TypeVar

from skill.content.exercises import exercises
from skill.content.reading import Entry, read

FILE = "figures.toml"
START = "start"
"""The pose before the first phase, and after every phase that has no pose of its own."""

Mirror = Literal["", "body", "picture"]
"""How the other side is drawn: not at all, left and right of the body changed, or the picture."""

MIRRORS: tuple[Mirror, ...] = ("", "body", "picture")
ANCHORS = ("hips", "shoulders", "knees", "ankles")
CONTACTS = ("feet", "knees", "hips", "shoulders", "head", "hands", "side", "stance")
HOLDS = ("", "chest", "thigh", "face")


@dataclass(frozen=True)
class Leg:
    """One leg: free by the angles of its bones, or planted with its ankle `at` a point.

    A planted knee bends towards the angle `bend`, tilted to the right by `tilt`.
    """

    thigh: float = -90.0
    shank: float = -90.0
    out: float = 0.0
    shank_out: float = 0.0
    foot: float = 0.0
    foot_out: float = 0.0
    at: tuple[float, ...] = ()
    bend: float = 45.0
    tilt: float = 0.0


@dataclass(frozen=True)
class Arm:
    """One arm: free by the angles of its bones, or its wrist held `at` a point.

    The point is in the room, or `on` the chest (to the front, up, to the side), the face (the
    same) or the thigh (percent of the way to the knee, and above it). `palm` is the angle of the
    hand and how far out; empty, it goes on from the forearm.
    """

    upper: float = -90.0
    fore: float = -90.0
    out: float = 6.0
    fore_out: float = 0.0
    palm: tuple[float, ...] = ()
    at: tuple[float, ...] = ()
    on: str = ""
    bend: float = 180.0
    tilt: float = 0.0


@dataclass(frozen=True)
class Pose:
    """A body at one moment. Angles are degrees, places percent of a person's height.

    `lean` and `roll` are of the hips: to the front, and about the body's length to the right.
    `low` and `high` bend the lower and the upper back forward, `turn` turns it to the right; `neck`
    and `nod` bend forward, `look` turns. `belly` is how far it stands out. The `anchor` is `at` a
    point, to the front and up.
    """

    anchor: str = "hips"
    at: tuple[float, ...] = (0.0, 0.0)
    lean: float = 0.0
    roll: float = 0.0
    low: float = 0.0
    high: float = 0.0
    turn: float = 0.0
    neck: float = 0.0
    nod: float = 0.0
    look: float = 0.0
    belly: float = 0.0
    right_leg: Leg = Leg()
    left_leg: Leg = Leg()
    right_arm: Arm = Arm()
    left_arm: Arm = Arm()


@dataclass(frozen=True)
class Prop:
    """Something to lie, sit or hold on to: its kind, where its middle is, and its measures.

    A mat and a bed have length and breadth, a chair the height of its seat, a table height, length
    and breadth. A pillow lies across the body, or along it when it is `at` a third number to the
    side; its measures are length and thickness.
    """

    kind: str
    at: tuple[float, ...]
    size: tuple[float, ...]


PROPS: Mapping[str, Prop] = {
    "mat": Prop("mat", (0.0,), (112.0, 40.0)),
    "bed": Prop("bed", (0.0,), (118.0, 46.0)),
    "chair": Prop("chair", (0.0,), (23.0,)),
    "table": Prop("table", (42.0,), (34.0, 42.0, 36.0)),
    "pillow": Prop("pillow", (0.0, 0.0, 0.0), (24.0, 12.0)),
}
"""What there is to draw, with its usual place and measures."""


@dataclass(frozen=True)
class Figure:
    """One exercise, in one version, as it is drawn.

    `view` is where it is seen from: degrees round to the front, and degrees up. `lies` turns the
    whole body onto its left side. `contacts` are what stays on the ground, seat or table. `cycle`
    is how many seconds all poses take where they go round and round by themselves, else 0.
    """

    id: str
    view: tuple[float, ...] = (0.0, 0.0)
    lies: bool = False
    mirror: Mirror = ""
    props: tuple[Prop, ...] = ()
    poses: Mapping[str, Pose] = field(default_factory=dict)
    contacts: tuple[str, ...] = ()
    cycle: float = 0.0


@cache
def figures() -> Mapping[str, Figure]:
    """Every figure by its id, `exercise` or `exercise.version`. Raises `ContentError`."""
    return read_figures(read(FILE))


def read_figures(data: Mapping[str, Any]) -> Mapping[str, Figure]:
    """The checked figures in `data`. Raises `ContentError` when they are wrong."""
    found: dict[str, Figure] = {}
    for name, table in data.items():
        found[name] = _figure(name, Entry(FILE, name, table), found)
    return found


def _figure(name: str, entry: Entry, known: Mapping[str, Figure]) -> Figure:
    _check_id(name, entry)
    model = entry.take("like", str, "-")
    like = known.get(model, Figure(name))
    if model != "-" and model not in known:
        entry.refuse(f"`like` is {model!r}, which does not come before it")
    mirror = entry.take("mirror", str, like.mirror)
    figure = replace(
        like,
        id=name,
        view=_numbers(entry, "view", like.view),
        lies=entry.take("lies", bool, like.lies),
        mirror=next((known for known in MIRRORS if known == mirror), ""),
        props=_props(entry, like.props),
        poses=_poses(entry, like.poses),
        contacts=entry.names("contacts", CONTACTS) or like.contacts,
        cycle=_number(entry, "cycle", like.cycle),
    )
    entry.done()
    if figure.mirror != mirror:
        entry.refuse(f"`mirror` is {mirror!r}; use {' or '.join(filter(None, MIRRORS))}")
    if START not in figure.poses:
        entry.refuse(f"a pose named `{START}` is missing")
    for pose in figure.poses.values():
        if _how(pose) != _how(figure.poses[START]):
            entry.refuse("its poses cannot go over into one another: a limb is held in one only")
    return figure


def _how(pose: Pose) -> tuple[object, ...]:
    """In which of their ways the limbs are placed."""
    legs, arms = (pose.right_leg, pose.left_leg), (pose.right_arm, pose.left_arm)
    held = [(len(limb.at), limb.on, len(limb.palm)) for limb in arms]
    return (pose.anchor, *(len(leg.at) for leg in legs), *held)


def _check_id(name: str, entry: Entry) -> None:
    exercise, *versions = name.split(".")
    known = exercises().exercises.get(exercise)
    if known is None or set(versions) - set(known.versions):
        entry.refuse("there is no such exercise, or no such version of it")


def _props(entry: Entry, like: tuple[Prop, ...]) -> tuple[Prop, ...]:
    tables = entry.take("props", list, [])
    return tuple(_prop(Entry(FILE, f"{entry.name}, props", table)) for table in tables) or like


def _prop(entry: Entry) -> Prop:
    usual = PROPS[entry.one_of("kind", PROPS)]
    at, size = _numbers(entry, "at", usual.at), _numbers(entry, "size", usual.size)
    entry.done()
    return Prop(usual.kind, at, size)


def _poses(figure: Entry, like: Mapping[str, Pose]) -> Mapping[str, Pose]:
    """The poses in order; what one leaves out is as in its model, or as at the start.

    A pose of the model follows a start that was changed.
    """
    poses = dict(like)
    tables = figure.take("pose", dict, {})
    for name, table in tables.items():
        usual = poses.get(name) or poses.get(START) or Pose()
        poses[name] = _pose(Entry(FILE, f"{figure.name}, pose {name}", table), usual)
    return poses


def _pose(entry: Entry, usual: Pose) -> Pose:
    changes: dict[str, Any] = {}
    for kind in ("leg", "arm"):
        both = entry.take(f"{kind}s", dict, {})
        for half in ("right", "left"):
            name = f"{half}_{kind}"
            limb = Entry(FILE, f"{entry.name}, {name}", {**both, **entry.take(name, dict, {})})
            changes[name] = _changed(limb, getattr(usual, name))
    pose = _changed(entry, replace(usual, **changes))
    if pose.anchor not in ANCHORS:
        entry.refuse(f"`anchor` is {pose.anchor!r}, which is not known")
    if {pose.right_arm.on, pose.left_arm.on} - set(HOLDS):
        entry.refuse(f"an arm is `on` {pose.right_arm.on!r}, which is not known")
    return pose


P = TypeVar("P", Pose, Leg, Arm)


def _changed(entry: Entry, usual: P) -> P:
    """A pose or a limb with what the entry says of it."""
    changes: dict[str, Any] = {}
    for one in fields(usual):
        value = getattr(usual, one.name)
        if isinstance(value, float):
            changes[one.name] = _number(entry, one.name, value)
        elif isinstance(value, str):
            changes[one.name] = entry.take(one.name, str, value)
        elif isinstance(value, tuple):
            changes[one.name] = _numbers(entry, one.name, value)
    entry.done()
    return replace(usual, **changes)


def _number(entry: Entry, key: str, usual: float) -> float:
    found: object = entry.take(key, object, usual)
    if not isinstance(found, int | float):
        entry.refuse(f"`{key}` should be a number, found {found!r}")
    return float(found)


def _numbers(entry: Entry, key: str, usual: tuple[float, ...]) -> tuple[float, ...]:
    found = entry.take(key, list, list(usual))
    if not all(isinstance(number, int | float) for number in found):
        entry.refuse(f"`{key}` should hold numbers, found {found!r}")
    return tuple(map(float, found))
