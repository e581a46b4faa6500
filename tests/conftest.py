"""How the tests run: Hypothesis without a clock, and hostile documents in threads of their own.

There is no clock, for the machines that run the tests are as slow as they are.

Two profiles, chosen by HYPOTHESIS_PROFILE: `quick` is the default and keeps the suite short, `thorough` runs
every night.

libxml2 keeps the names in hostile documents as long as the thread lives, which would slow the other tests.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

for name, examples in (("quick", 25), ("thorough", 1000)):
    settings.register_profile(
        name, deadline=None, max_examples=examples, suppress_health_check=[HealthCheck.too_slow]
    )
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> object:
    """Run a test that is marked so in a thread of its own."""
    if pyfuncitem.get_closest_marker("own_thread") is None:
        return None
    names = pyfuncitem._fixtureinfo.argnames
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    with ThreadPoolExecutor(1) as pool:
        pool.submit(pyfuncitem.obj, **arguments).result()
    return True


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """A client of a cluster with two worker processes."""
    from distributed import Client, LocalCluster  # noqa: PLC0415  (few tests need it)

    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": ":0", "silence_logs": 50}
    with LocalCluster(**options) as cluster, Client(cluster) as connected:
        yield connected
