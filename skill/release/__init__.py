"""What leaves this checkout for the world, and what has to be right before it does.

    interpreter  a Python of the version that will run it
    bundle       the zip that AWS Lambda runs
    icons        the skill's two icons, drawn
    publisher    where it runs and where its pages are, and whether Amazon would take that
    store        the package that the ASK CLI deploys: manifest, models, tasks, icons
    certificates an authority of our own, to try the endpoint with
    listing/     what the skill store says, one file a locale
    check        Amazon's certification list, as far as a machine can go through it

None of it is needed to answer anyone, and none of it is in the zip.
"""
