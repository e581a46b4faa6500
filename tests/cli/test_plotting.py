"""The plot of a summary."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from tests.examples import job

from .command import run

pytest.importorskip("matplotlib")


SVG = "{http://www.w3.org/2000/svg}"


def test_each_response_has_a_row_of_three_pictures(files: Path) -> None:
    for names in (["good.xml"], ["good.xml", "good.xml.gz"]):
        plot = files / "plot.svg"
        result = run("summary", "--plot", plot, *(files / name for name in names))
        assert result.returncode == 0, result.stderr
        axes = [
            found.get("id") for found in etree.parse(plot).iter(f"{SVG}g") if "axes_" in str(found.get("id"))
        ]
        assert len(axes) == 3 * len(names)


def test_the_same_response_makes_the_same_picture(files: Path) -> None:
    for name in ("first.svg", "second.svg"):
        assert run("summary", "--plot", files / name, files / "good.xml").returncode == 0
    assert (files / "first.svg").read_bytes() == (files / "second.svg").read_bytes()


def test_nothing_to_draw_is_no_picture(tmp_path: Path) -> None:
    done = run("summary", "--plot", tmp_path / "plot.svg", tmp_path / "missing.xml")
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])


def test_a_wrong_ending_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    done = run("summary", "--plot", tmp_path / "plot.gif", tmp_path / "missing.xml")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.endswith(b"plot.gif': the ending is neither .svg nor .png\n")
    assert done.stderr.count(b"\n") == 1


def test_a_picture_says_job_file_sizes_and_end_points(files: Path) -> None:
    (files / "none.xml").write_bytes(job())
    assert (
        run("summary", "--plot", files / "plot.svg", files / "good.xml", files / "none.xml").returncode == 0
    )
    comments = [str(found.text).strip() for found in etree.parse(files / "plot.svg").iter(etree.Comment)]
    assert any(text.startswith("good.xml") and "Nightly restore" in text for text in comments)
    for text in (
        "65.7 GiB by node",
        "64.0 GiB",
        "bp-node-2.example.com",
        "no chunks",
        "in cache, along 3 chunks",
    ):
        assert text in comments
    assert not any("f41fcb28" in text for text in comments)  # where the end point is known
