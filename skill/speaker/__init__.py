"""The local smart speaker: Alexa's cloud and device, standing in.

`understanding` turns words into an intent with slots, as Amazon's service would, from the
interaction model; `cloud` makes the request of it, keeps the session and asks the skill; `sound`
knows how a reply is played; `terminal` and `web` are two devices.
"""
