"""The pictures of the exercises: a body that bodies could have, standing on real ground."""

from __future__ import annotations

import copy
import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from math import acos, degrees, dist, sqrt

import pytest

from skill import routine
from skill.content.exercises import exercises
from skill.content.figures import START, figures, read_figures
from skill.content.reading import ContentError, read
from skill.figure import skeleton as bones
from skill.figure.body import points
from skill.figure.drawing import KEYS_A_MOVE, bodies, draw, name_of, track
from skill.figure.skeleton import HALVES, add
from skill.figure.vector import at, avg, numbers, svg
from skill.figure.view import placed
from skill.routine import Place

FIGURES = figures()
MOVES = [
    pytest.param(FIGURES[name], way, id=f"{name}: {before} to {after}")
    for name in FIGURES
    for (before, after), way in bodies(FIGURES[name])
]
MAY = routine.Allowed(tuple(exercises().exercises))


def place(exercise: str, *versions: str, **changes) -> Place:
    dose = exercises().exercises[exercise]
    first = "right" if dose.sides else None
    return Place(exercise, 2, min(dose.hold, 20), versions=versions, side=first, **changes)


# --- Which pictures there are -------------------------------------------------------------------


@pytest.mark.parametrize("exercise", exercises().exercises)
def test_every_exercise_has_a_picture_and_so_has_every_version_in_another_place(exercise):
    assert exercise in FIGURES
    elsewhere = [
        name
        for name, version in exercises().exercises[exercise].versions.items()
        if version.position
    ]
    assert [name for name in elsewhere if f"{exercise}.{name}" not in FIGURES] == []


@pytest.mark.parametrize("figure", FIGURES.values(), ids=list(FIGURES))
def test_every_pose_belongs_to_a_phase_of_its_exercise(figure):
    phases = exercises().exercises[figure.id.partition(".")[0]].phases
    assert figure.cycle or set(figure.poses) <= {START, *phases}


@pytest.mark.parametrize("exercise", exercises().exercises)
def test_every_combination_of_versions_finds_a_picture(exercise):
    versions = tuple(exercises().exercises[exercise].versions)
    for number, first in enumerate(versions):
        assert name_of(exercise, (first,)) in FIGURES
        for second in versions[number + 1 :]:
            assert name_of(exercise, (first, second)) in FIGURES


def test_an_easier_version_on_the_bed_is_the_easier_one_and_on_the_bed():
    assert name_of("knee_rolls", ("bed", "gentle")) == "knee_rolls.bed.gentle"
    assert name_of("cat_camel", ("no_hollow",)) == "cat_camel"


WRONG = {
    "an exercise nobody knows": ({"handstand": {}}, "no such exercise"),
    "a version nobody knows": ({"bridge.upside_down": {}}, "no such version"),
    "a figure without a start": ({"bridge": {"pose": {}}}, "`start` is missing"),
    "a misspelt key": ({"bridge": {"vew": [0, 0]}}, "does not know what to do with vew"),
    "a model that comes later": ({"bridge": {"like": "curl_up"}}, "does not come before it"),
    "a pose with a joint nobody has": (
        {"bridge": {"pose": {"start": {"tail": 3}}}},
        "does not know what to do with tail",
    ),
    "an angle that is no number": (
        {"bridge": {"pose": {"start": {"lean": "far"}}}},
        "`lean` should be a number",
    ),
    "a mirror nobody has": ({"bridge": {"mirror": "wall"}}, "`mirror` is 'wall'"),
    "an anchor nobody has": (
        {"bridge": {"pose": {"start": {"anchor": "nose"}}}},
        "`anchor` is 'nose'",
    ),
    "two poses with a hand held and free": (
        {"bridge": {"pose": {"start": {}, "lift": {"arms": {"at": [1, 2, 3]}}}}},
        "cannot go over into",
    ),
}


@pytest.mark.parametrize(("data", "reason"), WRONG.values(), ids=WRONG)
def test_wrong_figures_are_refused(data, reason):
    with pytest.raises(ContentError, match=re.escape(reason)):
        read_figures(data)


def test_the_figures_as_they_are_can_be_read_again():
    assert read_figures(copy.deepcopy(read("figures.toml"))) == FIGURES


# --- A body that bodies could have --------------------------------------------------------------


@pytest.mark.parametrize(("figure", "way"), MOVES)
def test_limbs_keep_their_lengths_all_the_way(figure, way):
    for body in way:
        for half in HALVES:
            hip, knee, ankle, heel, toe = body.legs[half]
            shoulder, elbow, wrist, tips = body.arms[half]
            assert dist(hip, knee) == pytest.approx(bones.THIGH)
            assert dist(knee, ankle) == pytest.approx(bones.SHANK)
            assert dist(heel, toe) == pytest.approx(bones.HEEL + bones.TOE)
            assert dist(shoulder, elbow) == pytest.approx(bones.UPPER_ARM)
            assert dist(elbow, wrist) == pytest.approx(bones.FOREARM)
            assert dist(wrist, tips) == pytest.approx(bones.HAND)
        for (one, _), (other, _) in pairwise(body.trunk):
            assert dist(one, other) == pytest.approx(bones.TRUNK / bones.VERTEBRAE)


@pytest.mark.parametrize("figure", FIGURES.values(), ids=list(FIGURES))
def test_between_two_keys_no_point_strays_from_where_it_would_really_be(figure):
    """A limb goes round, the picture goes straight: a fiftieth of a person's height at most."""
    for _, way in bodies(figure, steps=2 * KEYS_A_MOVE):
        seen = [points(figure, body) for body in way]
        for before, halfway, after in zip(seen[::2], seen[1::2], seen[2::2], strict=False):
            drawn = [
                ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in zip(before, after, strict=True)
            ]
            assert max(dist(a, b) for a, b in zip(drawn, halfway, strict=True)) < 2


# What joints can do, in degrees (American Academy of Orthopaedic Surgeons, Joint Motion), with a
# little for soft tissue and for the hips' own tilt; on one's knees the body's weight bends further.
KNEE, ELBOW, HIP_FORWARD, HIP_BACK, NECK = 160, 150, 130, 30, 60
LOW_BACK_FORWARD, LOW_BACK_BACK, UPPER_BACK_FORWARD = 60, 46, 45


def between(one, joint, other) -> float:
    a, b = add(one, joint, -1), add(other, joint, -1)
    lengths = sqrt(bones.dot(a, a) * bones.dot(b, b))
    return degrees(acos(max(-1.0, min(1.0, bones.dot(a, b) / lengths))))


@pytest.mark.parametrize(("figure", "way"), MOVES)
def test_no_joint_does_what_joints_cannot(figure, way):
    for body in way:
        _, (front, up, _) = body.trunk[0]
        for half in HALVES:
            hip, knee, ankle, *_ = body.legs[half]
            shoulder, elbow, wrist, _ = body.arms[half]
            assert 180 - between(hip, knee, ankle) <= KNEE
            assert 180 - between(shoulder, elbow, wrist) <= ELBOW
            opened = between(add(hip, up), hip, knee)
            bent_forward = bones.dot(add(knee, hip, -1), front) > 0
            assert 180 - opened <= (HIP_FORWARD if bent_forward else HIP_BACK)
        chest_up, face_up = body.trunk[-1][1][1], body.face[1]
        assert between(chest_up, (0, 0, 0), face_up) <= NECK


@pytest.mark.parametrize("figure", FIGURES.values(), ids=list(FIGURES))
def test_no_back_bends_further_than_backs_do(figure):
    for pose in figure.poses.values():
        assert -LOW_BACK_BACK <= pose.low <= LOW_BACK_FORWARD
        assert pose.high <= UPPER_BACK_FORWARD
        assert abs(pose.turn) <= 45


# --- Standing on real ground --------------------------------------------------------------------

HALF_A_FOOT, HALF_A_SHANK, HALF_A_HAND, HALF_A_BODY = 2.4, 4.1, 2.5, 6.5
SEAT, TABLE, CHAIR_BACK = 23.0, 34.0, 50.0
TOUCHING = 1.6  # percent of a person's height, about an inch: skin, cloth and cushions give way


def undersides(figure, body) -> dict[str, list[float]]:
    """How high the underside of each part is that may rest on something."""
    high = lambda point: placed(figure, point)[1]  # noqa: E731
    feet = [min(high(leg[3]), high(leg[4])) - HALF_A_FOOT for leg in body.legs.values()]
    middles = [high(point) for point, _ in body.trunk]
    return {
        "feet": feet,
        "stance": [min(feet)],
        "knees": [high(leg[1]) - HALF_A_SHANK for leg in body.legs.values()],
        "hips": [middles[0] - HALF_A_BODY],
        "shoulders": [middles[-1] - HALF_A_BODY],
        "hands": [high(arm[2]) - HALF_A_HAND for arm in body.arms.values()],
        "side": [min(high(leg[0]) for leg in body.legs.values()) - HALF_A_SHANK],
    }


@pytest.mark.parametrize(("figure", "way"), MOVES)
def test_what_should_rest_on_something_rests_on_it_all_the_way(figure, way):
    surfaces = {"table": TABLE, "chair": SEAT}
    tops = [0.0, *(surfaces[p.kind] for p in figure.props if p.kind in surfaces), CHAIR_BACK]
    for contact in figure.contacts:
        for body in way:
            for height in undersides(figure, body)[contact]:
                assert min(abs(height - top) for top in tops) <= TOUCHING, (contact, height)


@pytest.mark.parametrize(("figure", "way"), MOVES)
def test_nobody_sinks_into_the_ground(figure, way):
    for body in way:
        for height in (h for heights in undersides(figure, body).values() for h in heights):
            assert height >= -TOUCHING


@pytest.mark.parametrize("figure", FIGURES.values(), ids=list(FIGURES))
def test_every_figure_says_what_it_rests_on(figure):
    assert figure.contacts


# --- Left and right -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["side_leg_raise", "side_leg_raise.gentle"])
def test_lying_on_the_other_side_is_the_picture_turned_round(name):
    drawing = draw(name)
    right = drawing.keys[drawing.moves[START, "lift"][1]]
    left = drawing.keys[drawing.moves["left start", "left lift"][1]]
    assert left == tuple((-x, y) for x, y in right)


@pytest.mark.parametrize("name", ["knee_rolls", "seated_turn"])
def test_to_the_left_is_the_same_body_with_left_and_right_changed(name):
    (_, right), (_, left) = (
        way for moves, way in bodies(FIGURES[name]) for way in [(moves, way[-1])]
    )
    for one, other in (("right", "left"), ("left", "right")):
        for a, b in zip(right.legs[one], left.legs[other], strict=True):
            assert a == pytest.approx((b[0], b[1], -b[2]))


def test_knees_that_go_to_the_right_end_up_on_the_right_of_the_body():
    (_, right), (_, left) = [(moves, way[-1]) for moves, way in bodies(FIGURES["knee_rolls"])]
    assert all(leg[1][2] > 5 for leg in right.legs.values())
    assert all(leg[1][2] < -5 for leg in left.legs.values())


# --- Moving with the count ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exercise", "versions"),
    [
        (exercise.id, versions)
        for exercise in exercises().exercises.values()
        for versions in ((), *((version,) for version in exercise.versions))
        if not FIGURES[name_of(exercise.id, versions)].cycle
    ],
)
def test_the_picture_moves_with_every_cue_and_never_jumps_on_one_side(exercise, versions):
    here = place(exercise, *versions)
    cues = routine.timeline(here)
    moves = track(here, cues)
    keys = len(draw(name_of(exercise, versions)).keys)
    assert moves[0].at == 0
    assert moves[-1].at + moves[-1].lasts == pytest.approx(cues[-1].at + cues[-1].lasts)
    for one, other in pairwise(moves):
        assert one.at + one.lasts == pytest.approx(other.at)
        assert (
            one.end == other.start
            or _turns_over(here, cues, other.at)
            or _is_same(draw(name_of(exercise, versions)), one.end, other.start)
        )
    assert all(0 <= moment < keys for move in moves for moment in (move.start, move.end))


def _turns_over(here, cues, at_) -> bool:
    return any(cue.name == "turn_over" and abs(cue.at - at_) < 20 for cue in cues)


def _is_same(drawing, one, other) -> bool:
    return all(dist(a, b) < 0.01 for a, b in zip(at(drawing, one), at(drawing, other), strict=True))


def test_lifting_takes_as_long_as_the_cue_and_holding_is_still():
    here = place("low_bridge")
    by_name = {
        cue.name: move
        for cue, move in zip(
            routine.timeline(here), track(here, routine.timeline(here)), strict=True
        )
    }
    first, last = draw("low_bridge").moves[START, "lift"]
    lift, hold, lower = by_name["lift"], by_name["hold"], by_name["lower"]
    assert (lift.lasts, lift.start, lift.end) == (4, first, last)
    assert hold.start == hold.end == last
    assert (lower.start, lower.end) == (last, first)


def test_a_slower_pace_moves_the_picture_more_slowly():
    slower = place("bridge", pace="slower")
    assert track(slower, routine.timeline(slower))[0].lasts == 6


def test_walking_goes_on_at_its_own_rate():
    here = place("walking")
    for walk in track(here, routine.timeline(here)):
        rounds = (walk.end - walk.start) / (len(draw("walking").keys) - 1)
        assert rounds == pytest.approx(walk.lasts / FIGURES["walking"].cycle)
    assert _is_same(draw("walking"), 0, len(draw("walking").keys) - 1)


# --- What comes out -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", FIGURES)
def test_the_svg_can_be_read_and_holds_everything(name):
    drawing = draw(name)
    root = ET.fromstring(svg(drawing, 0.5))
    assert len(root) == len(drawing.ground) + len(drawing.shapes)
    left, top, width, height = drawing.box
    for key in drawing.keys:
        assert all(left < x < left + width and top < y < top + height for x, y in key)


@pytest.mark.parametrize("name", FIGURES)
def test_the_vector_graphic_draws_the_same_points_as_the_svg(name):
    """What a device works out from two keys is what is drawn here."""
    drawing = draw(name)
    graphic, (a, b) = avg(drawing), numbers(drawing)[:2]
    paths = [
        re.sub(
            r"\$\{a\[(\d+)\]\+\(b\[\1\]-a\[\1\]\)\*u\}",
            lambda found: f"{a[int(found[1])] * 0.5 + b[int(found[1])] * 0.5:.1f}",
            item["pathData"],
        )
        for item in graphic["items"]
    ]
    drawn = [path.get("d") for path in ET.fromstring(svg(drawing, 0.5))]
    for mine, theirs in zip(paths, drawn, strict=True):
        pairs = zip(re.findall(r"-?[\d.]+", mine), re.findall(r"-?[\d.]+", theirs), strict=True)
        assert all(abs(float(one) - float(other)) < 0.21 for one, other in pairs)


def test_the_largest_picture_leaves_most_of_a_reply_to_other_things():
    import json

    sizes = {
        name: len(json.dumps([avg(draw(name)), numbers(draw(name))], separators=(",", ":")))
        for name in FIGURES
    }
    assert max(sizes.values()) < 24_000  # of 120,000: alexa-rules 1
