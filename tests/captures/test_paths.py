"""Which files the paths on a command line stand for."""

from __future__ import annotations

import bz2
import gzip
import os
from pathlib import Path

import pytest

from ds3codec import SourceError
from ds3codec.captures import expand
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
    }
    passed_over = {
        "notes.md": b"# notes",
        "in-comment": b"<!-- <Objects>",
        "page.htm": b"<html/>",
        "data.json": b'{"a": 1}',
        "none": b"",
    }
    for name, data in (taken | passed_over).items():
        (tmp_path / name).write_bytes(data)
    os.mkfifo(tmp_path / "pipe.xml")
    (tmp_path / "link.xml").symlink_to("/dev/zero")
    assert {Path(path).name for path in expand([tmp_path])} == taken.keys()
