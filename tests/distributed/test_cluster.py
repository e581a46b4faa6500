"""Steps on a cluster: their results in order, their errors as they are."""

from __future__ import annotations

import time

import pytest
from distributed import Client

from ds3codec import InputError, UsageError
from ds3codec.distributed.cluster import connected, in_order

pytestmark = pytest.mark.full


def slow_for_even(number: int) -> int:
    if number == 7:
        raise InputError("seven", "it is odd")
    time.sleep(0.02 * (number % 2 == 0))
    return number


def test_results_come_in_order_and_up_to_the_first_error(client: Client) -> None:
    found = in_order(client, slow_for_even, ((number,) for number in range(20)))
    assert [next(found) for _ in range(7)] == list(range(7))
    with pytest.raises(InputError, match="seven: it is odd"):
        next(found)


def test_a_running_cluster_is_used(client: Client) -> None:
    with connected(None, client.scheduler.address) as mine:
        assert list(in_order(mine, slow_for_even, [(1,), (2,)])) == [1, 2]
    assert client.scheduler_info()["workers"]


def test_no_scheduler_is_said_in_one_line() -> None:
    with pytest.raises(UsageError, match="no scheduler answers at"), connected(None, "nothing://at/all"):
        raise AssertionError
