"""Back Coach: one conversation about a sore back, for Alexa, Flask and a local smart speaker.

A spoken turn goes one way, and comes back through `speech` and `response`:

    host -> alexa -> request -> handlers/<topic> -> triage or routine

    triage      PURE  what is known -> how urgent, why, what to ask next
    routine     PURE  an exercise's dose, cues in time, place -> the next cue
    diary       PURE  what is remembered between visits, and what it says about how it is going
    turn        PURE  Turn in, Reply out, and the conversation's State
    when        PURE  the time that somebody means -> a moment, and the days it comes back
    alarms      PURE  reminders and timers: what is arranged, and the port to what rings
    tempo       PURE  how long words take to say
    handover    PURE  what is known and concluded, for a clinician to read
    figure/     PURE  the pictures of the exercises, from joint angles to what a screen draws
    content/    facts with sources, and words by locale; read and checked once
    handlers/   topics of conversation, routed by a table
    speech      a reply and a locale -> SSML: the only place where words meet values
    screen/     a reply -> what a screen shows and what a touch means, in APL
    session     the conversation's state <-> session attributes
    serializer  Alexa JSON <-> the SDK's objects, each part read when it is wanted
    request     Alexa's request -> Turn, with the slots of its intent by slots
    slots       the slots of an intent -> what was heard
    response    Reply -> Alexa's response, in words by speech
    alexa       the one door: Alexa JSON in and out, by the SDK; it, serializer and the web host
                import that
    memory/     where that is kept: SQLite, DynamoDB or nothing
    alerts      Amazon's reminders and timers, behind the port; the only caller of its services
    flask_app   the web host; signature refuses what Amazon did not sign
    on_demand   the SDK's classes, imported when somebody asks for one: Lambda starts quicker
    at_once     the modules that a start imports, from one file of byte code
    snapshot    what AWS Lambda's SnapStart keeps: a process that has answered before
    serving     gunicorn's settings, for a host of one's own
    speaker/    the local stand-in for Alexa's cloud and device
    release/    what is deployed, and the certification list it is checked against
    cli         the command line, `back-coach`

Imports point inwards: the pure modules know nothing of Alexa, Flask, storage or the clock.
"""
