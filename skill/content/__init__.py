"""What a clinician or a translator edits: facts with their sources, and words by locale.

`triage.toml`     findings, rules, what an unknown means, the order of questions
`exercises.toml`  guided exercises and who may do which
`remedies.toml`   what may help, for whom, and when not; `topics.toml`, what it is
`facts.toml`      what the five articles say, and where they disagree
`words/`          everything that is said and heard, one file a locale

Each file is read and checked once, on first use; a mistake is refused with `ContentError`, which
names the file, the entry and the reason. Code holds no sentence, data holds no wording.
"""
