"""Targets and parsers that are used again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from ds3codec.decoding.pool import borrowed, give_back
from tests.examples import UUID


def test_what_was_given_back_is_borrowed_again_by_the_same_thread_and_for_the_same_options() -> None:
    pair = borrowed(True, "none")
    give_back(pair)
    with ThreadPoolExecutor(1) as other:
        assert other.submit(borrowed, True, "none").result()[0] is not pair[0]
    assert borrowed(False, "none")[0] is not pair[0]
    assert borrowed(True, "none")[0] is pair[0]


def test_no_two_documents_share_a_target() -> None:
    first, second = borrowed(True, "none"), borrowed(True, "none")
    assert first[0] is not second[0]


def test_only_a_few_are_kept() -> None:
    pairs = [borrowed(True, "error") for _ in range(20)]
    for pair in pairs:
        give_back(pair)
    again = [borrowed(True, "error")[0] for _ in range(20)]
    assert 0 < sum(any(target is pair[0] for pair in pairs) for target in again) < 20


def test_a_target_that_knows_very_many_layouts_is_not_kept() -> None:
    pair = borrowed(False, "none")
    target = pair[0]
    target.start("Objects", {"ChunkId": UUID, "ChunkNumber": "1"})
    for number in range(40):
        required = {"Latest": "true", "Length": "0", "Name": "object", "Offset": "0"}
        target.start("Object", required | {f"Unknown{number}": ""})
        target.end("Object")
    give_back(pair)
    assert borrowed(False, "none")[0] is not target
