"""The plot of a summary."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from ds3codec.cli.plotting import draw
from ds3codec.cli.summaries import Summary

from .command import run

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


def test_nothing_to_draw_is_an_error(tmp_path: Path) -> None:
    none: list[Summary] = []
    with pytest.raises(ValueError, match="no response has blobs"):
        draw(none, tmp_path / "plot.svg")
