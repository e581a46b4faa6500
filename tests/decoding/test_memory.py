"""What is done to Python's garbage collector for a large result, and what is left as it was."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from ds3codec.decoding.memory import make_old

pytestmark = pytest.mark.skipif(not hasattr(gc, "freeze"), reason="this Python's collector has no freeze")


def test_new_objects_become_old_ones() -> None:
    gc.collect()
    new = [[] for _ in range(100)]  # type: ignore[var-annotated]
    assert any(item is new[0] for item in gc.get_objects(generation=0))
    make_old()
    assert not any(item is new[0] for item in gc.get_objects(generation=0))
    assert any(item is new[0] for item in gc.get_objects(generation=2))
    assert gc.isenabled()


def test_objects_that_the_application_froze_stay_frozen() -> None:
    code = """if True:
        import gc
        from ds3codec.decoding.memory import make_old
        gc.freeze()
        frozen = gc.get_freeze_count()
        make_old()
        assert gc.get_freeze_count() == frozen > 0
    """
    # In a process of its own, for the threads of others free what was frozen.
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_collector_that_is_off_stays_off() -> None:
    gc.disable()
    try:
        new: list[list[int]] = [[]]
        make_old()
        assert not gc.isenabled()
        assert not any(item is new for item in gc.get_objects(generation=2))
    finally:
        gc.enable()
