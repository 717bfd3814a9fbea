"""The speaker by ear and mouth: a microphone in, a loudspeaker out, all of it on this machine.

    microphone    where sound comes from: a device, or a recording
    endpoint      where in it somebody begins and stops speaking
    recognition   what was said, in words, and whether that is clear
    listener      the person's side of a conversation, by these three
    synthesis     words -> sound
    loudspeaker   where sound goes

`skill.speaker.terminal` holds the conversation, as it does for typed words. What is not in the
standard library comes with the `voice` extra, is imported when it is first wanted, and downloads
nothing.
"""
