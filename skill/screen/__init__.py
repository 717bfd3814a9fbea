"""A reply and the state -> what a screen shows: a document of APL and its data.

    scene     a reply and the state -> what there is to see, free of any layout
    buttons   what can be touched, and what each touch means: always something that could be said
    viewport  how large the screen is, and what fits on it
    parts     text, rows, columns, buttons and pictures, in plain APL
    layout    a scene on a viewport -> the document

The scene is the document's data source, and the document only lays it out; whoever draws by other
means than APL (the local speaker's page) takes the scene and the picture from there.
"""
