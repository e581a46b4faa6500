"""Hypothesis without a clock, for the machines that run the tests are as slow as they are.

Two profiles, chosen by HYPOTHESIS_PROFILE: `quick` is the default and keeps the suite short, `thorough` runs
every night.
"""

import os

from hypothesis import HealthCheck, settings

for name, examples in (("quick", 40), ("thorough", 1000)):
    settings.register_profile(
        name, deadline=None, max_examples=examples, suppress_health_check=[HealthCheck.too_slow]
    )
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
