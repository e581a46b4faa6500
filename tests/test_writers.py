"""What is written, where it goes, and what cannot be written."""

from __future__ import annotations

import io
import os
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from lxml import etree

from ds3codec import (
    Blob,
    EncodeError,
    JobChunk,
    JobNode,
    JobReader,
    JobWriter,
    MasterObjectList,
    Priority,
    UsageError,
    decode,
    encode,
)
from ds3codec.testing.strategies import TEXTS, jobs
from ds3codec.wire.members import Member, attributes, elements
from tests.examples import SAMPLE, UUID, valid


def a_blob(**fields: Any) -> Blob:
    return Blob(**{"latest": True, "length": 0, "name": "object", "offset": 0} | fields)


def a_chunk(*blobs: Blob, **fields: Any) -> JobChunk:
    return JobChunk(**{"chunk_id": UUID, "chunk_number": 0, "blobs": list(blobs)} | fields)


def a_job(*chunks: JobChunk, **fields: Any) -> MasterObjectList:
    job = decode(SAMPLE)
    job.nodes, job.chunks = [], list(chunks)
    for field, value in fields.items():
        setattr(job, field, value)
    return job


def test_the_form_is_the_appliances() -> None:
    node = JobNode(end_point="10.0.0.1", id=UUID)
    text = encode(a_job(a_chunk(), a_chunk(a_blob(in_cache=False)), nodes=[node])).decode()
    assert text.endswith(
        f'<Nodes><Node EndPoint="10.0.0.1" Id="{UUID}"/></Nodes><Objects ChunkId="{UUID}" ChunkNumber="0"/>'
        f'<Objects ChunkId="{UUID}" ChunkNumber="0"><Object InCache="false" Latest="true" Length="0"'
        ' Name="object" Offset="0"/></Objects></MasterObjectList>'
    )
    names = re.findall(r" (\w+)=", text[: text.index(">")])
    assert names == sorted(names)


def test_what_is_empty_is_self_closed() -> None:
    assert encode(a_chunk()) == f'<Objects ChunkId="{UUID}" ChunkNumber="0"/>'.encode()
    assert encode(a_job()).endswith(b' UserName="archivist"/>')


def test_a_declaration_is_written_if_asked_for() -> None:
    assert encode(a_chunk(), declaration=True) == b'<?xml version="1.0" encoding="UTF-8"?>' + encode(
        a_chunk()
    )


@given(jobs(appliance=True))
def test_what_is_written_is_valid_where_its_values_are(job: MasterObjectList) -> None:
    for item in items_in(job):
        for member in (*attributes(type(item)), *elements(type(item))):
            if member.pattern and getattr(item, member.field) is not None:
                setattr(item, member.field, UUID)
    assert valid(encode(job))


def items_in(item: Any) -> Iterator[Any]:
    """A model and all that are in it."""
    yield item
    for member in elements(type(item)):
        value = getattr(item, member.field)
        for child in value if isinstance(value, list) else [value]:
            if is_dataclass(child):
                yield from items_in(child)


@given(TEXTS, TEXTS)
def test_every_text_is_read_back_as_it_was(name: str, bucket: str) -> None:
    element = etree.fromstring(encode(a_chunk(a_blob(name=name, bucket=bucket))))
    assert (element[0].get("Name"), element[0].get("Bucket")) == (name, bucket)


WRONG = {str: 7, int: "7", bool: 1}


@pytest.mark.parametrize(
    ("model", "member"),
    [
        pytest.param(model, member, id=f"{model.__name__}.{member.name}")
        for model in (MasterObjectList, JobNode, JobChunk, Blob)
        for member in attributes(model)
    ],
)
def test_a_wrong_type_is_an_error_that_names_its_member(model: type, member: Member) -> None:
    value = {member.field: WRONG.get(member.type, 7)}
    job = a_job(a_chunk(), a_chunk(a_blob(), a_blob(**(value if model is Blob else {}))))
    job.nodes = [JobNode(**{"end_point": "a", "id": "b"} | (value if model is JobNode else {}))]
    for field, wrong in value.items() if model in (MasterObjectList, JobChunk) else ():
        setattr(job if model is MasterObjectList else job.chunks[1], field, wrong)
    path = {
        MasterObjectList: "/MasterObjectList",
        JobNode: "/MasterObjectList/Nodes/Node[1]",
        JobChunk: "/MasterObjectList/Objects[2]",
        Blob: "/MasterObjectList/Objects[2]/Object[2]",
    }[model]
    with pytest.raises(EncodeError) as caught:
        encode(job)
    assert caught.value.path == f"{path}/@{member.name}"
    assert repr(value[member.field]) in str(caught.value)


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_a_character_that_xml_does_not_have_is_an_error_that_names_its_member(character: str) -> None:
    with pytest.raises(EncodeError, match=f"U\\+{ord(character):04X}") as caught:
        encode(a_chunk(a_blob(), a_blob(name=f"a{character}b")))
    assert caught.value.path == "/Objects/Object[2]/@Name"


@pytest.mark.parametrize(("field", "number"), [("chunk_number", 2**31), ("chunk_number", -(2**31) - 1)])
def test_a_number_out_of_range_is_an_error_that_names_its_member(field: str, number: int) -> None:
    with pytest.raises(EncodeError, match=str(number)) as caught:
        encode(a_chunk(**{field: number}))
    assert caught.value.path == "/Objects/@ChunkNumber"


def test_true_is_not_a_number_and_one_is_not_a_boolean() -> None:
    for fields in ({"length": True}, {"latest": 1}, {"in_cache": 0}):
        with pytest.raises(EncodeError):
            encode(a_chunk(a_blob(**fields)))


@pytest.mark.parametrize("thing", [None, "job", b"<MasterObjectList/>", a_blob()])
def test_only_a_job_or_a_chunk_can_be_encoded(thing: Any) -> None:
    with pytest.raises(EncodeError, match="MasterObjectList or a JobChunk"):
        encode(thing)


@pytest.mark.parametrize(("field", "path"), [("nodes", "/Nodes"), ("chunks", "/Objects")])
def test_what_is_not_a_list_is_an_error_that_says_where(field: str, path: str) -> None:
    with pytest.raises(EncodeError, match="not int") as caught:
        encode(a_job(**{field: 7}))
    assert caught.value.path == f"/MasterObjectList{path}"


@pytest.mark.parametrize("blobs", [7, None])
def test_blobs_that_are_no_list_are_an_error_that_says_where(blobs: Any) -> None:
    chunk = a_chunk()
    chunk.blobs = blobs
    with pytest.raises(EncodeError, match=f"not {type(blobs).__name__}") as caught:
        encode(a_job(a_chunk(), chunk))
    assert caught.value.path == "/MasterObjectList/Objects[2]/Object"


def test_a_blob_that_is_none_is_an_error_that_says_where() -> None:
    with pytest.raises(EncodeError) as caught:
        encode(a_chunk(a_blob(), "blob"))  # type: ignore[arg-type]
    assert caught.value.path == "/Objects/Object[2]"


def test_layouts_that_take_turns_are_all_written_right() -> None:
    blobs = [
        a_blob(
            name=f"{number}&", in_cache=None if number % 3 else True, version=number if number % 2 else None
        )
        for number in range(50)
    ]
    chunk = a_chunk(*blobs)
    assert [element.get("Name") for element in etree.fromstring(encode(chunk))] == [
        item.name for item in blobs
    ]
    assert decode(encode(a_job(chunk))).chunks == [chunk]


def test_a_writer_streams_blobs_from_a_generator_into_a_file(tmp_path: Path) -> None:
    path = tmp_path / "response.xml"
    sizes: list[int] = []

    def blobs() -> Iterator[Blob]:
        for number in range(20_000):
            if number % 5000 == 0:
                sizes.append(sum(part.stat().st_size for part in tmp_path.iterdir()))
            yield a_blob(name=str(number))

    with JobWriter(path, a_job()) as writer:
        writer.write(a_chunk(), blobs())
    assert sizes == sorted(sizes)
    assert sizes[-1] > 500_000
    assert len(decode(path).chunks[0].blobs) == 20_000
    assert list(tmp_path.iterdir()) == [path]


def test_a_writer_writes_to_a_file_object_and_leaves_it_open() -> None:
    output = io.BytesIO()
    with JobWriter(output, a_job(), declaration=True) as writer:
        writer.write(a_chunk(a_blob()))
    assert output.getvalue() == encode(a_job(a_chunk(a_blob())), declaration=True)
    assert not output.closed


def test_the_same_chunk_written_again_goes_on_and_another_begins_anew() -> None:
    output = io.BytesIO()
    chunk, equal = a_chunk(), a_chunk()
    with JobWriter(output, a_job()) as writer:
        writer.write(chunk, [])
        writer.write(chunk, [a_blob(name="a")])
        writer.write(chunk, iter([a_blob(name="b")]))
        writer.write(equal, [a_blob(name="c")])
        equal.chunk_number = 1
        writer.write(equal, [a_blob(name="d")])
        writer.write(chunk)
    chunks = decode(output.getvalue()).chunks
    assert [[item.name for item in part.blobs] for part in chunks] == [["a", "b"], ["c"], ["d"], []]


def test_a_lone_chunk_is_written_without_a_header() -> None:
    output = io.BytesIO()
    with JobWriter(output, None) as writer:
        writer.write(a_chunk(a_blob()))
    assert output.getvalue() == encode(a_chunk(a_blob()))
    with pytest.raises(EncodeError, match="one chunk"), JobWriter(io.BytesIO(), None) as writer:
        writer.write(a_chunk())
        writer.write(a_chunk())
    with pytest.raises(EncodeError, match="one chunk"), JobWriter(io.BytesIO(), None):
        pass


def test_an_error_leaves_neither_a_file_nor_a_part_of_one(tmp_path: Path) -> None:
    path = tmp_path / "response.xml"
    with pytest.raises(EncodeError) as caught, JobWriter(path, a_job()) as writer:
        writer.write(a_chunk(*[a_blob()] * 5000, a_blob(length=2**63)))
    assert caught.value.path == "/MasterObjectList/Objects[1]/Object[5001]/@Length"
    assert list(tmp_path.iterdir()) == []


def test_an_error_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    path = tmp_path / "response.xml"
    path.write_bytes(SAMPLE)
    with pytest.raises(RuntimeError), JobWriter(path, a_job()):
        raise RuntimeError
    assert path.read_bytes() == SAMPLE
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_is_under_the_final_name_before_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "response.xml"
    with JobWriter(path, a_job()) as writer:
        writer.write(a_chunk(*[a_blob()] * 5000))
        assert not path.exists()
    assert path.exists()


def test_a_link_is_written_through_and_a_pipe_into(tmp_path: Path) -> None:
    target, link = tmp_path / "target.xml", tmp_path / "link.xml"
    link.symlink_to(target)
    with JobWriter(link, a_job()):
        pass
    assert link.is_symlink()
    assert target.read_bytes() == encode(a_job())
    with JobWriter(os.devnull, a_job()):
        pass
    assert not Path(os.devnull).is_file()


def test_a_copy_batch_by_batch_is_the_same_document(tmp_path: Path) -> None:
    path = tmp_path / "copy.xml"
    with JobReader(SAMPLE) as reader, JobWriter(path, reader.header) as writer:
        for chunk, blobs in reader:
            writer.write(chunk, blobs)
    assert path.read_bytes() == SAMPLE


def test_a_header_with_chunks_is_an_error_not_a_loss() -> None:
    with pytest.raises(EncodeError, match="chunks"):
        JobWriter(io.BytesIO(), a_job(a_chunk()))


@pytest.mark.parametrize("sink", [io.StringIO(), 7, None, io.BytesIO])
def test_what_is_not_a_sink_is_an_error(sink: Any) -> None:
    with pytest.raises(EncodeError, match="binary file object"):
        JobWriter(sink, a_job())


@pytest.mark.parametrize("written", [0, 1, 5000])
def test_a_job_that_lacks_blobs_of_a_failed_write_never_appears(written: int, tmp_path: Path) -> None:
    def blobs() -> Iterator[Blob]:
        yield from [a_blob()] * written
        raise LookupError

    path = tmp_path / "job.xml"
    with pytest.raises(UsageError, match="writer is broken: LookupError"), JobWriter(path, a_job()) as writer:
        with pytest.raises(LookupError):
            writer.write(a_chunk(), blobs())
        with pytest.raises(UsageError, match="writer is broken: LookupError"):
            writer.write(a_chunk())
    assert list(tmp_path.iterdir()) == []


def test_a_job_that_lacks_a_blob_of_a_wrong_type_never_appears(tmp_path: Path) -> None:
    path = tmp_path / "job.xml"
    with pytest.raises(EncodeError, match="Length"), JobWriter(path, a_job()) as writer:
        with pytest.raises(EncodeError, match="Length"):
            writer.write(a_chunk(a_blob(), a_blob(length="many")))
        with pytest.raises(EncodeError, match="Length"):
            writer.write(a_chunk())
    assert list(tmp_path.iterdir()) == []


def test_blobs_do_not_write_to_the_writer_that_takes_them() -> None:
    def blobs() -> Iterator[Blob]:
        yield a_blob()
        writer.write(a_chunk())

    with pytest.raises(UsageError, match="in use"), JobWriter(io.BytesIO(), a_job()) as writer:
        writer.write(a_chunk(), blobs())


def test_a_writer_is_in_use_by_one_thread_at_a_time() -> None:
    inside, go_on = threading.Event(), threading.Event()

    def blobs() -> Iterator[Blob]:
        inside.set()
        assert go_on.wait(60)
        yield a_blob()

    sink = io.BytesIO()
    with JobWriter(sink, a_job()) as writer, ThreadPoolExecutor(1) as pool:
        first = pool.submit(writer.write, a_chunk(), blobs())
        assert inside.wait(60)
        with pytest.raises(UsageError, match="in use"):
            writer.write(a_chunk())
        go_on.set()
        first.result()
    assert [len(chunk.blobs) for chunk in decode(sink.getvalue()).chunks] == [1]


def test_writing_belongs_inside_the_with_block() -> None:
    writer = JobWriter(io.BytesIO(), a_job())
    with pytest.raises(ValueError, match="with block"):
        writer.write(a_chunk())


def test_what_is_none_is_left_out_also_where_the_schema_requires_it() -> None:
    document = b"<MasterObjectList><Objects><Object/></Objects></MasterObjectList>"
    assert encode(decode(document, missing="none")) == document


def test_an_enumeration_is_written_by_its_value() -> None:
    assert b' Priority="CRITICAL"' in encode(a_job(priority=Priority.CRITICAL))
