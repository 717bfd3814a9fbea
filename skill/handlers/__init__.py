"""Topics of conversation: Turn -> Reply, plain functions, routed by a table.

    asking       the open question once more
    listening    what was heard -> what is known
    checkup      the questions that matter, in order, to the verdict
    verdict      what a verdict says
    stretch      a guided exercise; choosing, counting, hurting, cues and plans are its parts
    reminders    and timers: arranged in words, and set on the device; errands is what both share
    advice       what helps and what it is, in layers
    tracking     pain scores and the diary, progress, sharing, forgetting
    follow_up    what an earlier visit leaves to ask; remembering reads and writes it
    everywhere   opening, help, leaving, repeating, changing the person, what is not understood

`answer` is the one way in. First everything that was said is noted; an emergency among it is
answered before anything else. Then the table decides: what the open question expects, what the
topic under way does with the intent, or what can be said anytime.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from skill import triage
from skill.handlers import (
    advice,
    asking,
    checkup,
    counting,
    errands,
    everywhere,
    follow_up,
    listening,
    remembering,
    reminders,
    stretch,
    timers,
    tracking,
)
from skill.triage import Known
from skill.turn import Reply, Turn

Handler = Callable[[Turn], Reply]

YES = "AMAZON.YesIntent"
NO = "AMAZON.NoIntent"
THANKS = "ThanksIntent"

LEAVING = frozenset({"AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent"})

ANYTIME: Mapping[str, Handler] = {
    "LaunchRequest": everywhere.launch,
    "BackPainIntent": follow_up.back_pain,
    "SeeDoctorIntent": follow_up.back_pain,
    "IsThisNormalIntent": follow_up.back_pain,
    "SymptomIntent": checkup.told,
    "AnswerIntent": checkup.told,
    "PainScoreIntent": tracking.score,
    YES: checkup.yes,
    NO: checkup.no,
    "NotSureIntent": checkup.not_sure,
    "NoneOfThoseIntent": checkup.none_of_those,
    "SkipIntent": checkup.skip,
    "WhatDoYouMeanIntent": checkup.what_do_you_mean,
    "WhyIntent": advice.why,
    "CallIntent": checkup.call,
    "CalledIntent": checkup.called,
    THANKS: everywhere.thanked,
    "EmergencyNumberIntent": checkup.number,
    "GuideStretchIntent": stretch.guide,
    "ListExercisesIntent": stretch.list_exercises,
    "ReadyIntent": stretch.nothing_running,
    "PaceIntent": stretch.nothing_running,
    "HowMuchLeftIntent": stretch.nothing_running,
    "TooPainfulIntent": checkup.told,
    "CareForIntent": everywhere.care_for,
    "OtherProblemIntent": everywhere.not_a_back,
    "ReliefIntent": advice.relief,
    "LearnIntent": advice.learn,
    "ProgressIntent": tracking.progress,
    "StartDiaryIntent": tracking.start_diary,
    "StopDiaryIntent": tracking.stop_diary,
    "WhatYouKeepIntent": tracking.what_you_keep,
    "ShareIntent": tracking.share,
    "StopSharingIntent": tracking.stop_sharing,
    "ForgetMeIntent": tracking.forget,
    "RemindIntent": reminders.remind,
    "ChangeReminderIntent": reminders.change,
    "RemindersIntent": reminders.list_,
    "StopRemindersIntent": reminders.stop,
    "TimerIntent": timers.timer,
    "TimeLeftIntent": timers.time_left,
    "StopTimerIntent": timers.stop_timer,
    "Connections.Response": errands.permission_answered,
    "AMAZON.HelpIntent": everywhere.help_,
    "AMAZON.StopIntent": everywhere.stop,
    "AMAZON.CancelIntent": everywhere.stop,
    "AMAZON.NavigateHomeIntent": everywhere.stop,
    "AMAZON.RepeatIntent": asking.repeat,
    "AMAZON.StartOverIntent": checkup.start_over,
    "AMAZON.PauseIntent": stretch.nothing_running,
    "AMAZON.ResumeIntent": stretch.welcome_back,
    "AMAZON.NextIntent": stretch.nothing_running,
    "AMAZON.PreviousIntent": checkup.back,
    "AMAZON.FallbackIntent": everywhere.not_understood,
}

IN_AN_EMERGENCY: Mapping[str, Handler] = {
    "AMAZON.HelpIntent": checkup.back_to_the_emergency,
    "AMAZON.FallbackIntent": checkup.back_to_the_emergency,
    "WhatDoYouMeanIntent": checkup.back_to_the_emergency,
    "NotSureIntent": checkup.back_to_the_emergency,
    "SkipIntent": checkup.back_to_the_emergency,
    "OtherProblemIntent": checkup.back_to_the_emergency,
    "WhyIntent": checkup.why_now,
    "AMAZON.RepeatIntent": checkup.say_again,
}
"""What is answered with the emergency that stands, where no question about health is open."""

WHILE: Mapping[str, Mapping[str, Handler]] = {
    "stretch": {
        YES: stretch.yes,
        NO: stretch.no,
        "NotSureIntent": stretch.not_sure,
        "NoneOfThoseIntent": stretch.no,
        "SymptomIntent": stretch.told,
        "AnswerIntent": stretch.told,
        "PainScoreIntent": stretch.told,
        "BackPainIntent": stretch.back_pain,
        "WhatDoYouMeanIntent": stretch.explain,
        "IsThisNormalIntent": stretch.is_it_normal,
        "ReadyIntent": stretch.ready,
        "PaceIntent": stretch.change_pace,
        "HowMuchLeftIntent": stretch.how_many_left,
        "TooPainfulIntent": stretch.hurts,
        "SkipIntent": stretch.next_exercise,
        "AMAZON.PauseIntent": stretch.pause,
        "AMAZON.ResumeIntent": stretch.ready,
        "AMAZON.NextIntent": stretch.next_exercise,
        "AMAZON.PreviousIntent": stretch.previous,
        "AMAZON.RepeatIntent": stretch.repeat,
        "AMAZON.StartOverIntent": stretch.start_over,
        "AMAZON.FallbackIntent": stretch.not_understood,
    },
    "tracking": {
        "AnswerIntent": tracking.score,
        NO: checkup.nothing_more,
        "NotSureIntent": checkup.nothing_more,
        "SkipIntent": checkup.nothing_more,
    },
    "advice": {
        "AMAZON.HelpIntent": advice.help_,
        "AMAZON.NextIntent": advice.more,
        "AMAZON.ResumeIntent": advice.more,
    },
}

_ANOTHER_TIME: Mapping[str, Handler] = {
    NO: reminders.declined,
    "SkipIntent": reminders.declined,
    "NoneOfThoseIntent": reminders.declined,
    "RemindIntent": reminders.amend,
    "ChangeReminderIntent": reminders.amend,
    "AnswerIntent": reminders.amend,
    "AMAZON.HelpIntent": errands.help_,
    "WhatDoYouMeanIntent": errands.help_,
}

_THAT_IS_ALL: Mapping[str, Handler] = {NO: checkup.nothing_more, THANKS: checkup.nothing_more}

CHOICES: Mapping[str, Mapping[str, Handler]] = {
    "stretch": {YES: stretch.guide, NO: checkup.nothing_more},
    "rest": {YES: stretch.rest, NO: checkup.nothing_more},
    "more": {**_THAT_IS_ALL, YES: checkup.more},
    "what_else": _THAT_IS_ALL,
    "what_next": _THAT_IS_ALL,
    "say_again": {**_THAT_IS_ALL, YES: checkup.say_again},
    "check": {YES: follow_up.back_pain, NO: checkup.nothing_more},
    "anything_new": {
        YES: checkup.more,
        NO: checkup.told_nothing_new,
        "NotSureIntent": follow_up.ask_all_again,
        "NoneOfThoseIntent": checkup.told_nothing_new,
    },
    "seen": {
        YES: follow_up.seen,
        NO: follow_up.not_seen,
        "NotSureIntent": follow_up.not_seen,
        "SkipIntent": follow_up.not_seen,
    },
    "plan": {
        YES: follow_up.with_plan,
        NO: follow_up.without_plan,
        "NotSureIntent": follow_up.without_plan,
        "SkipIntent": follow_up.without_plan,
    },
    "unfinished": {YES: follow_up.finish, NO: everywhere.start_afresh},
    "same_trouble": {
        YES: follow_up.still_the_same,
        NO: follow_up.another_trouble,
        "NotSureIntent": follow_up.another_trouble,
        "SkipIntent": follow_up.another_trouble,
    },
    "diary": {YES: tracking.agree, NO: tracking.decline},
    "share": {YES: tracking.share_yes, NO: tracking.share_no},
    "forget": {YES: tracking.forget_yes, NO: tracking.forget_no},
    "hear_more": {YES: advice.more, NO: checkup.nothing_more},
    "which_topic": {NO: checkup.nothing_more},
    "reminder": {**_ANOTHER_TIME, YES: reminders.confirmed},
    "reminder_time": _ANOTHER_TIME,
    "timer_length": {
        NO: reminders.declined,
        "SkipIntent": reminders.declined,
        "AnswerIntent": timers.timer,
        "AMAZON.HelpIntent": errands.help_,
        "WhatDoYouMeanIntent": errands.help_,
    },
    "stop_reminders": {YES: reminders.stop_all, NO: reminders.keep_all},
    "medicine_gate": {
        YES: advice.gate_yes,
        NO: advice.gate_no,
        "NoneOfThoseIntent": advice.gate_no,
        "NotSureIntent": advice.gate_yes,
        "SkipIntent": advice.gate_yes,
        "SymptomIntent": advice.gate_news,
        "AnswerIntent": advice.gate_news,
        "OtherProblemIntent": advice.gate_yes,
        "WhyIntent": advice.gate_why,
        "AMAZON.HelpIntent": advice.gate_why,
        "WhatDoYouMeanIntent": advice.gate_why,
        "AMAZON.FallbackIntent": advice.gate_yes,
    },
}
"""What yes and no mean to a question that is not triage, by what it is about."""


ABOUT_NOBODY_ELSE = frozenset({"ForgetMeIntent", "ShareIntent", "WhatYouKeepIntent"})
"""Intents that name a person without the talk turning to that person."""


def answer(turn: Turn) -> Reply:
    """The reply to a turn. The turn's state is changed to what the conversation is now.

    What the turn changed is written down where that is wanted; a memory that fails costs nothing.
    """
    state = turn.state
    state.turns += 1
    state.began = state.began or turn.at.timestamp()
    if not state.recalled:
        remembering.recall(turn)
    was = _caught_up(turn)
    if turn.intent in LEAVING and not turn.heard.facts():
        reply, verdict = everywhere.stop(turn), was and was.verdict
        state.asking = reply.asking
    else:
        reply = _reply(turn)
        verdict = reply.verdict
    if was:
        remembering.keep(turn, was, verdict)
    return reply


def leave(turn: Turn) -> None:
    """The session is over without a word: the place in an exercise is kept for the next."""
    was = _caught_up(turn)
    if was:
        remembering.keep(turn, was, was.verdict)


def _caught_up(turn: Turn) -> remembering.Before | None:
    """How things stood when the turn began; None where nothing is kept.

    What has been counted aloud since is done, and written down.
    """
    was = _before(turn) if turn.memory.keeps else None
    counting.catch_up(turn)
    if was:
        remembering.keep_done(turn, was)
    return was


def _before(turn: Turn) -> remembering.Before:
    """How things stood when the turn began; the verdict too, where a diary holds those."""
    known, diary = turn.state.known, remembering.keeps_diary(turn)
    return remembering.before(turn.state, checkup.standing(known) if diary else None)


def _reply(turn: Turn) -> Reply:
    state = turn.state
    say = [] if turn.intent in ABOUT_NOBODY_ELSE else everywhere.about_whom(turn)
    state.start = before = state.known
    missed = state.missed
    doubtful = listening.to_confirm(state, turn.heard)
    listening.note(state, turn.heard)
    if _new_emergency(before, state.known):
        reply = checkup.emergency(turn)
    elif doubtful:
        reply = checkup.confirm(turn, doubtful)
    else:
        reply = _handler(turn)(turn)
    state.missed = state.missed if state.missed > missed else 0
    state.asking, state.step = reply.asking, reply.step
    stretch.keep_only_allowed(turn)
    if verdict := checkup.standing(state.known):
        reply = reply._replace(verdict=verdict)
    reply = everywhere.named_once(state.person, say, reply)
    return everywhere.with_disclaimer(turn, reply)


def _new_emergency(before: Known, now: Known) -> bool:
    """Whether there is an emergency now, for a reason that was not there before."""
    verdict = triage.so_far(now)
    return verdict.level == "emergency" and bool(
        set(verdict.because) - set(triage.so_far(before).because)
    )


def _handler(turn: Turn) -> Handler:
    asked, doing = turn.state.asking, turn.state.doing
    if asked and asked.form == "choice":
        choice = CHOICES.get(asked.about[0], {}).get(turn.intent)
        if choice:
            return choice
    errands.let_drop(turn)
    if turn.intent in IN_AN_EMERGENCY and checkup.emergency_stands(turn):
        return IN_AN_EMERGENCY[turn.intent]
    while_ = WHILE.get(doing or "", {})
    return while_.get(turn.intent) or ANYTIME.get(turn.intent, everywhere.not_understood)
