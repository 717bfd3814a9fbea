"""Learns which words go with a danger, and with which, for `skill.speaker.second_opinion`.

    .venv/bin/pip install scikit-learn && make learn

It learns from the phrases of every finding, from the samples of every intent, from what people say
of each danger (`content/words/*.dangers.toml`), from the blind sets among the cases and from what
came up since. The other sets are not learnt from: the tests measure on those.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from math import sqrt
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from skill import interaction_model
from skill.content.reading import read
from skill.speaker.knowledge import Knowledge
from skill.speaker.phrases import EMERGENCIES
from skill.speaker.second_opinion import ANY, features, learnt, spoken_roots

CASES = Path(__file__).parent / "cases"
CARRIES = ("{Symptom}", "{Sign}", "{Also}")  # slots that a danger may stand in
SPOKEN = {"Person": "my mum", "Duration": "two days", "Severity": "five", "Area": "lower back"}
OF_PEOPLE = 3  # times as telling: a sentence somebody said, against a phrase out of context
LEAST_TOLD = 1.0  # a smaller weight is left out
FIRMNESS = 100.0  # the inverse strength of regularisation

Labelled = tuple[str, set[str], float]


def main() -> None:
    """Write the file of one locale, and say how large it is."""
    locale = "en-US"
    knows = Knowledge(locale)
    texts, labels, weights = zip(*labelled(locale), strict=True)
    seen = CountVectorizer(analyzer=list, binary=True, min_df=2)
    spoken = [spoken_roots(knows.speller.mended(knows.wording.sentence(t))) for t in texts]
    counts = seen.fit_transform([list(features(one)) for one in spoken])
    lengths = np.array([sqrt(max(1, len(set(features(one))))) for one in spoken])
    scaled = csr_matrix(counts.multiply(1 / lengths[:, None]))
    names = seen.get_feature_names_out()
    data: dict = {"bias": {}, "weights": {}}
    for danger in (ANY, *sorted(EMERGENCIES)):
        there = [bool(label) if danger == ANY else danger in label for label in labels]
        model = LogisticRegression(C=FIRMNESS, solver="liblinear").fit(scaled, there, weights)
        data["bias"][danger] = round(float(model.intercept_[0]), 2)
        for number in np.flatnonzero(abs(model.coef_[0]) >= LEAST_TOLD):
            told = data["weights"].setdefault(names[number], {})
            told[danger] = round(float(model.coef_[0][number]), 1)
    data["weights"] = dict(sorted(data["weights"].items()))
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    learnt(locale).write_text(text.replace("},", "},\n") + "\n", "utf-8")
    print(f"{len(texts)} sentences, {len(data['weights'])} roots and pairs, {len(text)} bytes")


def labelled(locale: str) -> Iterator[Labelled]:
    """Texts with the dangers that they tell of, and how much each counts."""
    for finding, phrases in interaction_model.phrases(locale)["SYMPTOM"].items():
        for phrase in phrases:
            yield phrase, {finding} & EMERGENCIES, 1
    model = interaction_model.load(locale)["interactionModel"]["languageModel"]
    for sample in (sample for intent in model["intents"] for sample in intent.get("samples", ())):
        if not any(slot in sample for slot in CARRIES):
            yield re.sub(r"\{(\w+)\}", lambda slot: SPOKEN.get(slot[1], ""), sample), set(), 1
    for danger, sentences in read(f"words/{locale}.dangers.toml").items():
        for sentence in sentences:
            yield sentence, {danger} & EMERGENCIES, OF_PEOPLE
    for file in sorted((*CASES.glob("utterances_blind_*.jsonl"), CASES / "utterances_since.jsonl")):
        for case in map(json.loads, file.read_text("utf-8").splitlines()):
            said = {name for name, there in case["findings"].items() if there is True}
            yield case["text"], said & EMERGENCIES, OF_PEOPLE


if __name__ == "__main__":
    main()
