"""Which files the paths on a command line stand for."""

from __future__ import annotations

import bz2
import gzip
import os
from pathlib import Path

import pytest

from ds3codec import SourceError
from ds3codec.captures import expand
from ds3codec.captures.paths import survey
from ds3codec.errors import public_name, unspelled
from tests.captures.examples import har, request, with_length
from tests.examples import SAMPLE, error


def test_a_folder_stands_for_the_captures_in_it(tmp_path: Path) -> None:
    names = ["b.xml", "a/x.HAR", "a/y.xml.gz", "c.http", "a/b/z.raw"]
    hidden = [".git/k.xml", "a/.l.xml", "a/notes.md"]
    for name in names + hidden:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert expand([tmp_path]) == sorted(str(tmp_path / name) for name in names)


def test_a_glob_stands_for_the_files_that_match(tmp_path: Path) -> None:
    for name in ("1.xml", "2.xml", "sub/3.xml", "[4].xml", "5.log"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert expand([f"{tmp_path}/?.xml"]) == [f"{tmp_path}/1.xml", f"{tmp_path}/2.xml"]
    assert f"{tmp_path}/sub/3.xml" in expand([f"{tmp_path}/**/*.xml"])
    assert expand([f"{tmp_path}/[4].xml"]) == [f"{tmp_path}/[4].xml"]
    assert expand([f"{tmp_path}/5.log", "-", f"{tmp_path}/*.log", "-"]) == [f"{tmp_path}/5.log", "-"]


def test_a_path_that_gives_nothing_is_one_line_that_names_it(tmp_path: Path) -> None:
    for path, words in [
        (tmp_path / "missing.xml", "no such file"),
        (tmp_path / "*.xml", "no file matches"),
        (tmp_path, "no capture in it"),
    ]:
        with pytest.raises(SourceError, match=words) as caught:
            expand([path])
        assert repr(str(path)) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_folder_that_may_not_be_searched_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_dir", refuse)  # root may search all folders
    with pytest.raises(SourceError, match=r"cannot read .*: Permission denied"):
        expand([tmp_path])


def test_of_a_folder_regular_files_are_taken_by_their_first_bytes(tmp_path: Path) -> None:
    taken = {
        "plain": SAMPLE,
        "commented": b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- <html> -->" + error(),
        "in-a-name-space": b"<a:Objects xmlns:a='>'/>",
        "noted.log": with_length(SAMPLE),
        "asked.bin": request("GET", "/_rest_/job/1"),
        "session.json": har(),
        "packed.http.gz": gzip.compress(with_length(SAMPLE)),
        "packed.txt.bz2": bz2.compress(SAMPLE),
        "said.out": b"* Trying\n> GET / HTTP/1.1\n> \n",
        "named.xml": b"anything",
        "page.htm": b"<html/>",
        "archive": b"PK\x03\x04" + bytes(30),
        "packets.bin": b"\x0a\x0d\x0d\x0a" + bytes(30),
        "web.warc.gz": gzip.compress(b"WARC/1.0\r\n"),
        "session.chlsj": b'[{"status": "COMPLETE", "method": "GET", "host": "h"}]',
        "answer.json": b'{"MasterObjectList": {}}',
        "shell.log": SAMPLE.decode().encode("utf-16"),
        "twice.gz": gzip.compress(gzip.compress(SAMPLE)),
        "damaged.gz": b"\x1f\x8b" + b"damaged" * 9,
        "packed.xml.br": b"\x1b\x0c",
        "empty.raw": b"",
    }
    none = {
        "notes.md": b"# notes",
        "in-comment": b"<!-- <Objects>",
        "notes.txt": b"GET the answers\n" * 500,
        "notes.txt.bz2": bz2.compress(b"notes\n" * 5000),
        "data.json": b'{"a": 1}',
        "picture.svg": b"<svg/>",
        "none": b"",
    }
    for name, data in (taken | none).items():
        (tmp_path / name).write_bytes(data)
    os.mkfifo(tmp_path / "pipe.xml")
    (tmp_path / "link.xml").symlink_to("/dev/zero")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "elsewhere").symlink_to("..", target_is_directory=True)
    others = ["pipe.xml", "link.xml", "dangling", "elsewhere"]
    for path in (tmp_path, tmp_path / "*", tmp_path / "**"):
        captures, passed_over = survey(path)
        assert {Path(capture).name for capture in captures} == taken.keys()
        assert sorted(Path(one.name).name for one in passed_over) == sorted([*none, *others])
        assert all(one.kind == "file" and one.reason for one in passed_over)


def test_a_pattern_in_a_folder_with_brackets_means_that_folder(tmp_path: Path) -> None:
    folder = tmp_path / "polls [1-2]*"
    (folder / "b?").mkdir(parents=True)
    (folder / "b?" / "1.xml").write_bytes(SAMPLE)
    (tmp_path / "polls 1").mkdir()
    (tmp_path / "polls 1" / "2.xml").write_bytes(SAMPLE)
    assert expand([folder / "b?" / "*.xml"]) == [str(folder / "b?" / "1.xml")]
    assert expand([folder / "*"]) == [str(folder / "b?" / "1.xml")]


def test_what_a_pattern_names_is_read_and_folders_that_it_names_are_searched(tmp_path: Path) -> None:
    (tmp_path / "2026-01").mkdir()
    (tmp_path / "2026-01" / "a.xml").write_bytes(SAMPLE)
    (tmp_path / "2026-01" / "notes.txt").write_bytes(b"notes")
    (tmp_path / "2026.txt").write_bytes(b"notes")
    captures, passed_over = survey(tmp_path / "2026*")
    assert captures == [str(tmp_path / "2026-01" / "a.xml"), str(tmp_path / "2026.txt")]
    assert [one.name for one in passed_over] == [str(tmp_path / "2026-01" / "notes.txt")]


def test_a_file_called_as_standard_input_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-").write_bytes(SAMPLE)
    assert expand(["."]) == expand(["*"]) == ["./-"]
    assert expand(["-"]) == ["-"]


def test_names_that_are_no_text_are_told_apart(tmp_path: Path) -> None:
    names = [b"a\xff.xml", b"a\\udcff.xml", b"a\\\\udcff.xml", "a\\é.xml".encode()]
    for name in names:
        Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name))).write_bytes(SAMPLE)  # noqa: PTH118
    spelled = [public_name(path) for path in expand([tmp_path])]
    assert len(set(spelled)) == len(names)
    assert all(name.encode() for name in spelled)
    assert [unspelled(name) for name in spelled] == expand([tmp_path])
