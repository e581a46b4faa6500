"""How the tests run: a quick profile, and a full one with `--full`.

Quick leaves out the tests that are marked `full`, and tries each property with fewer examples. What a test
costs decides where it is, and nothing else. HYPOTHESIS_PROFILE=thorough tries a thousand examples, every
night. There is no clock in any of them, for the machines that run the tests are as slow as they are.

libxml2 keeps the names in hostile documents as long as the thread lives, which would slow the other tests, so
such documents are read in threads of their own.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

for name, examples in (("quick", 10), ("full", 25), ("thorough", 1000)):
    settings.register_profile(
        name, deadline=None, max_examples=examples, suppress_health_check=[HealthCheck.too_slow]
    )


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run also what takes long, with more examples")


def pytest_configure(config: pytest.Config) -> None:
    profile = "full" if config.getoption("full") else "quick"
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", profile))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only the full run has."""
    if not config.getoption("full"):
        left_out = [item for item in items if item.get_closest_marker("full") is not None]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item.get_closest_marker("full") is None]


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
    distributed = pytest.importorskip("distributed")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": ":0", "silence_logs": 50}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as connected:
        yield connected
