"""PURE A reply and the state -> what there is to see on a screen, free of any layout.

Nothing is shown that is not being said, but for names of buttons and the picture of an exercise.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from skill import routine, triage
from skill.content.exercises import exercises
from skill.content.words import care_numbers, country_of, words
from skill.handlers.cues import side_name, side_values
from skill.routine import Cue, Place
from skill.screen.buttons import WHILE_COUNTING, Button, Keypad, answers, keypad, named
from skill.speech import reader
from skill.tempo import spoken_seconds
from skill.turn import SELF, SOMEONE, Act, Chart, OneOf, Reply, State, Timer, act

Kind = Literal["home", "question", "number", "verdict", "exercise", "chart", "timer", "words"]

STAYS_SECONDS = 60.0  # after the last word, before a screen may go dark
EMERGENCY_STAYS_SECONDS = 1800.0


class Beat(NamedTuple):
    """A cue on the screen: from `at` for `lasts` seconds, with the picture moving meanwhile.

    `says` are its words, `second` that of a hold or empty, `done` which repetition it is.
    """

    at: float
    lasts: float
    start: float
    end: float
    says: str
    second: str
    done: int
    side: str


class Scene(NamedTuple):
    """What there is to see. `large` is read first; `after` are the buttons when a count is over.

    `level` is the verdict's. `figure` names a drawing, moved by `beats`, which begin again at the
    end if it `loops`; without any it stands at the moment `still`. `of` is how many repetitions
    there are, 0 where it goes by the clock. `keypad` is for a number to be touched,
    `on_keys` what stands on the keys that take a digit back and that send it. `points` are (day,
    score), `seconds` what a timer runs for, `stays` how long it is to be seen.
    """

    kind: Kind
    title: str
    large: str = ""
    lines: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    after: tuple[Button, ...] = ()
    level: str = ""
    foot: str = ""
    figure: str = ""
    still: float = 0.0
    beats: tuple[Beat, ...] = ()
    loops: bool = False
    of: int = 0
    keypad: Keypad | None = None
    on_keys: tuple[str, str] = ("", "")
    points: tuple[tuple[int, int], ...] = ()
    seconds: int = 0
    stays: float = STAYS_SECONDS


class _Words:
    """The words of a locale about one person, as they are read."""

    def __init__(self, locale: str, person: str, turn: int, country: str | None = None) -> None:
        self.locale, self.country = locale, country
        self.person, self._turn = person, turn

    def __call__(self, said: Act) -> str:
        return self._read(said)

    @cached_property
    def _read(self) -> Callable[[Act], str]:
        """What fills them in; a list of signs needs none of it."""
        return reader(locale=self.locale, person=self.person, turn=self._turn, country=self.country)

    def label(self, name: str) -> str:
        return _label(name, self.locale)

    def all(self, acts: Iterable[Act]) -> tuple[str, ...]:
        return tuple(text for text in map(self, acts) if text)

    def on(self, buttons: tuple[Button, ...]) -> tuple[Button, ...]:
        return _labelled(buttons, self.locale)


@lru_cache(maxsize=256)
def _label(name: str, locale: str) -> str:
    """A title, or what stands on a button: the same for everybody in every turn, so read once."""
    return reader(locale=locale)(Act(name))


@lru_cache(maxsize=256)
def _labelled(buttons: tuple[Button, ...], locale: str) -> tuple[Button, ...]:
    return tuple(
        (label if label.isdecimal() else _label(label, locale), means) for label, means in buttons
    )


def scene(reply: Reply, state: State, locale: str) -> Scene:
    """What to show for a reply, in the words of a locale. `state` is as it is after the turn."""
    country = state.country or country_of(state.zone)
    read = _Words(locale, state.person, state.turns, country)
    verdict = reply.verdict
    asked = reply.asking
    if verdict and verdict.level == "emergency":
        return _emergency(reply, read)
    if isinstance(reply.shows, Chart):
        return _chart(reply, read, reply.shows)
    if isinstance(reply.shows, Timer):
        return _timer(reply, read, reply.shows)
    if state.place and (asked is None or asked.form == "choice") and not reply.ends:
        return _exercise(reply, state, read, state.place)
    if verdict and reply.card:
        return _verdict(reply, read)
    if asked and asked.form != "choice":
        return _question(reply, read)
    if asked and asked.about[0] == "what_next":
        return _home(reply, read)
    return _plain(reply, read)


def _title(read: _Words) -> str:
    return read.label("card.title")


def _home(reply: Reply, read: _Words) -> Scene:
    return Scene(
        "home",
        _title(read),
        large=read(reply.ask) if reply.ask else "",
        lines=() if _is_welcome(reply) else read.all(reply.say),
        buttons=read.on(answers(reply)),
        foot=read.label("screen.foot"),
    )


def _is_welcome(reply: Reply) -> bool:
    return any(said.name.startswith("welcome") for said in reply.say)


def _plain(reply: Reply, read: _Words) -> Scene:
    large = read(reply.ask) if reply.ask else ""
    buttons = read.on(answers(reply))
    return Scene("words", _title(read), large, read.all(reply.say), buttons)


def _question(reply: Reply, read: _Words) -> Scene:
    """One question; a bundle of signs as a list."""
    assert reply.ask is not None, "a question is asked"
    items = reply.ask.values.get("items")
    if isinstance(items, OneOf):
        names = tuple([item.name for item in items.acts])
        return _signs(names, answers(reply), read.locale, SELF if read.person == SELF else SOMEONE)
    buttons = read.on(answers(reply))
    if digits := keypad(reply):
        keys = (read.label("screen.button.delete"), read.label("screen.button.done"))
        return Scene(
            "number", _title(read), read(reply.ask), (), buttons, keypad=digits, on_keys=keys
        )
    return Scene("question", _title(read), read(reply.ask), read.all(reply.say), buttons)


@lru_cache(maxsize=128)
def _signs(names: tuple[str, ...], buttons: tuple[Button, ...], locale: str, person: str) -> Scene:
    """Several signs, each to be weighed: the same for everybody who is spoken of in this way."""
    read = _Words(locale, person, 0)
    lines = tuple(f"• {read(Act(name))}" for name in names)
    return Scene("question", _title(read), read.label("screen.any_of"), lines, read.on(buttons))


# --- Verdicts -----------------------------------------------------------------------------------


def _verdict(reply: Reply, read: _Words) -> Scene:
    assert reply.verdict is not None, "a verdict stands"
    level = reply.verdict.level
    return Scene(
        "verdict",
        _title(read),
        large=read.label(f"card.level_{level}"),
        lines=(*read.all(reply.say), *([read(reply.ask)] if reply.ask else [])),
        buttons=read.on(answers(reply)),
        level=level,
        stays=2 * STAYS_SECONDS,
    )


def _emergency(reply: Reply, read: _Words) -> Scene:
    """The number to call, large; it stays as long as the emergency stands."""
    assert reply.verdict is not None, "an emergency stands"
    advice = triage.by_advice(reply.verdict)[0].advice
    numbers = care_numbers(read.country or read.locale.rpartition("-")[2])
    crisis = advice == "crisis" and numbers.crisis is not None
    number = (numbers.crisis if crisis else None) or numbers.emergency
    return Scene(
        "verdict",
        read.label("screen.call"),
        large=number,
        lines=(*read.all(reply.say), *([read(reply.ask)] if reply.ask else [])),
        buttons=read.on(answers(reply)),
        level="emergency",
        stays=EMERGENCY_STAYS_SECONDS,
    )


# --- Exercises ----------------------------------------------------------------------------------


def _exercise(reply: Reply, state: State, read: _Words, place: Place) -> Scene:
    """The picture moving with the count; before it, once round over and over; paused, at rest."""
    from skill.figure.drawing import name_of, start  # noqa: PLC0415 - few scenes have a picture

    counting = reply.timed and place.began is not None
    shown = Scene(
        "exercise",
        _part(read, place, "name"),
        figure=name_of(place.exercise, place.versions),
        still=start(place),
        of=0 if exercises().exercises[place.exercise].timed else place.reps,
        foot=_next(state, read),
    )
    after, asked = read.on(answers(reply)), read(reply.ask) if reply.ask else ""
    if counting:
        beats = tuple(_counted(reply, read, place))
        over = beats[-1].at + beats[-1].lasts
        buttons = read.on(named(*WHILE_COUNTING))
        shown = shown._replace(beats=beats, stays=over + STAYS_SECONDS)
        return shown._replace(large=asked, buttons=buttons, after=after)
    if place.untouched and not place.paused:
        lines = (_part(read, place, "start"), _part(read, place, "steps"))
        demo = tuple(_demonstrated(read, place))
        shown = shown._replace(lines=lines, beats=demo, loops=True)
    else:
        shown = shown._replace(lines=read.all(reply.say))
    return shown._replace(large=asked, buttons=after, stays=5 * STAYS_SECONDS)


def _part(read: _Words, place: Place, part: str) -> str:
    name = words(read.locale).of_exercise(place.exercise, place.versions, part)
    return read(Act(name, side_values(place)))


def _next(state: State, read: _Words) -> str:
    """What comes after this exercise in a routine; empty where nothing does."""
    plan = state.plan
    if plan is None or plan.number + 1 >= len(plan.items):
        return ""
    item = plan.items[plan.number + 1]
    versions = (item.version,) if item.version else ()
    name = words(read.locale).of_exercise(item.exercise, versions, "name")
    return read(act("screen.next", exercise=Act(name)))


def _counted(reply: Reply, read: _Words, place: Place) -> Iterator[Beat]:
    """The beats of a count that is being spoken, after the words that lead into it."""
    cues = routine.one_reply(routine.timeline(place))
    timed = [number for number, said in enumerate(reply.say) if said.lasts is not None]
    first = timed[-len(cues)]
    lead, spoken = reply.say[:first], [reply.say[number] for number in timed[-len(cues) :]]
    says = " ".join(read.all(lead))
    begins = sum(spoken_seconds(read(said)) if said.lasts is None else said.lasts for said in lead)
    beats = list(_beats(read, place, cues, [read(said) for said in spoken]))
    if begins:
        yield beats[0]._replace(at=0.0, lasts=begins, end=beats[0].start, says=says, second="")
    yield from (beat._replace(at=round(beat.at + begins, 2)) for beat in beats)


def _demonstrated(read: _Words, place: Place) -> Iterator[Beat]:
    """Once through the exercise, to show how it goes: one repetition on each side."""
    cues = routine.timeline(place)
    in_turns = exercises().exercises[place.exercise].sides == "turns"
    sides = len(routine.sides(place)) if in_turns else 1
    ends = [number for number, cue in enumerate(cues) if cue.name == "done"][:sides]
    once = cues[: ends[-1] + 1] if ends else cues
    yield from _beats(read, place, once, [""] * len(once))


def _beats(
    read: _Words, place: Place, cues: tuple[Cue, ...], says: Iterable[str]
) -> Iterator[Beat]:
    from skill.figure.drawing import track  # noqa: PLC0415 - the same

    phrase = ""
    for cue, move, words_ in zip(cues, track(place, cues), says, strict=True):
        in_hold = cue.name in ("hold", "count", "long_hold")
        phrase = phrase if cue.name == "count" else words_
        yield Beat(
            at=round(move.at, 2),
            lasts=round(move.lasts, 2),
            start=round(move.start, 2),
            end=round(move.end, 2),
            says=phrase,
            second=str(cue.number) if in_hold and cue.number else "",
            done=cue.repetition,
            side=read(side_name(cue.side)) if cue.side else "",
        )


# --- Progress and timers ------------------------------------------------------------------------


def _chart(reply: Reply, read: _Words, chart: Chart) -> Scene:
    return Scene(
        "chart",
        read.label("screen.progress"),
        large=read(reply.ask) if reply.ask else "",
        lines=read.all(reply.say),
        buttons=read.on(answers(reply)),
        points=chart.points,
    )


def _timer(reply: Reply, read: _Words, timer: Timer) -> Scene:
    return Scene(
        "timer",
        read.label(f"remedy.{timer.remedy}.name" if timer.remedy else "screen.timer"),
        large=read(reply.ask) if reply.ask else "",
        lines=read.all(reply.say),
        buttons=read.on(answers(reply)),
        seconds=timer.seconds,
        stays=timer.seconds + STAYS_SECONDS,
    )
