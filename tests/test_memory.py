"""What outlives a session, in both real stores: SQLite on disk and DynamoDB over HTTP.

Nothing is lost when several write at once, nothing is half there after a kill, nothing names
anybody, and what is forgotten is gone.
"""

from __future__ import annotations

import json
import logging
import os
import random
import re
import sqlite3
import sys
import threading
from contextlib import ExitStack, closing
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import kept as stores
import pytest
from kept import DAY, START, USER, VOICE

from skill import memory
from skill.diary import Checkup, Entry, Settings
from skill.memory import CALL_SECONDS, ConfigurationError, Item, household, keeping, sqlite

TODAY = 739_679
ROWS = Path(__file__).parent / "cases" / "memory_rows.jsonl"


def score(value, at=START, **more):
    return Entry("score", TODAY, at, value, **more)


def exercise(name, at=START):
    return Entry("exercise", TODAY, at, name)


def with_diary(kept, at=START, **whose):
    """A listener who has said yes to a diary."""
    listener = kept.listener(at, **whose)
    assert listener.settle(diary=True)
    return listener


# --- The store ----------------------------------------------------------------------------------


def test_what_is_put_is_read_in_order_and_of_one_person_only(kept):
    store = kept.configuration.store
    mine = [Item("a", f"entry#{n}", {"n": n, "text": "é 😀", "part": 0.1}, 9, 1) for n in range(60)]
    store.put([*reversed(mine), Item("b", "entry#1", {}, None, 1)], at=8)

    assert store.read("a") == sorted(mine, key=lambda item: item.what)
    assert store.read("nobody") == []
    assert len(list(store.everything())) == 61


def test_what_is_put_again_stands_in_place_of_the_older(kept):
    store = kept.configuration.store
    for n in (1, 2):
        store.put([Item("a", "x", {"n": n})], START)

    assert store.read("a") == [Item("a", "x", {"n": 2})]


def test_a_swap_wants_the_version_before(kept):
    store = kept.configuration.store

    assert not store.swap(Item("a", "x", {}, version=2))
    assert store.swap(Item("a", "x", {"n": 1}, version=1))
    assert not store.swap(Item("a", "x", {"n": 9}, version=1))
    assert store.swap(Item("a", "x", {"n": 2}, version=2))
    assert store.read("a") == [Item("a", "x", {"n": 2}, version=2)]


def test_what_is_removed_is_gone_and_the_rest_is_not(kept):
    store = kept.configuration.store
    store.put([Item(who, f"x{n}", {}) for who in "ab" for n in range(60)], START)

    store.remove("a", [f"x{n}" for n in range(59)])
    store.remove("a", ["never there"])
    store.remove("a", [])

    assert [item.what for item in store.read("a")] == ["x59"]
    assert len(store.read("b")) == 60


def test_an_empty_store_is_no_trouble(kept):
    store = kept.configuration.store

    assert (store.read("a"), list(store.everything()), store.purge(START)) == ([], [], 0)
    store.remove("a", ["x"])
    assert kept.listener().recall() is not None


# --- What a listener keeps ----------------------------------------------------------------------


def test_everything_kept_comes_back_as_it_was(kept):
    listener = with_diary(kept)
    entries = (
        score(0),
        Entry("verdict", TODAY, START + 1, "urgent", "mother", ("U-fever",), began=TODAY - 3),
        Entry("seen", TODAY, START + 2),
        exercise("cat_camel", START + 3),
    )
    settings = {
        "welcomed": True,
        "pace": "slower",
        "explained": ("cat_camel",),
        "zone": "Asia/Tokyo",
    }
    finished = Checkup({"answers": {"leg_pain": True}}, START, TODAY, finished=True)
    broken_off = Checkup({}, START, TODAY, finished=False)

    assert listener.keep(*entries)
    assert listener.settle(**settings)
    assert listener.save("mother", finished)
    assert listener.save("self", broken_off)

    for found in (listener.recall(), kept.listener().recall()):
        assert found.entries == entries
        assert found.settings == Settings(diary=True, **settings)
    assert (found.checkups, found.open) == ({"mother": finished}, {"self": broken_off})


def test_health_is_kept_by_nobody_who_has_not_said_yes(kept):
    for answer in (None, False):
        listener = kept.listener()
        listener.settle(diary=answer)
        assert not listener.keep(score(6))
        assert not listener.keep(exercise("cat_camel"), score(6))
        assert not listener.save("self", Checkup({}, START, TODAY, finished=True))

    assert kept.listener().recall().entries == ()


def test_health_of_earlier_is_not_read_where_no_diary_may_be_kept_any_longer(kept):
    listener = with_diary(kept)
    listener.keep(score(6), exercise("cat_camel"))
    listener.save("self", Checkup({}, START, TODAY, finished=True))
    kept.use(BACK_COACH_DIARY="off")

    found = kept.listener().recall()

    assert found.entries == (exercise("cat_camel"),)
    assert found.checkups == {}


def test_settings_that_are_as_they_begin_leave_nothing_behind(kept):
    listener = kept.listener(voice=VOICE)

    assert listener.settle(pace="normal", explained=(), left=None)

    assert kept.count() == 0


def test_a_setting_can_be_put_back(kept):
    kept.listener().settle(pace="slower", left={"at": 1.0})
    kept.listener().settle(pace="normal", left=None)

    assert kept.listener().recall().settings == Settings()


def test_a_setting_that_another_device_changed_meanwhile_is_not_lost(kept):
    """One recalls, the other changes, the first changes: both changes stand."""
    kept.listener().settle(pace="slower")
    one, other = kept.listener(), kept.listener()
    one.recall()
    other.settle(zone="Europe/Paris")

    assert one.settle(welcomed=True)
    assert other.settle(pace="faster")

    found = kept.listener().recall().settings
    assert found == Settings(welcomed=True, pace="faster", zone="Europe/Paris")


def test_what_was_forgotten_in_this_turn_can_be_set_anew(kept):
    kept.listener().settle(pace="slower")
    listener = kept.listener()
    listener.recall()

    assert listener.forget("everything")
    assert listener.settle(pace="slower")

    assert kept.listener().recall().settings.pace == "slower"


def test_a_recognised_voice_has_a_memory_of_its_own_in_each_home(kept):
    with_diary(kept, voice=VOICE).keep(score(6))

    assert kept.listener(voice=VOICE).recall().entries == (score(6),)
    assert kept.listener().recall().entries == ()
    assert kept.listener(voice="amzn1.ask.person.ANOTHER").recall().entries == ()
    assert kept.listener(user="amzn1.ask.account.NEXTDOOR", voice=VOICE).recall().entries == ()


def test_what_somebody_shares_is_told_until_they_stop(kept):
    theirs, others = with_diary(kept, voice=VOICE), kept.listener()
    theirs.keep(score(6))
    assert others.shared_as("mother") is None

    assert theirs.share("mother")
    assert others.shared_as("mother").entries == (score(6),)
    assert others.shared_as("father") is None

    assert theirs.unshare()
    assert kept.listener().shared_as("mother") is None


def test_what_is_shared_ends_with_the_diary(kept):
    theirs = with_diary(kept, voice=VOICE)
    theirs.keep(score(6))
    theirs.share("mother")

    theirs.settle(diary=False)

    assert kept.listener().shared_as("mother") is None


def test_only_a_recognised_voice_with_a_diary_can_share(kept):
    assert not with_diary(kept).share("mother")
    assert not kept.listener(voice=VOICE).share("mother")


# --- How long it is kept ------------------------------------------------------------------------


def test_entries_are_kept_for_ninety_days_and_settings_until_they_are_forgotten(kept):
    listener = with_diary(kept)
    listener.keep(score(6))
    listener.save("self", Checkup({}, START, TODAY, finished=True))

    last = kept.listener(START + 90 * DAY - 1).recall()
    after = kept.listener(START + 90 * DAY).recall()

    assert (last.entries, len(last.checkups)) == ((score(6),), 1)
    assert (after.entries, after.checkups) == ((), {})
    assert after.settings.diary is True


def test_a_purge_takes_what_has_expired_and_nothing_else(kept):
    with_diary(kept).keep(score(6), score(5))
    with_diary(kept, voice=VOICE).keep(score(4))
    kept.listener(START + DAY).keep(exercise("cat_camel"))
    before = kept.count()

    store = kept.configuration.store

    assert store.purge(START + 90 * DAY - 1) == 0
    assert store.purge(START + 90 * DAY) == 3
    assert kept.count() == before - 3
    assert store.purge(START + 90 * DAY) == 0


def test_a_check_up_that_was_renewed_outlives_the_older_one(kept):
    with_diary(kept).save("self", Checkup({}, START, TODAY, finished=True))
    kept.listener(START + DAY).save("self", Checkup({}, START + DAY, TODAY + 1, finished=True))

    assert kept.configuration.store.purge(START + 90 * DAY) == 0


def test_in_a_file_what_has_expired_goes_with_the_next_thing_that_anybody_keeps(in_file):
    with_diary(in_file, user="amzn1.ask.account.LONGGONE").keep(score(6))
    gone = in_file.listener(user="amzn1.ask.account.LONGGONE").who.encode()

    in_file.listener(START + 91 * DAY).keep(exercise("cat_camel", START + 91 * DAY))

    assert b'"score"' not in in_file.raw()
    assert in_file.raw().count(gone) == 1  # the settings


# --- What other versions wrote ------------------------------------------------------------------


def rows():
    return [json.loads(line) for line in ROWS.read_text("utf-8").splitlines()]


def with_rows(kept):
    kept.configuration.store.put([Item("nobody", "first", {})], START)
    for row in rows():
        kept.write(kept.listener().who, row["what"], row)
    return kept.listener()


def test_what_an_older_or_newer_version_wrote_is_read_as_far_as_it_makes_sense(kept):
    found = with_rows(kept).recall()

    assert found.settings == Settings(
        welcomed=True, pace="slower", explained=("cat_camel",), diary=True
    )
    assert [(entry.kind, entry.value) for entry in found.entries] == [
        ("exercise", "cat_camel"),
        ("score", 6),
        ("verdict", "urgent"),
    ]
    assert found.entries[2].because == ("U-fever",)
    assert list(found.checkups) == ["self"]


def test_settings_of_a_newer_version_are_left_as_they_are(kept):
    listener = with_rows(kept)

    assert listener.settle(pace="faster")

    settings = next(i for i in kept.configuration.store.read(listener.who) if i.what == "settings")
    assert settings.value["theme"] == "dark"
    assert settings.version == 8


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("welcomed", "yes"),
        ("pace", "breakneck"),
        ("pace", 3),
        ("explained", "cat_camel"),
        ("explained", [1]),
        ("diary", "no"),
        ("diary", 1.5),
        ("left", "half way"),
        ("zone", 7),
    ],
)
def test_a_setting_that_makes_no_sense_is_as_if_never_set_and_spoils_no_other(
    in_file, setting, value
):
    sound = {"welcomed": True, "zone": "Europe/Paris"} | {setting: value}
    who = in_file.listener().who
    in_file.configuration.store.put([Item(who, "settings", sound)], START)

    found = in_file.listener().recall().settings

    usual = getattr(Settings(), setting)
    assert getattr(found, setting) == usual
    assert found.zone == ("Europe/Paris" if setting != "zone" else None)


def test_what_cannot_be_read_can_still_be_forgotten(kept):
    listener = with_rows(kept)

    assert listener.forget("health")
    assert {item.what for item in kept.configuration.store.read(listener.who)} == {
        "settings",
        "entry#0001772000000.000#00000000000000a1",
        "reminder#1",
        "shared#father",
    }
    assert listener.forget("everything")
    assert [item.what for item in kept.configuration.store.read(listener.who)] == ["shared#father"]


def test_a_damaged_share_does_not_hide_the_others(kept):
    with_rows(kept)
    theirs = with_diary(kept, voice=VOICE)
    theirs.keep(score(6))
    theirs.share("mother")

    assert kept.listener().shared_as("mother").entries == (score(6),)
    assert kept.listener().shared_as("father") is None
    assert theirs.unshare()


# --- Forgetting ---------------------------------------------------------------------------------


@pytest.fixture
def family(kept):
    """A diary with two people in it, and exercises of both."""
    listener = with_diary(kept)
    for person in ("self", "mother"):
        listener.keep(score(6, person=person), Entry("exercise", TODAY, START, "walking", person))
        listener.keep(Entry("verdict", TODAY, START, "routine", person))
        listener.save(person, Checkup({}, START, TODAY, finished=True))
        listener.save(person, Checkup({}, START, TODAY, finished=False))
    return kept


def remaining(kept):
    found = kept.listener().recall()
    return {(e.kind, e.person) for e in found.entries}, set(found.checkups), set(found.open)


def test_scores_are_forgotten_of_one_person_alone(family):
    family.listener().forget("scores", "mother")

    entries, checkups, _ = remaining(family)
    assert ("score", "mother") not in entries
    assert len(entries) == 5
    assert checkups == {"self", "mother"}


def test_scores_are_forgotten_where_they_stand_in_a_check_up_too(kept):
    known = {"answers": {"fever": False}, "severity": 6, "days": 2}
    listener = with_diary(kept)
    listener.save("self", Checkup(known, START, TODAY, finished=True))
    listener.save("mother", Checkup(known, START, TODAY, finished=False))

    kept.listener().forget("scores")

    found = kept.listener().recall()
    assert found.checkups["self"].known == {"answers": {"fever": False}, "days": 2}
    assert found.open["mother"].known == known


def test_a_person_is_forgotten_whole_and_alone(family):
    family.listener().forget("person", "mother")

    entries, checkups, broken_off = remaining(family)
    assert {person for _, person in entries} == checkups == broken_off == {"self"}
    assert len(entries) == 3


def test_health_is_forgotten_and_use_is_not(family):
    family.listener().forget("health")

    assert remaining(family) == ({("exercise", "self"), ("exercise", "mother")}, set(), set())


def test_forgetting_everything_leaves_nothing_at_all(family):
    theirs = with_diary(family, voice=VOICE)
    theirs.keep(score(5))
    theirs.share("mother")

    assert family.listener(voice=VOICE).forget("everything")
    assert remaining(family)[0]
    assert family.listener().forget("everything")
    assert family.count() == 0


def test_forgetting_leaves_what_others_of_the_household_keep(family):
    theirs = with_diary(family, voice=VOICE)
    theirs.keep(score(5))
    theirs.share("father")

    assert family.listener().forget("everything")

    assert family.listener(voice=VOICE).recall().entries == (score(5),)
    assert family.listener().shared_as("father") is not None


@pytest.mark.parametrize("seed", range(6))
def test_what_is_forgotten_is_nowhere_in_the_file(in_file, seed):
    """Also where SQLite divided a full page, and left a copy of what it moved to another."""
    chance = random.Random(seed)
    store = in_file.configuration.store
    people = [f"{chance.getrandbits(256):064x}" for _ in range(60)]
    leaving, staying = people[:20], people[20:]
    for lot in range(10):
        items = []
        for n in range(100):
            who = chance.choice(people)
            mark = f"mark-{'gone' if who in leaving else 'here'} " * chance.randrange(1, 20)
            items.append(Item(who, f"entry#{lot:03}#{n:03}#{chance.random()}", {"mark": mark}))
        store.put(items, START)

    for who in leaving:
        store.remove(who, [item.what for item in store.read(who)])

    raw = in_file.raw()
    assert b"mark-gone" not in raw
    assert all(who.encode() not in raw for who in leaving)
    assert all(who.encode() in raw for who in staying)


def test_a_household_is_forgotten_with_the_voices_recognised_there(kept):
    for voice in (None, VOICE, "amzn1.ask.person.ANOTHER"):
        with_diary(kept, voice=voice).keep(score(6))
    with_diary(kept, voice=VOICE).share("mother")
    neighbour = with_diary(kept, user="amzn1.ask.account.NEXTDOOR", voice=VOICE)
    neighbour.keep(score(3))
    configuration = kept.configuration
    home = household.hashed(configuration.secret, USER)

    everything = len(household.items_of(configuration.store, home))
    assert household.forget(configuration.store, home) == everything == 9

    assert kept.count() == 3
    assert kept.listener(user="amzn1.ask.account.NEXTDOOR", voice=VOICE).recall().entries


# --- Several at once ----------------------------------------------------------------------------

ROUNDS = {"in_file": 25, "in_dynamodb": 8}


def test_several_processes_that_write_at_once_lose_nothing_of_each_other(kept, request):
    """Entries are all there, once; of every setting the last value; no change was skipped."""
    rounds = ROUNDS[request.node.callspec.params["kept"]]
    names = ("zone", "left", "explained", "pace")
    with ExitStack() as processes:
        writers = [
            processes.enter_context(stores.writer("together", name, str(rounds))) for name in names
        ]
        for writer in writers:
            stores.go(writer)
        reports = [json.loads(writer.stdout.readline()) for writer in writers]

    acknowledged = [value for report in reports for value in report["kept"]]
    found = kept.listener().recall()
    values = [entry.value for entry in found.entries]
    settings = next(i for i in kept.configuration.store.everything() if i.what == "settings")
    lost = set(acknowledged) - set(values)
    print(f"{len(names)} writers, {len(acknowledged)} entries, {len(lost)} lost")
    assert lost == set()
    assert len(values) == len(set(values)) == len(names) * rounds
    assert found.settings == Settings(
        zone=f"Here/There_{rounds - 1}",
        left={"number": rounds - 1},
        explained=(f"exercise_{rounds - 1}",),
        pace=("slower", "faster")[(rounds - 1) % 2],
    )
    assert sum(report["settled"] for report in reports) == settings.version == len(names) * rounds


def test_a_process_killed_while_it_writes_leaves_no_half_entry(kept):
    for acknowledgements in (1, 2, 3, 5, 8):
        with stores.writer("flood") as process:
            stores.go(process)
            told = [int(process.stdout.readline()) for _ in range(acknowledgements)]
            process.kill()
        found = kept.listener().recall()
        lots = {entry.value for entry in found.entries}
        assert {f"lot {n}" for n in told} <= lots
        assert all(len(entry.because[0]) == 500 for entry in found.entries)
        assert len(found.entries) == kept.count()
        if isinstance(kept, stores.InFile):  # all or none of what is put together
            assert len(found.entries) % 20 == 0
            with closing(sqlite3.connect(kept.file)) as table:
                assert table.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert kept.listener().forget("everything")


def test_processes_that_start_at_once_agree_on_one_key(in_file):
    in_file.environment.delenv("BACK_COACH_SECRET")
    with ExitStack() as processes:
        starters = [processes.enter_context(stores.writer("secret")) for _ in range(4)]
        for starter in starters:
            stores.go(starter)
        keys = {starter.stdout.readline() for starter in starters}

    assert len(keys) == 1
    assert keys == {sha256(in_file.configuration.secret).hexdigest() + "\n"}
    assert sorted(file.name for file in in_file.file.parent.iterdir()) == ["memory.secret"]


# --- Who can read it ----------------------------------------------------------------------------


def test_nothing_readable_in_the_store_names_an_account_or_a_voice(kept):
    with_diary(kept).keep(score(6))
    theirs = with_diary(kept, voice=VOICE)
    theirs.keep(score(5))
    theirs.share("mother")

    raw = kept.raw().lower()

    assert len(raw) > 500
    for id_ in (USER, VOICE):
        assert id_.lower().encode() not in raw
        assert id_.rpartition(".")[2].lower().encode() not in raw
        assert sha256(id_.encode()).hexdigest().encode() not in raw  # whoever knows an id could


def test_the_hashes_follow_from_the_key(kept):
    before = kept.listener().who
    kept.use(BACK_COACH_SECRET="another")

    assert kept.listener().who != before
    assert re.fullmatch("[0-9a-f]{64}", before)


@pytest.fixture
def careless():
    """A process whose new files anybody may read and write."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_file_folder_and_key_are_their_owners_alone(in_file, careless):
    in_file.environment.delenv("BACK_COACH_SECRET")
    in_file.listener().keep(exercise("cat_camel"))
    folder = in_file.file.parent

    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()} == {
        "memory.sqlite3": 0o600,
        "memory.secret": 0o600,
    }


def test_a_folder_that_is_there_keeps_its_permissions(in_file, careless):
    in_file.file.parent.mkdir(mode=0o755)

    in_file.listener().keep(exercise("cat_camel"))

    assert in_file.file.parent.stat().st_mode & 0o777 == 0o755


def test_the_key_is_made_once(in_file):
    first, again = (sqlite.secret_beside(in_file.file) for _ in range(2))
    other = sqlite.secret_beside(in_file.file.with_name("other.sqlite3"))

    assert first == again != other
    assert len(first) == 32


def test_a_spoilt_key_is_refused_and_not_replaced(in_file):
    in_file.environment.delenv("BACK_COACH_SECRET")
    in_file.file.parent.mkdir()
    in_file.file.with_suffix(".secret").write_bytes(b"")

    with pytest.raises(ConfigurationError, match=r"memory\.secret"):
        memory.configured()


# --- Configuration ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "remedy"),
    [
        ({"BACK_COACH_MEMORY": "redis://here"}, "use sqlite:///path, dynamodb:table or none"),
        ({"BACK_COACH_MEMORY": "sqlite:"}, "use sqlite:///path"),
        ({"BACK_COACH_MEMORY": "sqlite:///"}, "use sqlite:///path"),
        ({"BACK_COACH_MEMORY": "sqlite:///~nobody-of-that-name/x"}, "home"),
        ({"BACK_COACH_MEMORY": "dynamodb:"}, "dynamodb:table"),
        ({"BACK_COACH_MEMORY": "dynamodb:table"}, "BACK_COACH_SECRET"),
        ({"BACK_COACH_DIARY": "yes"}, "use off or opt-in"),
    ],
)
def test_a_wrong_configuration_names_the_remedy_and_keeps_nothing(
    monkeypatch, caplog, wanted, remedy
):
    with pytest.raises(ConfigurationError, match=re.escape(remedy)):
        memory.configured(wanted)

    for name, value in wanted.items():
        monkeypatch.setenv(name, value)
    memory.in_use.cache_clear()
    with caplog.at_level(logging.ERROR, "back_coach"):
        assert memory.in_use() is None
    memory.in_use.cache_clear()
    assert "nothing is kept" in caplog.text


def test_dynamodb_without_its_library_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "skill.memory.dynamodb", None)
    monkeypatch.delattr(memory, "dynamodb", raising=False)

    with pytest.raises(ConfigurationError, match=r"back-coach\[dynamodb\]"):
        memory.configured({"BACK_COACH_MEMORY": "dynamodb:t", "BACK_COACH_SECRET": "s"})


@pytest.mark.parametrize("empty", ["", "none"])
def test_none_and_empty_keep_nothing(empty):
    assert memory.configured({"BACK_COACH_MEMORY": empty}) is None


def test_a_diary_is_only_offered_where_it_was_asked_for(in_file):
    for diary, offered in (("", False), ("off", False), ("opt-in", True)):
        in_file.use(BACK_COACH_DIARY=diary)
        assert in_file.listener().offers_diary is offered


# --- Patience -----------------------------------------------------------------------------------


class Slow:
    """A store in whose every call a second goes by on a clock that the test holds."""

    def __init__(self):
        self.now, self.calls = 0.0, 0

    def read(self, _who):
        self.now, self.calls = self.now + 1, self.calls + 1
        return []

    def put(self, _items, _at):
        self.read("")

    def swap(self, _item):
        self.read("")
        return True


def test_all_the_memory_of_one_turn_shares_two_seconds(monkeypatch):
    slow = Slow()
    monkeypatch.setattr(keeping, "time", SimpleNamespace(monotonic=lambda: slow.now))
    listener = keeping.Listener(slow, "who", "who", START)

    assert listener.patience == CALL_SECONDS == 2
    assert listener.keep(exercise("cat_camel"))
    assert listener.keep(exercise("walking"))
    assert not listener.keep(exercise("knee_rolls"))
    assert listener.recall() is None
    assert slow.calls == 2


def test_a_store_that_hangs_is_asked_once_a_turn(caplog):
    released, calls = threading.Event(), []

    class Hanging:
        def read(self, who):
            calls.append(who)
            released.wait()
            return []

    listener = keeping.Listener(Hanging(), "who", "who", START, patience=0.05)

    with caplog.at_level(logging.WARNING, "back_coach"):
        assert listener.recall() is None
        assert not listener.settle(pace="slower")
        assert not listener.forget("everything")
        assert listener.shared_as("mother") is None
    released.set()

    assert calls == ["who"]
    assert caplog.messages == ["memory: recall failed: too slow"]
