"""PURE The pictures of the exercises, from joint angles to what a screen draws.

    skeleton    a pose -> where every joint is in the room
    view        the room -> the picture; shapes
    body        a skeleton -> the points and shapes of somebody in clothes
    furniture   what the body lies, sits and holds on to
    drawing     an exercise -> shapes and keys; how they move with the count
    vector      a drawing -> AVG for Alexa's screens, SVG for everything else

The poses are data: `content/figures.toml`.
"""
