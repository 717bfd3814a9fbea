"""Compares ways of understanding on the test sets, in one table. Run: python tests/compare_...

Ours, what an Alexa-like matcher would carry with the model alone, and three off-the-shelf methods:
the nearest sample by rapidfuzz, TF-IDF with logistic regression (scikit-learn), and hassil's
templates. Each learns from the interaction model alone. Not part of the tests.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections import defaultdict
from functools import cache
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from rapidfuzz import fuzz, process
from test_understanding import SUNDAY, UNDERSTANDING, cases, measure, situation

from skill import interaction_model
from skill.content.signs import signs
from skill.speaker.quantities import quantities
from skill.speaker.wording import as_sentence, undone

FALLBACK = "AMAZON.FallbackIntent"
SLOT = re.compile(r"\{(\w+)\}")
EXAMPLES = {
    "AMAZON.NUMBER": ["six", "seven", "twenty", "three"],
    "AMAZON.DURATION": ["two days", "a week", "ten minutes", "three weeks"],
    "AMAZON.DATE": ["yesterday", "tuesday", "last night"],
    "AMAZON.TIME": ["eight am", "half past seven"],
    "AMAZON.FirstName": ["anna", "tom", "margaret"],
}
KIND_OF = {
    "number": "AMAZON.NUMBER",
    "age": "AMAZON.NUMBER",
    "weeks": "AMAZON.NUMBER",
    "duration": "AMAZON.DURATION",
    "date": "AMAZON.DATE",
    "time": "AMAZON.TIME",
}
POLARITY = {
    "Symptom": True,
    "Also": True,
    "Denied": False,
    "NorEither": False,
    "Unsure": "unknown",
}
SEVERAL = {"SYMPTOM", "CONDITION", "PART", "SIGN"}  # types of slots that take several values
LONGEST_VALUE = 12  # words


class Model:
    """The interaction model, as any method may learn from it."""

    def __init__(self, locale="en-US"):
        language = interaction_model.load(locale)["interactionModel"]["languageModel"]
        self.samples = [
            (intent["name"], sample, {s["name"]: s["type"] for s in intent.get("slots", ())})
            for intent in language["intents"]
            for sample in intent["samples"]
        ]
        self.ids = {kind["name"]: defaultdict(list) for kind in language["types"]}
        for kind in language["types"]:
            for value in kind["values"]:
                for text in [value["name"]["value"], *value["name"]["synonyms"]]:
                    self.ids[kind["name"]][plain(text)].append(value["id"])
        self.values = {
            kind: {text: ids[0] for text, ids in found.items()} for kind, found in self.ids.items()
        }

    def written_out(self):
        """Texts with (intent, findings): each sample filled in, and each symptom by itself."""
        chance = random.Random(1)
        known = {kind: list(found) for kind, found in self.values.items()} | EXAMPLES
        for intent, sample, types in self.samples:
            for _ in range(2 if "{" in sample else 1):
                text, findings = sample, {}
                for name in SLOT.findall(sample):
                    said = chance.choice(known[types[name]])
                    text = text.replace(f"{{{name}}}", said)
                    if name in POLARITY:
                        findings[self.values["SYMPTOM"][said]] = POLARITY[name]
                yield plain(text), intent, findings
        for text, finding in self.values["SYMPTOM"].items():
            yield text, "SymptomIntent", {finding: True}


def plain(text):
    """The words of a text alone."""
    return as_sentence(undone(text)).plain


def spelt_out(sample):
    """A sample with its contractions undone and its slots as they are."""
    slots = iter(SLOT.findall(sample))
    return re.sub(r"xslotx", lambda _: f"{{{next(slots)}}}", undone(SLOT.sub("xslotx", sample)))


class AlexaLike:
    """Samples word for word, slots holding values word for word, several values with "and"."""

    def __init__(self, model):
        self.ids = model.ids
        self.templates = []
        for intent, sample, types in model.samples:
            pieces = [
                (name, types[name]) if name else word
                for name, word in re.findall(r"\{(\w+)\}|([^\s{}]+)", spelt_out(sample))
            ]
            self.templates.append((intent, pieces, {p for p in pieces if isinstance(p, str)}))

    def __call__(self, case):
        words = plain(case["text"]).split()
        spans = self._spans(words)
        present, best = set(words), None
        for intent, pieces, needed in self.templates:
            if needed <= present and (best is None or len(pieces) > best[2]):
                found = self._lay(pieces, words, spans, 0)
                if found is not None:
                    best = (intent, found, len(pieces) * (1 if needed else 0.5))
        if best is None:
            return SimpleNamespace(intent=built_in(words), findings={})
        said = defaultdict(list)
        for name, values in best[1]:
            said[name] += values
        findings = {value: POLARITY[name] for name in POLARITY for value in said[name]}
        for name, verdict in (("DeniedSign", False), ("Sign", True)):
            findings |= dict.fromkeys(signs().together(said["Part"], said[name]), verdict)
        return SimpleNamespace(intent=best[0], findings=findings)

    def _spans(self, words):
        """(slot type, first) -> the (end, ids) of each value that begins there."""
        spans = defaultdict(list)
        for first in range(len(words)):
            for end in range(first + 1, min(len(words), first + LONGEST_VALUE) + 1):
                text = " ".join(words[first:end])
                for kind, ids in self.ids.items():
                    if text in ids:
                        spans[kind, first].append((end, tuple(ids[text])))
                if kind := quantity_kind(text):
                    spans[kind, first].append((end, (text,)))
        for kind, first in [key for key in spans if key[0] in SEVERAL]:
            for end, ids in list(spans[kind, first]):
                after = end + 1 if words[end : end + 1] == ["and"] else end
                for last, more in spans.get((kind, after), ()):
                    spans[kind, first].append((last, (*ids, *more)))
        return spans

    def _lay(self, pieces, words, spans, at):
        if not pieces:
            return [] if at == len(words) else None
        piece, rest = pieces[0], pieces[1:]
        if isinstance(piece, str):
            fits = at < len(words) and words[at] == piece
            return self._lay(rest, words, spans, at + 1) if fits else None
        name, kind = piece
        for end, ids in sorted(spans.get((kind, at), ()), reverse=True):
            if (found := self._lay(rest, words, spans, end)) is not None:
                return [(name, ids), *found]
        return None


@cache
def quantity_kind(text):
    """The built-in slot type the whole of `text` is a value of, if any."""
    found = quantities(as_sentence(text), SUNDAY)
    whole = len(found) == 1 and found[0].first == 0 and found[0].last == len(text.split()) - 1
    return KIND_OF[found[0].kind] if whole else None


def built_in(words):
    """What Amazon's own samples of its intents would take (the same list ours has)."""
    controls = {
        plain(text): intent
        for intent, texts in interaction_model.heard("en-US")["controls"].items()
        for text in texts
    }
    return controls.get(" ".join(words), FALLBACK)


def nearest(model):
    """The nearest written-out sample by rapidfuzz's ratio, at 75 or better."""
    known = list(model.written_out())
    texts = [text for text, _, _ in known]

    def understand(case):
        words = plain(case["text"])
        if (intent := built_in(words.split())) != FALLBACK:
            return SimpleNamespace(intent=intent, findings={})
        found = process.extractOne(words, texts, scorer=fuzz.ratio, score_cutoff=75)
        _, intent, findings = known[found[2]] if found else ("", FALLBACK, {})
        return SimpleNamespace(intent=intent, findings=findings)

    return understand


def classifier(model):
    """TF-IDF of words and pairs, and logistic regression: one for intents, one for a finding."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    known = list(model.written_out())
    counts = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    table = counts.fit_transform([text for text, _, _ in known])
    intents = LogisticRegression(max_iter=200, C=10).fit(table, [intent for _, intent, _ in known])
    named = [str(next(iter(found.items()), ("", True))) for _, _, found in known]
    finding = LogisticRegression(max_iter=100, C=10).fit(table, named)

    def understand(case):
        words = plain(case["text"])
        if (intent := built_in(words.split())) != FALLBACK:
            return SimpleNamespace(intent=intent, findings={})
        row = counts.transform([words])
        sure = intents.predict_proba(row).max() > 0.4
        name, verdict = re.findall(r"'(.*?)'|(True|False|unknown)", finding.predict(row)[0])[:2]
        findings = {name[0]: verdict[1] == "True"} if name[0] and sure else {}
        return SimpleNamespace(
            intent=intents.predict(row)[0] if sure else FALLBACK, findings=findings
        )

    return understand


def templates(model):
    """hassil over the same samples and values."""
    from hassil import Intents, recognize_best

    types = {name: kind for _, _, slots in model.samples for name, kind in slots.items()}
    lists = {
        name: {
            "values": [
                {"in": text.replace("'", ""), "out": found}
                for text, found in model.values[kind].items()
            ]
        }
        if kind in model.values
        else {"values": EXAMPLES[kind]}
        for name, kind in types.items()
    }
    sentences = defaultdict(list)
    for intent, sample, _ in model.samples:
        sentences[intent].append(spelt_out(sample).replace("'", ""))
    known = Intents.from_dict(
        {
            "language": "en",
            "intents": {name: {"data": [{"sentences": said}]} for name, said in sentences.items()},
            "lists": lists,
        }
    )

    def understand(case):
        words = plain(case["text"]).replace("'", "")
        if (intent := built_in(words.split())) != FALLBACK:
            return SimpleNamespace(intent=intent, findings={})
        found = recognize_best(words, known)
        if found is None:
            return SimpleNamespace(intent=FALLBACK, findings={})
        findings = {e.value: POLARITY[e.name] for e in found.entities_list if e.name in POLARITY}
        return SimpleNamespace(intent=found.intent.name, findings=findings)

    return understand


METHODS = {
    "ours": lambda _model: lambda case: UNDERSTANDING.understand(**situation(case)),
    "Alexa-like, model alone": AlexaLike,
    "rapidfuzz, nearest sample": nearest,
    "TF-IDF + logistic regression": classifier,
    "hassil templates": templates,
}


def main():
    """Print the table."""
    model = Model()
    head = "intents  precision  recall  dangers  false alarms      ms"
    print(f"{'method':<30} {'set':<11} {head}")
    for name, learn in METHODS.items():
        if sys.argv[1:] and not any(part in name for part in sys.argv[1:]):
            continue
        try:
            understand = learn(model)
        except ImportError as error:
            print(f"{name:<30} needs {error.name}: pip install hassil scikit-learn")
            continue
        for which in ("kept_aside", "fresh", "blind_1", "blind_2", "blind_3", "blind_8"):
            chosen = cases(which)
            started = time.perf_counter()
            got = measure(chosen, understand)
            took = (time.perf_counter() - started) * 1000 / len(chosen)
            print(
                f"{name:<30} {which:<11} {got.intents:7.1%}  {got.precision:9.1%}  "
                f"{got.recall:6.1%}  {got.dangers_heard:7.1%}  {got.false_alarms:12.1%}  "
                f"{took:6.2f}"
            )


if __name__ == "__main__":
    main()
