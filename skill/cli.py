"""The command `back-coach`: talk to it, serve it, and look at how it hears and decides.

Exit status: 0 done, 1 failed (why is on standard error), 2 wrong use or bad input. Each command
imports what it needs when it runs, so that `--help` is there at once.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import socket
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skill import memory
from skill.lines import BadLineError, blaming, lines
from skill.speaker.voice.parts import MissingPartError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from skill.speaker.cloud import Cloud
    from skill.speaker.envelope import Device
    from skill.speaker.exchange import Utterance
    from skill.speaker.terminal import Terminal

_DONE, _FAILED, _BAD_INPUT, _INTERRUPTED = 0, 1, 2, 130
_HOST = "127.0.0.1"  # nobody else on the network can reach it
_HIGHEST_PORT = 65_535
_CONTEXTS = ("launch", "triage_question", "exercise", "any")
_FORMS = ("yes_no", "which", "value", "choice")

_WHERE_TO_KEEP = "say where: BACK_COACH_MEMORY=sqlite:///path or dynamodb:table"
_REACHABLE = "check BACK_COACH_MEMORY, who may write there, and for DynamoDB the region and keys"
_EXAMPLES = """\
examples:
  back-coach talk                          a conversation at this terminal
  back-coach serve                         the speaker as a web page
  echo "my foot drags" | back-coach understand
  echo '{"findings": {"fever": true}}' | back-coach triage
"""
_TALK_EXAMPLES = """\
examples:
  back-coach talk
  back-coach talk --fast
  back-coach talk --voice --headphones
  back-coach talk --voice --from questions.wav --wav answers.wav
  printf '%s\\n' "open back coach" "my back hurts" "" | back-coach talk --json
  echo '{"say": "wait", "after": 12.5}' | back-coach talk --json
"""
_MEMORY_EXAMPLES = """\
examples:
  back-coach memory --export > everything.jsonl
  back-coach memory --export amzn1.ask.account.AEXAMPLE
  back-coach memory --forget amzn1.ask.account.AEXAMPLE
  BACK_COACH_MEMORY=dynamodb:back-coach back-coach memory --purge-expired
"""
_PACKAGE_EXAMPLES = """\
examples:
  back-coach package
  back-coach package --endpoint arn:aws:lambda:us-east-1:123456789012:function:back-coach:live
  back-coach package --endpoint https://coach.example.org/alexa
"""


class BadLocaleError(Exception):
    """A locale that nobody has made a model for."""


class BadUseError(Exception):
    """Options that do not go together, or name something that is no use."""


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and returns its exit status. Wrong use exits with status 2."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        return int(options.run(options))
    except (BadLineError, BadLocaleError, BadUseError) as error:
        return _fail(f"{options.command}: {error}", _BAD_INPUT)
    except MissingPartError as error:
        return _fail(f"{options.command}: {error}", _FAILED)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone; Python would complain once more as it leaves.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="back-coach",
        description="A voice health coach for back pain and spasm, without an Alexa device.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {_version()}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_talk(commands)
    _add_serve(commands)
    _add_understand(commands)
    _add_triage(commands)
    _add_measure(commands)
    _add_models(commands)
    _add_coverage(commands)
    _add_memory(commands)
    _add_package(commands)
    _add_check(commands)
    return parser


def _add_talk(commands: Any) -> None:
    talk = commands.add_parser(
        "talk",
        help="a conversation in the terminal, paced as a speaker would speak it",
        description="A conversation in the terminal, paced as a speaker would speak it. "
        '"open back coach" opens it; anything else with no session open is taken as '
        '"ask back coach ..."; an empty line is silence.',
        epilog=_TALK_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    talk.add_argument(
        "--json",
        action="store_true",
        help='one utterance a line, as text or {"say": ..., "after": seconds}; '
        "one JSON object a turn, without waiting; nothing is remembered from one run to the "
        "next unless BACK_COACH_MEMORY says where",
    )
    talk.add_argument(
        "--as",
        dest="voice",
        metavar="NAME",
        help="a voice that the speaker recognises, with a memory of its own",
    )
    talk.add_argument("--fast", action="store_true", help="print replies without waiting")
    talk.add_argument(
        "--voice",
        dest="aloud",
        action="store_true",
        help="speak and listen, on this machine alone (needs back-coach[voice])",
    )
    talk.add_argument(
        "--headphones",
        action="store_true",
        help="with --voice: it can be interrupted at any time, as it does not hear itself",
    )
    talk.add_argument(
        "--from",
        dest="recording",
        metavar="FILE",
        type=Path,
        help="with --voice: what was recorded, in place of the microphone; nothing is waited for "
        "and nothing is played, --wav keeps the replies",
    )
    talk.add_argument("--screen", action="store_true", help="a speaker with a screen")
    talk.add_argument(
        "--wav",
        metavar="FILE",
        type=Path,
        help="keep the replies as sound (needs back-coach[voice] or espeak-ng)",
    )
    _add_locale(talk)
    talk.set_defaults(run=_talk)


def _add_serve(commands: Any) -> None:
    serve = commands.add_parser(
        "serve", help=f"the web speaker and the Alexa endpoint on {_HOST}:5000"
    )
    serve.add_argument(
        "--port", type=_port, default=5000, help="5000 unless said; 0 takes any that is free"
    )
    serve.add_argument(
        "--host",
        default=_HOST,
        help=f"address to listen on, {_HOST} unless said; the page also wants its name in "
        "BACK_COACH_SPEAKER_HOSTS before it answers other machines",
    )
    serve.set_defaults(run=_serve)


def _add_understand(commands: Any) -> None:
    understand = commands.add_parser(
        "understand",
        help="what is heard in an utterance a line: intent, slots, findings, confidence",
        description='One utterance a line, or one JSON object {"text", "context", "asking"}; '
        f"context is one of {', '.join(_CONTEXTS)}. One JSON object a line comes out.",
    )
    understand.add_argument("--why", action="store_true", help="say what matched, and how well")
    _add_locale(understand)
    understand.set_defaults(run=_understand)


def _add_triage(commands: Any) -> None:
    triage = commands.add_parser(
        "triage",
        help="how urgent one JSON object a line is: level, because, say, next",
        description='One JSON object a line: "findings" (id: true, false or "unknown"), "age", '
        '"severity", "days", "weeks", "person". One JSON object a line comes out.',
    )
    _add_locale(triage)
    triage.set_defaults(run=_triage)


def _add_measure(commands: Any) -> None:
    measure = commands.add_parser(
        "measure",
        help="how well spoken counts keep their time (needs back-coach[voice] or espeak-ng)",
        description="Speaks every exercise at every pace into memory, listens for where words "
        "begin, and prints holds and repetitions as promised and as heard. Exit status 1 if one "
        "was not kept: holds within half a second, repetitions within a tenth.",
    )
    _add_locale(measure)
    measure.set_defaults(run=_measure)


def _add_models(commands: Any) -> None:
    models = commands.add_parser(
        "models", help="keep the interaction model in step with the words of the locale"
    )
    action = models.add_mutually_exclusive_group(required=True)
    action.add_argument("--write", action="store_true", help="bring the model in step")
    action.add_argument("--check", action="store_true", help="say where it is out of step")
    _add_locale(models)
    models.set_defaults(run=_models)


def _add_coverage(commands: Any) -> None:
    coverage = commands.add_parser(
        "coverage",
        help="which facts of the articles are said, by what, and which are not and why",
        description="Counts by article and by subject, then every fact with what carries it. "
        "Exit status 1 when a fact is not accounted for.",
    )
    coverage.set_defaults(run=_coverage)


def _add_memory(commands: Any) -> None:
    command = commands.add_parser(
        "memory",
        help="what is kept between visits: hand it out, or wipe it",
        description="Works on what BACK_COACH_MEMORY names; unset, on this user's own file. USER "
        "is an Alexa user id, and stands for that household with the voices recognised in it; or "
        'it is a hash, the "who" of an export.',
        epilog=_MEMORY_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    action = command.add_mutually_exclusive_group(required=True)
    action.add_argument(
        "--export",
        nargs="?",
        const=True,
        type=_user,
        metavar="USER",
        help="one JSON object a line for every item kept, of USER or of everybody",
    )
    action.add_argument(
        "--forget", type=_user, metavar="USER", help="wipe all that is kept of USER"
    )
    action.add_argument(
        "--purge-expired", action="store_true", help="wipe what is older than ninety days"
    )
    command.set_defaults(run=_memory)


def _add_package(commands: Any) -> None:
    package = commands.add_parser(
        "package",
        help="what is deployed: the zip for AWS Lambda and the package for the ASK CLI",
        description="Writes the zip for AWS Lambda and the skill package for the ASK CLI. What "
        "the publisher has not settled yet may be left out, and said the next time.",
        epilog=_PACKAGE_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    package.add_argument(
        "--to", metavar="FOLDER", type=_folder, default=Path("build"), help="build unless said"
    )
    package.add_argument(
        "--endpoint", help="where Alexa sends requests: a Lambda ARN, or https://HOST/alexa"
    )
    package.add_argument("--privacy-url", metavar="URL", help="where docs/privacy.md is published")
    package.add_argument("--terms-url", metavar="URL", help="where docs/terms.md is published")
    package.add_argument(
        "--python",
        metavar="VERSION",
        default="3.13",
        help="the version on Lambda: 3.13 unless said",
    )
    package.set_defaults(run=_package)


def _add_check(commands: Any) -> None:
    check = commands.add_parser(
        "check",
        help="Amazon's certification list, one line a point: ok, failed, or needs a person",
        description="Goes through Amazon's certification list as far as a machine can: the "
        "manifest that would be deployed, and what is answered in every state of the conversation "
        "(half a minute). Exit status 1 when a point failed.",
    )
    _add_locale(check)
    check.set_defaults(run=_check)


def _add_locale(command: argparse.ArgumentParser) -> None:
    command.add_argument("--locale", default="en-US", help="en-US unless said")


def _version() -> str:
    try:
        return metadata.version("back-coach")
    except metadata.PackageNotFoundError:
        return "(not installed)"


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= _HIGHEST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to {_HIGHEST_PORT}")
    return int(text)


def _folder(text: str) -> Path:
    return Path(_given(text, "FOLDER"))


def _user(text: str) -> str:
    return _given(text, "USER")


def _given(text: str, name: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError(f"{name} is empty")
    return text


def _talk(options: argparse.Namespace) -> int:
    _check_talk(options)
    if not options.json:
        memory.in_a_file_of_this_user()
    if options.wav:
        return _talk_and_keep(options)
    _talk_to(_cloud(options), options)
    return _DONE


def _check_talk(options: argparse.Namespace) -> None:
    if options.aloud and (options.json or options.fast):
        raise BadUseError("--voice goes neither with --json nor with --fast")
    if not options.aloud and (options.headphones or options.recording):
        raise BadUseError("--headphones and --from go with --voice")


def _talk_to(cloud: Cloud, options: argparse.Namespace) -> None:
    from skill.speaker.terminal import Keyboard, Terminal, talk_json  # noqa: PLC0415

    if options.json:
        talk_json(_utterances(), cloud, sys.stdout)
    elif options.aloud:
        _by_voice(cloud, options).talk()
    else:
        Terminal(cloud, Keyboard(), sys.stdout, fast=options.fast).talk()


def _by_voice(cloud: Cloud, options: argparse.Namespace) -> Terminal:
    from skill.speaker.voice import conversation  # noqa: PLC0415
    from skill.speaker.voice.microphone import Recording  # noqa: PLC0415
    from skill.speaker.voice.synthesis import best_voice  # noqa: PLC0415

    if not options.recording:
        voice = best_voice(options.locale)
        return conversation.at_microphone(cloud, voice, sys.stdout, headphones=options.headphones)
    try:
        recording = Recording.of(options.recording)
    except (OSError, ValueError) as error:
        raise BadUseError(f"{options.recording}: {_reason(error)}") from error
    return conversation.from_recording(cloud, recording, sys.stdout, headphones=options.headphones)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _talk_and_keep(options: argparse.Namespace) -> int:
    """Talks, and writes what was played, also when the talk ended badly."""
    from skill.speaker import wav  # noqa: PLC0415
    from skill.speaker.household_clock import alarm_clock  # noqa: PLC0415
    from skill.speaker.voice.synthesis import best_voice  # noqa: PLC0415

    _check_locale(options.locale)
    recorder = wav.Recorder(_device(options), alarms=alarm_clock("terminal"))
    voice = best_voice(options.locale)

    def keep() -> None:
        wav.write(options.wav, wav.conversation(recorder.played, voice), voice.rate)

    try:
        keep()  # find out now whether it can be
        try:
            _talk_to(recorder, options)
        finally:
            keep()
    except OSError as error:
        return _fail(f"talk: {options.wav}: {error.strerror}", _FAILED)
    return _DONE


def _cloud(options: argparse.Namespace) -> Cloud:
    from skill.speaker.cloud import Cloud  # noqa: PLC0415
    from skill.speaker.household_clock import alarm_clock  # noqa: PLC0415

    _check_locale(options.locale)
    return Cloud(_device(options), alarms=alarm_clock("terminal"))


def _device(options: argparse.Namespace) -> Device:
    from skill.speaker.envelope import Device  # noqa: PLC0415

    voice = options.voice and f"amzn1.ask.person.{options.voice}"
    return Device(locale=options.locale, screen=options.screen, voice=voice)


def _serve(options: argparse.Namespace) -> int:
    from werkzeug.serving import make_server  # noqa: PLC0415

    from skill.flask_app import create_app  # noqa: PLC0415
    from skill.speaker.cloud import ears  # noqa: PLC0415

    try:
        listening = socket.create_server((options.host, options.port))
    except OSError as error:
        hint = f"try another: back-coach serve --port {min(options.port + 1, _HIGHEST_PORT)}"
        return _fail(f"serve: port {options.port}: {error.strerror}; {hint}", _FAILED)
    with listening:
        address = f"http://{options.host}:{listening.getsockname()[1]}"
        logging.getLogger("werkzeug").setLevel(logging.WARNING)  # the app has a log of its own
        server = make_server(options.host, 0, create_app(), threaded=True, fd=listening.fileno())
        ears("en-US")  # learnt before the first person has to wait for it
        _print(f"Back Coach is at {address} (Ctrl-C stops it)")
        server.serve_forever()
    return _DONE


def _understand(options: argparse.Namespace) -> int:
    from skill.speaker.cloud import ears  # noqa: PLC0415
    from skill.speaker.exchange import understood_json  # noqa: PLC0415

    _check_locale(options.locale)
    understanding = ears(options.locale)
    for line in lines(sys.stdin.buffer):
        with blaming(line.number):
            question = _question(line.json()) if line.is_object() else {"text": line.text}
        understood = understanding.understand(**question)
        answer = {**understood_json(understood), "confidence": understood.confidence}
        _print_json({**answer, "why": list(understood.why)} if options.why else answer)
    return _DONE


def _question(content: Any) -> dict[str, Any]:
    """What to understand, and what is known of the moment. Raises ValueError with the reason."""
    question: dict[str, Any]
    match content:
        case {"text": str(), **rest}:
            question, unknown = content, set(rest) - {"context", "asking"}
        case _:
            raise ValueError('"text" should be there, as text')
    if unknown:
        raise ValueError(f"{unknown.pop()!r} is not known; use text, context, asking")
    if rest.get("context", "any") not in _CONTEXTS:
        raise ValueError(f'"context" should be one of {", ".join(_CONTEXTS)}')
    if not _is_asking(rest.get("asking")):
        forms = " | ".join(_FORMS)
        raise ValueError(f'"asking" should be null or {{"form": {forms}, "about": [names]}}')
    return question


def _is_asking(asking: Any) -> bool:
    match asking:
        case None:
            return True
        case {"form": str(form), "about": [*about]}:
            return form in _FORMS and all(isinstance(name, str) for name in about)
    return False


def _triage(options: argparse.Namespace) -> int:
    from skill import triage  # noqa: PLC0415
    from skill.handlers.verdict import verdict_text  # noqa: PLC0415

    _check_locale(options.locale)
    for line in lines(sys.stdin.buffer):
        with blaming(line.number):
            told = line.json()
            known = triage.known_from_json(told)
        verdict = triage.assess(known)
        question = triage.next_question(known)
        person = _person(told.get("person"), options.locale)
        say = verdict_text(known, verdict, person, options.locale)
        _print_json(
            {
                "level": verdict.level,
                "because": list(verdict.because),
                "say": say,
                "next": list(question.about) if question else [],
            }
        )
    return _DONE


def _person(named: str | None, locale: str) -> str:
    """Who it is about; as in a conversation, a relation without words is still somebody else."""
    from skill.content.words import words  # noqa: PLC0415
    from skill.turn import SELF  # noqa: PLC0415

    if not named or named == SELF:
        return SELF
    return named if words(locale).has(f"person.{named}") else "someone"


def _measure(options: argparse.Namespace) -> int:
    from skill.speaker import measure  # noqa: PLC0415
    from skill.speaker.voice.synthesis import best_voice  # noqa: PLC0415

    _check_locale(options.locale)
    rows = list(measure.every_exercise(best_voice(options.locale), options.locale))
    _print(measure.table(rows))
    return _DONE if all(row.kept for row in rows) else _FAILED


def _models(options: argparse.Namespace) -> int:
    from skill import interaction_model  # noqa: PLC0415

    _check_locale(options.locale)
    if options.write:
        interaction_model.write(options.locale)
        return _DONE
    differences = interaction_model.differences(options.locale)
    for difference in differences:
        _print(difference)
    return _FAILED if differences else _DONE


def _coverage(options: argparse.Namespace) -> int:
    from skill.content import facts  # noqa: PLC0415

    for line in facts.coverage():
        _print(line)
    wrong = facts.faults(facts.carriers())
    for fault in wrong:
        _fail(f"{options.command}: {fault}", _FAILED)
    return _FAILED if wrong else _DONE


def _package(options: argparse.Namespace) -> int:
    from skill.release.package import PYTHONS, CannotPackageError, among_sources, package  # noqa: PLC0415
    from skill.release.publisher import Publisher  # noqa: PLC0415

    def warn(text: str) -> None:
        _fail(f"package: {text}", _FAILED)

    if options.python not in PYTHONS:
        raise BadUseError(f"--python {options.python!r}: use one of {', '.join(PYTHONS)}")
    if among_sources(options.to):
        raise BadUseError(f"--to {options.to}: the sources are there; use another, such as build")
    try:
        publisher = Publisher(options.endpoint, options.privacy_url, options.terms_url)
    except ValueError as error:
        raise BadUseError(str(error)) from error
    try:
        package(options.to, publisher, options.python, _print, warn)
    except CannotPackageError as error:
        return _fail(f"package: {error}", _FAILED)
    return _DONE


def _check(options: argparse.Namespace) -> int:
    from skill.release import check  # noqa: PLC0415

    _check_locale(options.locale)
    failed = False
    for finding in check.findings(options.locale):
        _print(str(finding))
        failed = failed or finding.outcome == "failed"
    return _FAILED if failed else _DONE


def _memory(options: argparse.Namespace) -> int:
    memory.in_a_file_of_this_user()
    where = os.environ["BACK_COACH_MEMORY"]
    try:
        kept = memory.configured(must_exist=True)
        if kept is None:
            return _fail(f"memory: nothing is kept; {_WHERE_TO_KEEP}", _BAD_INPUT)
        said, items = _handle_memory(kept, options)
    except memory.ConfigurationError as error:
        return _fail(f"memory: {error}", _BAD_INPUT)
    except OSError as error:
        return _fail(f"memory: {where} cannot be used ({error}); {_REACHABLE}", _FAILED)
    for item in items:
        _print_json(item)
    sys.stderr.write(f"{where}: {said}\n")
    return _DONE


def _handle_memory(
    kept: memory.Configuration, options: argparse.Namespace
) -> tuple[str, list[dict[str, Any]]]:
    """What was done, and the items to print. Raises OSError when the store cannot be used."""
    from skill.memory import household  # noqa: PLC0415

    if options.purge_expired:
        return f"{_count(kept.store.purge(time.time()))} expired, and wiped", []
    if options.forget:
        return f"{_count(household.wipe(kept, options.forget))} wiped", []
    user = None if options.export is True else options.export
    found = [item._asdict() for item in household.export(kept, user)]
    return f"{_count(len(found))} exported", found


def _count(items: int) -> str:
    return "1 item" if items == 1 else f"{items} items"


def _check_locale(locale: str) -> None:
    from skill import interaction_model  # noqa: PLC0415

    try:
        interaction_model.path(locale)
    except FileNotFoundError as error:
        raise BadLocaleError(str(error)) from error


def _utterances() -> Iterator[Utterance]:
    from skill.speaker.exchange import Utterance  # noqa: PLC0415

    for line in lines(sys.stdin.buffer):
        with blaming(line.number):
            said = Utterance.from_json(line.json()) if line.is_object() else Utterance(line.text)
        yield said


def _fail(reason: str, status: int) -> int:
    sys.stderr.write(f"back-coach {reason}\n")
    return status


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _print_json(content: Mapping[str, Any]) -> None:
    _print(json.dumps(content, ensure_ascii=False))


if __name__ == "__main__":
    sys.exit(main())
