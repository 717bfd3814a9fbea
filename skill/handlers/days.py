"""How long ago something was, as acts that say so."""

from __future__ import annotations

from skill.turn import Act, act

DAYS_A_WEEK = 7
WEEKS_FROM = 14  # days; from here on weeks say it better


def ago(count: int) -> Act:
    """A number of days ago: today, yesterday, three days ago, about two weeks ago."""
    if count <= 1:
        return act("days_ago.yesterday" if count == 1 else "days_ago.today")
    if count < WEEKS_FROM:
        return act("days_ago.days", count=count)
    return act("days_ago.weeks", count=round(count / DAYS_A_WEEK))
