"""Structure-aware fuzzing: documents with runs, broken where it hurts, held against other readers.

    python -m tests.fuzz decode --minutes 30          # one target, as long as one asks
    python -m tests.fuzz decode --seed 17             # one input again
    python -m tests.fuzz decode --minutes 30 --coverage   # led by coverage, where atheris is installed

`mutations` draws a document, `oracles` has a function for each target that raises AssertionError
where readers disagree, or where a word is left in a redacted copy that `tests/redaction/planting.py` has
planted. `tests/test_fuzz.py` runs each for a while.
"""
