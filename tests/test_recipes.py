"""The recipes for clients, run against the appliance for tests: well, slow, compressed and broken."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from ds3codec import encode
from ds3codec.testing.appliance import Appliance
from ds3codec.testing.appliance.store import LargeJob
from tests.pages import RECIPES
from tests.testing.appliance.client import ask, listed

CLIENTS = ["urllib", "requests", "httpx", "httpx in an event loop", "aiohttp", "pycurl"]
OBJECTS = 20_000


def recipe(name: str) -> Callable[[str, str], int]:
    pytest.importorskip(name.split(maxsplit=1)[0])
    scope: dict[str, Any] = {}
    exec(RECIPES[CLIENTS.index(name)], scope)  # noqa: S102  (it is our own page)
    close: Callable[[str, str], int] = scope["close_job"]
    return close


@pytest.fixture
def job(ds3_appliance: Appliance) -> str:
    """A small job that aggregates."""
    ds3_appliance.add_bucket("archive")
    target = "/_rest_/bucket/archive?operation=start_bulk_put&aggregating=true"
    return ask(ds3_appliance, "PUT", target, listed("a", "b", "c", Size=10)).job.job_id


def test_there_is_a_recipe_for_each_client() -> None:
    assert len(RECIPES) == len(CLIENTS)


@pytest.mark.parametrize("name", CLIENTS)
def test_a_job_is_closed_whatever_the_server_is_like(name: str, ds3_appliance: Appliance, job: str) -> None:
    close = recipe(name)
    size = len(encode(ds3_appliance.job(job)))
    for behaviour in (
        {},
        {"compress": True},
        {"chunked": True},
        {"bytes_per_second": 10 * size},
        {"close_delay": 0.2},
    ):
        ds3_appliance.behave(**behaviour)
        ds3_appliance._store.jobs[job].header.aggregating = True
        assert close(ds3_appliance.url, job) == 3
        assert not ds3_appliance.job(job).aggregating


@pytest.mark.parametrize("name", CLIENTS)
def test_what_goes_wrong_is_one_line(name: str, ds3_appliance: Appliance, job: str) -> None:
    close = recipe(name)
    ds3_appliance.behave(die_after=700)
    with pytest.raises(SystemExit, match="the job is not closed: "):
        close(ds3_appliance.url, job)
    ds3_appliance.behave(die_after=700, chunked=True)
    with pytest.raises(SystemExit, match="the job is not closed: "):
        close(ds3_appliance.url, job)
    ds3_appliance.behave()
    with pytest.raises(SystemExit, match="Conflict"):  # it is closed already
        close(ds3_appliance.url, job)
    with pytest.raises(SystemExit, match=r"(?i)refused|connect"):
        close("http://127.0.0.1:1", job)
    with pytest.raises(SystemExit, match="'abc' is not the UUID of a job"):
        close(ds3_appliance.url, "abc")


@pytest.mark.parametrize("name", CLIENTS)
def test_a_redirect_is_followed_or_named(name: str, ds3_appliance: Appliance, job: str) -> None:
    ds3_appliance.behave(times=1, redirect_to=ds3_appliance.url)
    if name == "urllib":
        with pytest.raises(SystemExit, match="307"):
            recipe(name)(ds3_appliance.url, job)
    else:
        assert recipe(name)(ds3_appliance.url, job) == 3


@pytest.mark.parametrize(
    "name", ["urllib", *(pytest.param(one, marks=pytest.mark.full) for one in CLIENTS[1:])]
)
def test_a_large_answer_is_read_in_constant_memory(name: str, ds3_appliance: Appliance) -> None:
    large = ds3_appliance.add_large_job(OBJECTS)
    kept = ds3_appliance._store.jobs[large]
    assert isinstance(kept, LargeJob)
    close = recipe(name)
    for is_measured in (False, True):
        kept.header.aggregating = True
        gc.collect()
        if is_measured:
            tracemalloc.start()
        assert close(ds3_appliance.url, large) == OBJECTS
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8_000_000  # of 5 MB of text, with the appliance's own pieces; the models would be 40 MB
