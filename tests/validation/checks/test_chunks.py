"""Chunks and nodes: which there are, in which order, and which serves which."""

from __future__ import annotations

from ds3codec import validate
from tests.examples import UUID, blob, chunk, element, job, node
from tests.validation.examples import OTHER, ROOT, found

LONG = "a name that is long enough for a few objects to be a run " * 8


def many(count: int, **members: str) -> list[str]:
    """So many chunks of one object, each with an id of its own."""
    return [
        chunk(
            blob(Name=f"{LONG}{number}"),
            **{"ChunkNumber": str(number), "ChunkId": f"{number:08x}{UUID[8:]}"} | members,
        )
        for number in range(count)
    ]


def test_numbers_and_ids_are_compared_over_the_whole_document() -> None:
    chunks = many(500)
    report = validate(job(*chunks, chunks[7]))
    for rule in ("chunk-number-repeated", "chunk-id-repeated"):
        assert found(report, rule) == [f"{ROOT}/Objects[501]"]
    assert report.findings[-1].line == 1
    assert not validate(job(*chunks)).counts["chunk-number-repeated"]


def test_a_chunk_out_of_order_is_found_once() -> None:
    chunks = many(300)
    swapped = [*chunks[:250], chunks[260], chunks[250], chunks[255], *chunks[261:]]
    report = validate(job(*swapped, ChunkClientProcessingOrderGuarantee="IN_ORDER"))
    assert found(report, "chunk-out-of-order") == [f"{ROOT}/Objects[252]", f"{ROOT}/Objects[253]"]


def test_an_empty_chunk_is_found_wherever_it_stands() -> None:
    empty = element("Objects", {"ChunkId": UUID, "ChunkNumber": "7"})
    for number in (0, 1, 100, 300):
        chunks = many(300)
        chunks.insert(number, empty)
        report = validate(job(*chunks), select=["chunk-without-objects"])
        assert found(report, "chunk-without-objects") == [f"{ROOT}/Objects[{number + 1}]"]
        assert report.findings[0].column is not None


def test_a_node_serves_a_chunk_or_is_told_of() -> None:
    nodes = element("Nodes", {}, node(), node(Id=OTHER), node(Id=OTHER.replace("1", "2")))
    report = validate(job(nodes, *many(300, NodeId=UUID.upper())))
    assert found(report, "node-without-chunks") == [f"{ROOT}/Nodes/Node[2]", f"{ROOT}/Nodes/Node[3]"]
    assert not report.counts["node-unknown"]


def test_a_chunk_that_waits_for_a_node_is_told_of() -> None:
    chunks = [*many(200, NodeId=UUID), chunk(blob(), ChunkNumber="999")]
    report = validate(job(element("Nodes", {}, node()), *chunks))
    assert found(report, "chunk-without-node") == [f"{ROOT}/Objects[201]"]
    assert not validate(chunk(blob()).encode()).counts["chunk-without-node"]  # of which job nothing is known
