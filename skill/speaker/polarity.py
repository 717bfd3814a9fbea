"""Whether a finding that was named is there, not there, not sure, or not meant at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from skill.speaker.phrases import OUTRIGHT, Match
from skill.speaker.wording import Sentence, any_of
from skill.speaker.words import MARKS, word_set

Polarity = bool | Literal["unknown"] | None
"""None: named, but neither said to be there nor denied (long past, only feared, a question)."""

UNKNOWN: Literal["unknown"] = "unknown"

# What has been stays true: these may lie years back and still count.
_HISTORY = word_set(
    """
    cancer_history bone_risk recurrent already_assessed blood_thinner first_episode
    over_two_weeks age_extreme
    """
)
# These mean new or getting worse; what has been so for years and is unchanged is something else.
_NEW_ONLY = word_set(
    """
    leg_weakness both_legs saddle_numbness bladder_or_bowel limb_feeling_lost balance_loss
    one_sided_numbness
    """
)
# Gone again within the day, these still need to be asked about.
_NEVER_JUST_GONE = word_set(
    """
    bladder_or_bowel saddle_numbness leg_weakness both_legs limb_feeling_lost one_sided_numbness
    balance_loss chest_pain abdominal_tearing severe_headache bleeding_sign
    """
)
_SAID_BESIDE = frozenset({"already_assessed", "clear_trigger"})  # of the other findings
ALWAYS_HEARD = frozenset({"self_harm", "medicine_overdose"})
_PAST_TENSE = word_set(
    """
    was were had did went got felt lost gave used could couldn't cannot passed took came been
    wet fell fainted
    """
)
_NOTS = frozenset({"no", "not", "never", "without"})
_NEAR = 3  # words before an explanation in which it may be denied: "I've not been dieting"
_UNSURE_WITHIN = 6  # words after a finding in which a doubt of it may follow
_AFTER_FINDING = 4  # words within which a denial may follow: "numbness, no not really"


class Judge:
    """Judges findings by the small words around them."""

    def __init__(
        self,
        cues: Mapping[str, Sequence[str]],
        explained: Mapping[str, Sequence[str]],
        unexplained: Mapping[str, Sequence[str]],
        kin: Collection[str],
    ) -> None:
        """Learn the locale's small words, and what explains a finding away.

        What is `unexplained` among the words of a finding is never explained by anything. `kin`
        are the words for somebody of one's own: what is said of them is no story.
        """
        self._own = _OWN | frozenset(kin)
        self._cues = {name: any_of(words) for name, words in cues.items()}
        self._explained = {name: any_of(words) for name, words in explained.items()}
        self._unexplained = {name: any_of(words) for name, words in unexplained.items()}

    def judge(self, sentence: Sentence, matches: Sequence[Match]) -> list[Polarity]:
        """For each match of a finding, whether it is there; see `Polarity`."""
        hearing = _Hearing(sentence, matches, self._cues, self._own)
        return [
            hearing.if_explained(match)
            if self._is_explained(match, hearing)
            else hearing.polarity(match)
            for match in matches
        ]

    def _is_explained(self, match: Match, hearing: _Hearing) -> bool:
        """Whether it has a cause that is none of ours: "puffed out after that one"."""
        if match.id not in self._explained or match.kind == OUTRIGHT:
            return False
        found = self._explained[match.id].search(hearing.text)
        if found is None or _NOTS & set(hearing.text[: found.start()].split()[-_NEAR:]):
            return False
        telling = self._unexplained.get(match.id)
        plainly = telling is not None and telling.search(hearing.own(match)) is not None
        return not plainly and not self.has("lasting_on", hearing.text)

    def has(self, cue: str, text: str) -> bool:
        """Whether a cue of that name is in the text."""
        return bool(self._cues[cue].search(text))


class _Hearing:
    """One sentence with its findings."""

    def __init__(
        self,
        sentence: Sentence,
        matches: Sequence[Match],
        cues: Mapping[str, re.Pattern[str]],
        own: frozenset[str],
    ) -> None:
        self._words = sentence.words
        self._ones_own = own
        self._cues = cues
        self._taken = {
            place for match in matches for place in match.places if match.kind != OUTRIGHT
        }
        self._ends = {match.last for match in matches}
        self._matches = tuple(matches)
        self._clauses = sentence.clauses
        self.text, self._offsets = _joined(self._words)
        self._denied = self._denials()

    def if_explained(self, match: Match) -> Polarity:
        """What is left of a finding that has a plain cause: a doubt, where it is too grave."""
        return UNKNOWN if match.id in ALWAYS_HEARD and self.polarity(match) else None

    def polarity(self, match: Match) -> Polarity:
        """Whether the finding of `match` is there."""
        says_no = self._words[match.first] in _NOTS  # "no hope and no reason to live"
        denied = (self._denied[match.first] and not says_no) or self._denied_inside(match)
        if self._denied_after(match):
            denied = True
        if not denied and self._told(match):
            return None
        if match.id in ALWAYS_HEARD:
            passed = self._asked_in_general(match) or self._long_past(self._around(match))
            return UNKNOWN if passed and not denied else not denied
        if not denied and self._not_meant(match):
            return None
        if not denied and self._feared(match):
            return UNKNOWN if match.id in _NEVER_JUST_GONE else None
        if self._unsure(match):
            return UNKNOWN
        if denied:
            return False
        return self._unless_gone(match)

    # --- denial ---------------------------------------------------------------------------

    def _denials(self) -> list[bool]:
        """For each word whether it stands under a "no"."""
        spared = self._words_of("not_denying")
        deniers = {
            place
            for first, last in self._found("denies")
            for place in range(first, last + 1)
            if place not in self._taken and place not in spared
        }
        ends = self._words_of("ends_denial")
        states: list[bool] = []
        denying = False
        for place in range(len(self._words)):
            if place in deniers:
                denying = not self._only_an_answer(place)
            elif denying and (place in ends or self._begins_anew(place)):
                denying = False
            states.append(denying)
        return states

    def _only_an_answer(self, place: int) -> bool:
        """Whether this "no" answers the question before, rather than denying what follows."""
        if self._words[place] != "no":
            return False
        following = self._words[place + 1] if place + 1 < len(self._words) else ","
        return following in MARKS or following in _SPEAKING_ANEW | _AFTER_NO

    def _begins_anew(self, place: int) -> bool:
        """Whether a new statement starts here, which an earlier "no" does not reach."""
        word, before = self._words[place], self._words[place - 1] if place else ""
        if before in {".", ";", "!", "?"}:
            return True
        if place and self._clauses[place] != self._clauses[place - 1]:
            return not self._list_goes_on(place)
        if word not in _SPEAKING_ANEW:
            return False
        if before in {",", "and", "so", "because", "but"} or place - 1 in self._ends:
            return not self._list_goes_on(place)
        return word == "i" and before not in _I_GOES_ON

    def _list_goes_on(self, place: int) -> bool:
        """Whether "my ..." is one more item after "no", not a statement: nothing is said of it."""
        rest = [word for word in self._words[place + 1 : place + 6] if word not in MARKS]
        return self._words[place] in {"the", "any"} and not set(rest) & _VERBS

    def _denied_inside(self, match: Match) -> bool:
        """Whether a "not" stands between the words of the finding: "my foot is not dragging"."""
        inside = range(match.first + 1, match.last)
        return any(
            self._denied[place] and not self._denied[match.first]
            for place in inside
            if place not in match.places and self._words[place] in {"not", "no", "never"}
        )

    def _denied_after(self, match: Match) -> bool:
        """Whether "no" follows and answers the finding: "fever no", "numbness, none"."""
        following = " ".join(
            word
            for word in self._words[match.last + 1 : match.last + 1 + _AFTER_FINDING]
            if word not in {",", "is", "are", "at", "all"}
        )
        found = self._cues["answers_no"].match(following)
        if not found:
            return False
        rest = following[found.end() :].split()
        # "fever no numbness": this "no" belongs to what comes after it.
        return not rest or rest[0] in MARKS | _SPEAKING_ANEW | _AFTER_NO | _ROUNDS_OFF

    # --- doubt, fear and supposition --------------------------------------------------------

    def _unsure(self, match: Match) -> bool:
        before = self._clause_before(match)
        found = list(self._cues["unsure"].finditer(before))
        if found:
            between = before[found[-1].end() :]
            return (
                not self._cues["sure"].search(before + self.own(match))
                and "but" not in between.split()
            )
        until = match.last + 1 + _UNSURE_WITHIN
        if self._next_finding(match) < min(until + _NEAR, len(self._words)):
            return False  # "I can pee, but I'm not sure about the numbness"
        after = " ".join(self._words[match.last + 1 : until]).lstrip(" ,")
        after = re.sub(r"^(?:but|or|and) ", "", after)
        return bool(self._cues["unsure_after"].match(after))

    def _not_meant(self, match: Match) -> bool:
        before = self._clause_before(match)
        if self._cues["family"].search(self.text if match.id in _HISTORY else before):
            return True
        if (
            match.id == "both_legs"
            and "other" in self._words[match.first : match.last + 1]
            and self._over(self.text)
        ):
            return True  # "a foot drop that healed years ago, now it's the other leg": one leg
        if self._asked_in_general(match):
            return True
        supposed = list(self._cues["supposing"].finditer(before))
        if supposed:
            after = " ".join(self._words[match.last + 1 :])
            mine = f"{before[supposed[-1].end() :]}{self.own(match)} {after}"
            return not (self._cues["not_supposing"].search(mine) or self._of_kin(mine))
        return False

    def _told(self, match: Match) -> bool:
        """Whether it is part of a story: "there was a woman on the telly who wet herself".

        Not what happens to the speaker while they watch one.
        """
        told = self._cues["told"].search(self.text)
        if told is None or self._cues["in_it"].search(self.text):
            return False
        story = self._offsets[told.end() - 1] + 1
        before = range(story if story <= match.first else 0, match.last + 1)
        here = self._clauses[match.first]
        return not any(
            self._words[at] in self._ones_own and self._clauses[at] == here for at in before
        )

    def _asked_in_general(self, match: Match) -> bool:
        """Whether it is what anybody might have: "can you wet yourself with a bad back".

        Not what somebody of one's own has: "can you get help, dad can't feel his legs".
        """
        before = self._clause_before(match)
        asked = self._cues["general"].search(before + self.own(match))
        if asked is None or asked.start() > len(before):
            return False
        return not self._of_kin((before + self.own(match))[asked.end() :])

    def _of_kin(self, text: str) -> bool:
        return bool((self._ones_own - _OWN) & set(text.split()))

    def _feared(self, match: Match) -> bool:
        before = self._clause_before(match)
        feared = list(self._cues["fearing"].finditer(before))
        if not feared:
            return False
        rest = before[feared[-1].end() :] + self.own(match)
        return not re.match(r" (?:the|this|these) ", rest) and not (
            self._cues["not_supposing"].search(rest)
        )

    # --- what is over, and what was always so ------------------------------------------------

    def _unless_gone(self, match: Match) -> Polarity:
        if match.id in _HISTORY:
            return True
        around = self._around(match)
        since_then = self._words[max(match.first - 2, 0) : match.first][:1] == ("since",)
        if self._long_past(around, since_then=since_then):
            return None  # "since my stroke ten years ago"
        if self._gone_again(match):
            recent = self._cues["recent"].search(self.text)
            return UNKNOWN if recent and match.id in _NEVER_JUST_GONE else None
        if match.id in _NEW_ONLY and self._always_so(around):
            return None
        return True

    def _long_past(self, around: str, *, since_then: bool = False) -> bool:
        """Whether it lies years back, and the words around it do not say that it is so still."""
        past = self._cues["long_ago"].search(around)
        around = self._cues["never_since"].sub("", around)  # "fine ever since" is not so still
        return bool(past and (since_then or not self._cues["still_so"].search(around)))

    def _over(self, text: str) -> bool:
        return bool(self._cues["long_ago"].search(text) and self._cues["resolved"].search(text))

    def _gone_again(self, match: Match) -> bool:
        after = " ".join(self._words[match.last + 1 : self._next_finding(match)])
        after = self._cues["turned"].sub("", after)  # "it's gone white" is not gone
        at_once = self._cues["resolved"].search(" ".join(after.split()[:4]))
        if at_once and not self._cues["partly"].search(after) and "but" not in after.split()[:3]:
            return True
        if not self._cues["resolved"].search(after) or self._cues["partly"].search(after):
            return False
        if re.search(r"\bbut (?:my|the) \w+ (?:is|are|has|feels)\b", after):
            return False  # "my leg is numb but my back is fine now"
        before = self._words[max(0, match.first - 4) : match.last + 1]
        return bool(set(before) & _PAST_TENSE)

    def _always_so(self, around: str) -> bool:
        lasting = self._cues["long_standing"].search(around)
        return bool(
            lasting
            and (self._cues["unchanged"].search(around) or self._cues["years_back"].search(around))
            and not _CHANGED.search(self.text)
        )

    # --- the words around ---------------------------------------------------------------------

    def own(self, match: Match) -> str:
        """The words of a finding, and what stands between them."""
        return " " + " ".join(self._words[match.first : match.last + 1])

    def _clause_before(self, match: Match) -> str:
        clause = self._clauses[match.first]
        return " ".join(
            word
            for place, word in enumerate(self._words[: match.first])
            if self._clauses[place] == clause
        )

    def _next_finding(self, match: Match) -> int:
        """The place where another finding begins: what is said from there on is about that one."""
        later = [
            other.first
            for other in self._matches
            if other.first > match.last and other.id not in _SAID_BESIDE | {match.id}
        ]
        return min(later, default=len(self._words))

    def _around(self, match: Match) -> str:
        """The words about this finding: of its clauses, and of one after that has none itself."""
        clause, last = self._clauses[match.first], self._clauses[match.last]
        others = {
            self._clauses[place]
            for other in self._matches
            if other.id not in _SAID_BESIDE | {match.id}
            for place in other.places
        }
        return " ".join(
            word
            for place, word in enumerate(self._words)
            if clause <= self._clauses[place] <= last + 1
            and (self._clauses[place] <= last or self._clauses[place] not in others)
            and (self._clauses[place] == clause or place < self._next_finding(match))
            and place not in match.places
        )

    def _found(self, cue: str) -> list[tuple[int, int]]:
        return [
            (self._offsets[found.start()], self._offsets[found.end() - 1])
            for found in self._cues[cue].finditer(self.text)
        ]

    def _words_of(self, cue: str) -> set[int]:
        return {
            place for first, last in self._found(cue) for place in range(first, last + 1)
        } - self._taken


_CHANGED = re.compile(r"\b(?:(?<!any )worse|suddenly|new since|never been|first time)\b")
_SPEAKING_ANEW = word_set(
    "i my me he his she her they their it there now both we but yes the mum dad"
)
_AFTER_NO = word_set("wait well actually sorry hang hold look listen okay please both god")
_I_GOES_ON = word_set(
    """
    when if that as than where while whenever before after should can how what which do have
    did had am was and or not do know think say
    """
)
_OWN = word_set("i me my")
_ROUNDS_OFF = word_set("none not no never really thanks thank just but though at of yet so")
_VERBS = word_set(
    """
    is are was were has have had feels feel keeps keep hurts hurt gives gave went goes drags
    cannot wont does did got gets aches burns started been
    """
)


def _joined(words: Collection[str]) -> tuple[str, list[int]]:
    """The words as one text, and for each of its characters the place of the word."""
    offsets: list[int] = []
    for place, word in enumerate(words):
        offsets += [place] * (len(word) + 1)
    return " ".join(words), offsets
