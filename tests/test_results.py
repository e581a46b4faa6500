"""The saved results of the benchmarks: of this version, and the same figures wherever they are quoted."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from benchmarks.__main__ import RESULTS, main
from benchmarks.bench.contenders import CONTENDERS
from benchmarks.bench.results import load
from benchmarks.quoted import quote
from ds3codec import __version__
from tests.pages import README, ROOT

SAVED = sorted(RESULTS.glob("*.json"))
PLOTTED = ["throughput", "memory", "scaling"]


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.stem)
def test_saved_results_are_of_the_version_that_the_readme_is_about(path: Path) -> None:
    assert load(path).versions["ds3codec"] == __version__


def test_the_readme_names_version_and_machine_of_its_figures() -> None:
    results = load(RESULTS / "throughput.json")
    machine = str(results.machine["processor"]).replace("(R)", "").split(" Processor")[0]
    assert f"| {machine}, {__version__} |" in README.read_text(encoding="utf-8")


def test_the_figures_that_are_shown_are_those_that_were_saved() -> None:
    with contextlib.redirect_stdout(io.StringIO()) as page:
        main(["table"])
    assert (RESULTS / "README.md").read_text() == page.getvalue()
    for path, text in quote(RESULTS):
        assert path.read_text(encoding="utf-8") == text
    for name in PLOTTED:
        assert (RESULTS / f"{name}.json").exists()
        assert (RESULTS / f"{name}.svg").exists()
        assert (RESULTS / f"{name}-few.svg").exists()


def test_the_page_says_of_each_contender_what_it_does() -> None:
    text = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    section = text.partition("\n## Contenders\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| (?!row|---)(.*?) \|", section, re.MULTILINE)) == set(CONTENDERS)


def test_a_contender_that_is_asked_for_and_not_installed_is_named_with_what_brings_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("benchmarks.bench.contenders.find_spec", lambda name: None)
    with pytest.raises(SystemExit):
        main(["--contender", "xmltodict"])
    assert "'xmltodict' needs xmltodict: pip install 'ds3codec[dev]'" in capsys.readouterr().err


def test_results_that_are_not_saved_cannot_be_refreshed() -> None:
    with pytest.raises(SystemExit, match="no results are saved of startup"):
        main(["refresh", "startup"])
