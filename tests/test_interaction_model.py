"""The interaction models: valid, within Alexa's limits, and in step with the words."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_smapi_model.v1.skill.interaction_model.interaction_model_data import InteractionModelData

from skill import interaction_model
from skill.content.reading import ContentError
from skill.content.signs import signs

LOCALES = ["en-US"]
SLOT = re.compile(r"\{(\w+)\}")
BUILT_INS = """
    Yes No Help Stop Cancel Pause Resume Next Previous Repeat StartOver Fallback NavigateHome
"""
OURS = """
    BackPain GuideStretch SeeDoctor Symptom Answer Relief Learn PainScore Progress Remind Timer
    Pace HowMuchLeft TooPainful Ready CareFor ListExercises ForgetMe NotSure NoneOfThose
    WhatDoYouMean IsThisNormal Why Skip OtherProblem StartDiary StopDiary WhatYouKeep Share
    StopSharing ChangeReminder Reminders StopReminders TimeLeft StopTimer Call Called Thanks
    EmergencyNumber
"""
IDS = {
    "CONDITION": "recent_operation past_spinal_fracture cannot_kneel unsteady neck_pain dizziness "
    "high_blood_pressure glaucoma reflux unwell numb_skin",
    "AREA": "low middle upper_back neck shoulder buttock whole_back",
    "SIDE": "left right both",
    "COUNTRY": "US GB CA AU IN IE NZ DE AT CH FR ES MX IT BR JP SA AE elsewhere",
    "QUALITY": "spasm ache sharp stiff burning tight",
    "TRIGGER": "lifting heavy_lifting twisting sport sleeping_awkwardly long_sitting small_fall "
    "knock sudden_move",
    "PERSON": "self mother father wife husband partner daughter son child children other_child "
    "sister brother "
    "grandmother grandfather friend patient someone",
    "INTENSITY": "none mild moderate bad severe unbearable",
    "POSITION": "first second third fourth fifth sixth last first_two last_two",
    "AGE_BAND": "under_sixteen sixteen_to_fifty_five over_fifty_five",
    "EASE": "easier",
    "EXERCISE": "cat_camel low_bridge childs_pose seated_forward_bend knee_rolls bridge "
    "side_leg_raise curl_up walking rest_position",
    "GOAL": "calm_down loosen_up ten_minutes strong_back chair_only pregnancy_safe gentle_bones "
    "standing in_bed lying_down usual",
    "REMEDY": "cold warmth cold_or_warmth bath massage cream painkillers rest moving walking "
    "swimming running sleeping_position",
    "TOPIC": "causes symptoms seriousness how_long recurrence prevention posture lifting sleep "
    "sitting shoes food vitamin_d weight_and_smoking stress pregnancy periods after_childbirth "
    "sciatica tests treatment medicines alternatives chronic when_to_see_doctor work",
    "PACE": "slower normal faster",
    "FREQUENCY": "daily every_morning every_evening weekdays weekends weekly once hourly monday "
    "tuesday wednesday thursday friday saturday sunday",
    "TASK": "stretch walk move appointment check_in other",
    "ANSWER": "yes no unknown",
    "PERIOD": "today yesterday this_week last_week month",
    "CHANGE": "better same",
    "KEPT": "everything scores",
}
SEVERAL = {
    "Position",
    "Symptom",
    "Also",
    "Denied",
    "NorEither",
    "Unsure",
    "Condition",
    "Part",
    "Sign",
    "DeniedSign",
}
FINDINGS = """
    bladder_or_bowel saddle_numbness leg_weakness both_legs limb_feeling_lost
    one_sided_numbness balance_loss major_trauma chest_pain abdominal_tearing fever
    pregnancy_warning severe_headache bleeding_sign medicine_overdose self_harm limb_weakness
    sexual_change minor_trauma_fragile urinary_symptoms upper_belly_pain infection_risk
    cancer_history weight_loss night_pain spine_shape_change severe_pain cannot_walk
    upper_back cough_worse hot_swollen_leg limb_numbness leg_pain sleep_loss pregnant
    bone_risk inflammatory over_two_weeks recurrent age_extreme worse blood_thinner
    minor_trauma clear_trigger fever_explained first_episode already_assessed
"""


@pytest.fixture(scope="module", params=LOCALES)
def locale(request):
    return request.param


@pytest.fixture(scope="module")
def model(locale):
    return interaction_model.load(locale)


@pytest.fixture(scope="module")
def language(model):
    return model["interactionModel"]["languageModel"]


@pytest.fixture(scope="module")
def samples(language):
    """Every (intent, sample, slot name -> type)."""
    return [
        (intent["name"], sample, {slot["name"]: slot["type"] for slot in intent.get("slots", ())})
        for intent in language["intents"]
        for sample in intent["samples"]
    ]


@pytest.fixture(scope="module")
def values(language):
    """Slot type -> every value and synonym, in small letters."""
    return {
        kind["name"]: {
            text.lower()
            for value in kind["values"]
            for text in [value["name"]["value"], *value["name"]["synonyms"]]
        }
        for kind in language["types"]
    }


def test_amazons_own_classes_read_the_model_and_give_it_back_whole(model):
    serializer = DefaultSerializer()
    read = serializer.deserialize(json.dumps(model), InteractionModelData)
    assert _without_empty(serializer.serialize(read)) == _without_empty(model)


def test_the_file_is_under_one_and_a_half_megabytes(locale):
    assert interaction_model.path(locale).stat().st_size < 1_500_000


def test_there_are_at_most_250_intents_and_350_intents_and_slot_types(language):
    assert len(language["intents"]) <= 250
    assert len(language["intents"]) + len(language["types"]) <= 350


def test_the_invocation_name_keeps_alexas_rules(language):
    name = language["invocationName"]
    assert re.fullmatch(r"[a-z][a-z'. ]*", name)
    assert 2 <= len(name) <= 50
    words = name.split()
    assert len(words) >= 2
    forbidden = "a an the for to of about up by at off with alexa echo amazon computer launch ask"
    assert not set(words) & set(f"{forbidden} tell open start load begin enable skill app".split())


def test_all_intents_are_there_once(language):
    names = Counter(intent["name"] for intent in language["intents"])
    assert set(names) == {
        *(f"AMAZON.{name}Intent" for name in BUILT_INS.split()),
        *(f"{name}Intent" for name in OURS.split()),
    }
    assert set(names.values()) == {1}


def test_built_in_intents_have_no_samples_and_ours_have_many(language):
    for intent in language["intents"]:
        if intent["name"].startswith("AMAZON."):
            assert intent["samples"] == []
        else:
            assert len(intent["samples"]) >= 20, intent["name"]


def test_a_slot_name_has_one_type_throughout(language):
    types = defaultdict(set)
    for intent in language["intents"]:
        for slot in intent.get("slots", ()):
            types[slot["name"]].add(slot["type"])
    assert {name: found for name, found in types.items() if len(found) > 1} == {}


def test_every_slot_type_is_amazons_or_declared(language):
    declared = {kind["name"] for kind in language["types"]}
    for intent in language["intents"]:
        for slot in intent.get("slots", ()):
            assert slot["type"].startswith("AMAZON.") or slot["type"] in declared


def test_no_slot_takes_whatever_is_said(language):
    used = {slot["type"] for intent in language["intents"] for slot in intent.get("slots", ())}
    assert "AMAZON.SearchQuery" not in used


def test_findings_signs_and_conditions_take_several_values(language):
    for intent in language["intents"]:
        for slot in intent.get("slots", ()):
            several = slot.get("multipleValues", {}).get("enabled", False)
            assert several == (slot["name"] in SEVERAL)


def test_samples_use_declared_slots_each_once(samples):
    for intent, sample, slots in samples:
        names = SLOT.findall(sample)
        assert set(names) <= set(slots), (intent, sample)
        assert len(set(names)) == len(names), (intent, sample)


def test_every_declared_slot_is_used_by_a_sample(language):
    for intent in language["intents"]:
        used = {name for sample in intent["samples"] for name in SLOT.findall(sample)}
        assert {slot["name"] for slot in intent.get("slots", ())} == used, intent["name"]


def test_samples_are_plain_words_and_slots(samples):
    for intent, sample, _ in samples:
        words = SLOT.sub(" slot ", sample)
        assert re.fullmatch(r"[a-z][a-z' -]*", words.strip()), (intent, sample)
        assert "  " not in sample, (intent, sample)


def test_no_utterance_is_in_two_intents(samples):
    owners = defaultdict(set)
    for intent, sample, slots in samples:
        said = sample
        for name, kind in slots.items():
            said = said.replace(f"{{{name}}}", f"<{kind}>")
        owners[said].add(intent)
    assert {said: intents for said, intents in owners.items() if len(intents) > 1} == {}


def test_no_bare_sample_swallows_what_a_slotted_one_is_for(samples, values):
    """Beside "stretch my {Area}", a sample "stretch my neck" would leave the slot empty."""
    bare = {sample: intent for intent, sample, _ in samples if "{" not in sample}
    swallowed = set()
    for intent, sample, slots in samples:
        names = SLOT.findall(sample)
        if len(names) != 1 or slots[names[0]] not in values or sample == f"{{{names[0]}}}":
            continue
        for value in values[slots[names[0]]]:
            filled = sample.replace(f"{{{names[0]}}}", value)
            if bare.get(filled) == intent:
                swallowed.add((intent, filled, sample))
    assert sorted(swallowed)[:20] == []


def test_no_value_or_synonym_is_over_140_characters(values):
    assert [text for texts in values.values() for text in texts if len(text) > 140] == []


def test_no_value_of_a_type_stands_for_two_ids(language):
    """But for parts and signs: "bed" is sheets to wet or a thing to fall off; both are heard."""
    for kind in language["types"]:
        if kind["name"] in interaction_model.SEVERAL_MEANINGS:
            continue
        owners = defaultdict(set)
        for value in kind["values"]:
            for text in [value["name"]["value"], *value["name"]["synonyms"]]:
                owners[text.lower()].add(value["id"])
        assert {text: ids for text, ids in owners.items() if len(ids) > 1} == {}, kind["name"]


def test_every_agreed_id_is_there_and_no_other(language):
    found = {kind["name"]: {value["id"] for value in kind["values"]} for kind in language["types"]}
    other_area = found.pop("OTHER_AREA")
    assert {"knee", "tooth", "animal"} <= other_area
    assert found.pop("SYMPTOM") == set(FINDINGS.split())
    assert found.pop("PART") | found.pop("SIGN") == signs().names | {"elsewhere"}
    assert found.pop("COMPLAINT") == {"sore"}
    assert len(found.pop("WHEN")) >= 10  # which of them it is makes no difference
    assert found == {name: set(ids.split()) for name, ids in IDS.items()}


def test_the_model_is_in_step_with_the_words(locale):
    assert interaction_model.differences(locale) == []


def test_writing_brings_a_model_back_in_step(locale, tmp_path, monkeypatch):
    model = interaction_model.load(locale)
    model["interactionModel"]["languageModel"]["types"][0]["values"].pop()
    file = tmp_path / f"{locale}.json"
    file.write_text(interaction_model.as_text(model), "utf-8")
    monkeypatch.setattr(interaction_model, "path", lambda _locale: file)
    assert interaction_model.differences(locale) == [f"{locale}: PART is not as the words have it"]
    assert interaction_model.write(locale)
    assert interaction_model.differences(locale) == []
    assert not interaction_model.write(locale)


def test_a_list_that_is_not_there_is_refused_by_name():
    with pytest.raises(ContentError, match=r"AREA\.low: 'my \{loin\}' names the list 'loin'"):
        interaction_model._written_out("words", "AREA", {"low": ["my {loin}"]}, {})


def test_a_phrase_that_two_ids_claim_is_refused():
    with pytest.raises(ContentError, match="claimed by low as well"):
        interaction_model._written_out("words", "AREA", {"low": ["waist"], "middle": ["Waist"]}, {})


def test_a_locale_without_a_model_is_not_found():
    with pytest.raises(FileNotFoundError, match="xx-XX"):
        interaction_model.path("xx-XX")


def _without_empty(value):
    """Amazon's classes write out what was left out as null."""
    if isinstance(value, dict):
        found = {key: _without_empty(item) for key, item in value.items()}
        return {key: item for key, item in found.items() if item is not None}
    if isinstance(value, list):
        return [_without_empty(item) for item in value]
    return value
