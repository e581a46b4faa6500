"""The benchmarks do what they say they measure. Times are not looked at."""

from __future__ import annotations

import contextlib
import io
import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import main
from benchmarks.bench.contenders import CONTENDERS, PLACEMENTS, READERS, TYPES, Reader, forms
from benchmarks.bench.results import Results, exponent, ratios, spread
from benchmarks.documents import write_document
from benchmarks.goals import OTHER_SHAPES, SHORT_CHUNKS
from benchmarks.growth import stopped
from benchmarks.latency import measure_first
from benchmarks.options import Options
from benchmarks.scaling import exponents
from benchmarks.shapes import PLAIN, SHAPES, make
from ds3codec import decode, encode, iter_blobs
from tests.examples import JOB, SAMPLE, blob, chunk, element, valid

ROOT = Path(__file__).parent.parent
QUICK = ("--least-seconds", "0.01", "--small-seconds", "0.01")
OURS = (*QUICK, "--contender", "ds3codec, streaming", "--contender", "lxml, tree")

PLOTTED = ["throughput", "memory", "scaling"]

RESULTS = ROOT / "benchmarks" / "results"

PRESENT = [name for name, contender in CONTENDERS.items() if contender.installed]
present = pytest.mark.parametrize("name", PRESENT)


def full(*values: Any) -> Any:
    """Values for the full run only."""
    return pytest.param(*values, marks=pytest.mark.full)


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("benchmarks") / "response.xml"
    write_document(path, objects=200, chunk_size=30, seed=1)
    return path


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("benchmarks") / "placed.xml"
    write_document(path, objects=5, chunk_size=3, seed=1, tapes=2)
    return path


def test_the_same_seed_gives_the_same_document_and_another_another(document: Path, tmp_path: Path) -> None:
    for seed, same in ((1, True), (2, False)):
        write_document(tmp_path / "again.xml", objects=200, chunk_size=30, seed=seed)
        assert ((tmp_path / "again.xml").read_bytes() == document.read_bytes()) == same


def test_the_document_is_what_an_appliance_could_write(document: Path) -> None:
    text = document.read_bytes()
    assert valid(text)
    job = decode(text)
    assert encode(job) == text
    assert [len(chunk.blobs) for chunk in job.chunks] == [30] * 6 + [20]
    assert all(tag.count(b'="') == 8 for tag in re.findall(rb"<Object [^>]*>", text))


@pytest.mark.parametrize("count", [4, 6])
def test_a_document_has_fewer_attributes_where_that_is_asked_for(count: int, tmp_path: Path) -> None:
    path = tmp_path / "response.xml"
    write_document(path, objects=3, chunk_size=2, seed=1, attribute_count=count)
    assert valid(path.read_bytes())
    assert all(tag.count(b'="') == count for tag in re.findall(rb"<Object [^>]*>", path.read_bytes()))


@present
def test_every_contender_deals_with_every_object(name: str, document: Path) -> None:
    assert CONTENDERS[name].prepare(document)() == 200
    assert CONTENDERS[name].prepare(document.read_bytes())() == 200


# All but those that only count.
giving_values = pytest.mark.parametrize(
    "name", [name for name in PRESENT if getattr(CONTENDERS[name], "form", None) is not forms.COUNTS]
)


@giving_values
def test_every_contender_has_the_same_values(name: str, document: Path) -> None:
    expected = list(forms.JOB_MODEL.rows(decode(document)))
    if name == "ds3codec, blob by blob":
        expected = [{field: row[field] for field in row if field != forms.CHUNK_NUMBER} for row in expected]
    assert CONTENDERS[name].rows(document) == expected


@giving_values
def test_a_contender_that_leaves_out_no_placements_has_their_values(name: str, placed: Path) -> None:
    rows = CONTENDERS[name].rows(placed)
    partial = any(part in CONTENDERS[name].leaves_out for part in ("every value", PLACEMENTS, "types"))
    tapes = [row["physical_placement"]["tapes"] for row in forms.JOB_MODEL.rows(decode(placed))]
    assert partial or [row["physical_placement"]["tapes"] for row in rows] == tapes


@pytest.mark.parametrize("field", ["bucket", "id", "in_cache", "version", "version_id"])
@pytest.mark.parametrize("name", ["lxml, target class", "lxml, xmlfile"])
def test_what_names_attributes_by_hand_has_all_that_are_optional(
    name: str, field: str, document: Path, tmp_path: Path
) -> None:
    job = decode(document)
    for number, item in enumerate(job.chunks[0].blobs):
        item.version = number
        setattr(item, field, None)
    path = tmp_path / "response.xml"
    path.write_bytes(encode(job))
    assert CONTENDERS[name].rows(path) == list(forms.JOB_MODEL.rows(job))


def test_a_contender_that_is_not_installed_is_left_out_and_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    absent = Reader("nowhere.nothing", "nothing", needs="no_such_package")
    monkeypatch.setitem(CONTENDERS, "absent", absent)
    assert "absent" not in Options(tmp_path, objects=1).contenders(CONTENDERS)
    assert Results("throughput", {}, [], ["absent"]).absent() == "Not installed, so left out: absent."


def test_the_first_object_is_waited_for_as_long_as_a_contender_needs(document: Path) -> None:
    size = document.stat().st_size
    assert measure_first("ds3codec, blob by blob", str(document))["bytes"] < size / 2
    assert measure_first("lxml, tree", str(document))["bytes"] == size


def test_ratios_are_taken_within_a_round() -> None:
    seconds: dict[str, list[float]] = {"a": [2, 30, 6], "b": [1, 10, 2], "slow": [8]}
    runs = [
        {"contender": name, "round": number, "seconds": each}
        for name, all_of_it in seconds.items()
        for number, each in enumerate(all_of_it, 1)
    ]
    assert ratios(runs, "a", "b") == [2, 3, 3]
    assert ratios(runs, "slow", "b") == [8]
    assert spread(ratios(runs, "a", "b")) == "3.00 (2.00 to 3.00)"
    assert spread([1.0, 1.0]) == "1.00"


def test_the_exponent_is_that_of_the_growth() -> None:
    assert exponent([(10, 5), (100, 50), (1000, 500)]) == pytest.approx(1)
    assert exponent([(10, 1), (100, 100)]) == pytest.approx(2)


def test_the_growth_is_fitted_over_the_large_sizes_in_each_round() -> None:
    def run(number: int, value: int, seconds: float) -> dict[str, Any]:
        return {"contender": "a", "round": number, "value": value, "seconds": seconds}

    runs = [run(1, 10, 99), run(1, 50_000, 1), run(1, 500_000, 10), run(2, 50_000, 1), run(2, 500_000, 100)]
    assert exponents(runs) == pytest.approx([1, 2])
    assert stopped([*runs, {"contender": "b", "value": 10}]).endswith("ran out: b at 10.")


@pytest.mark.full
def test_the_command_prints_a_row_for_every_contender() -> None:
    output = run("--objects", "50", "--rounds", "1", *QUICK)
    for name, contender in CONTENDERS.items():
        assert f"| {name} |" in output or (not contender.installed and name in output)


def test_the_command_takes_a_real_response(tmp_path: Path) -> None:
    (tmp_path / "response.xml").write_bytes(SAMPLE)
    output = run(
        "--input", str(tmp_path / "response.xml"), "--rounds", "1", "--contender", "ds3codec, decode"
    )
    assert "5 objects" in output
    assert "| ds3codec, decode |" in output


@pytest.mark.full
def test_a_response_from_before_3_0_is_measured_and_who_cannot_read_it_is_named(tmp_path: Path) -> None:
    members = {name: text for name, text in JOB.items() if name not in ("Aggregating", "Naked")}
    path = tmp_path / "response.xml"
    path.write_text(
        element("MasterObjectList", members | {"WriteOptimization": "CAPACITY"}, chunk(blob(), blob()))
    )
    pytest.importorskip("xmlschema")
    strict = ("iterparse with schema, bare loop", "xmlschema, validate")
    names = ["ds3codec, decode", *strict, "ds3codec, encode"]
    output = run("--input", str(path), *QUICK, *(f"--contender={name}" for name in names))
    assert "2 objects, 0.001 MB, median of 3 rounds" in output
    assert output.count("| ds3codec, ") == 3
    for name in strict:
        assert f"| {name} |" not in output
        assert re.search(f"^- {name} failed: [A-Za-z]+Error: .", output, re.MULTILINE)


@pytest.mark.parametrize("what", ["throughput", full("profile"), full("calls")])
def test_an_input_that_is_not_a_response_is_one_line(what: str, tmp_path: Path) -> None:
    (tmp_path / "response.xml").write_bytes(b"<html/>")
    command = [sys.executable, "-m", "benchmarks", what, "--input", str(tmp_path / "response.xml")]
    result = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "this is HTML" in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("what", "arguments", "expected"),
    [
        ("throughput", OURS, ["objects/s", "| lxml, tree |"]),
        ("memory", OURS, ["Peak memory in MB", "| lxml, tree |"]),
        full("scaling", OURS[:6], ["exponent", "objects in a chunk", "attributes", "tapes"]),
        full("shapes", OURS[:6], ["| single quotes |", "| chunks of 1 |", "against plain"]),
        full("latency", OURS, ["first object", "| lxml, fromstring and get |"]),
        full(
            "startup",
            (),
            ["| lxml.etree |", "| ds3codec |", "| ds3codec --version |", "| pytest, one test |"],
        ),
        full("around", (), ["| ds3codec, redact |", "| ds3codec, write_document |"]),
        full("profile", (), ["| names |", "| values |", "| conversion |", "| building |", "| all |"]),
        full("clients", (), ["| the appliance: start |", "MB/s", "| decode and sdk_result |"]),
        full("workers", (), ["| one worker |", "| two workers |", "as fast"]),
        full("calls", (), ["own seconds", "method 'split' of 're.Pattern'"]),
    ],
)
def test_a_benchmark_prints_the_table_of_what_it_saves(
    what: str, arguments: tuple[str, ...], expected: list[str], tmp_path: Path
) -> None:
    saved = tmp_path / f"{what}.json"
    output = run(what, "--objects", "100", "--rounds", "1", *arguments, "--json", str(saved))
    assert all(text in output for text in expected)
    assert output in run("table", str(saved))
    results = json.loads(saved.read_text())
    assert results["benchmark"] == what
    assert results["machine"].keys() >= {"processor", "cores", "system"}
    assert results["versions"].keys() >= {"python", "lxml", "libxml2", "xsdata", "ds3codec"}
    assert results["parameters"]["objects"] == 100
    assert all(run["contender"] and run["round"] == 1 for run in results["runs"])
    assert str(tmp_path) not in saved.read_text()


@pytest.mark.full
def test_saved_results_are_drawn_always_the_same(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    saved = [str(path) for path in sorted(RESULTS.glob("*.json"))]
    names = [f"{name}{few}.svg" for name in PLOTTED for few in ("", "-few")]
    assert sorted(run("plots", *saved, "--into", str(tmp_path)).split()) == sorted(names[::2])
    pictures = {name: (tmp_path / name).read_bytes() for name in names}
    assert all(b"<svg" in picture for picture in pictures.values())
    run("plots", *saved, "--into", str(tmp_path))
    assert {name: (tmp_path / name).read_bytes() for name in names} == pictures


@pytest.mark.full
def test_the_goals_are_measured_one_by_one() -> None:
    pytest.importorskip("distributed")
    output = run("goals", "--objects", "200", "--rounds", "1", *QUICK)
    rows = [line for line in output.splitlines() if line.endswith(("| yes |", "| no |"))]
    assert len(rows) == 46 + bool(find_spec("ds3")) + len(SHORT_CHUNKS) * 2 + 1 + len(OTHER_SHAPES)


def test_every_shape_is_of_the_same_job(tmp_path: Path) -> None:
    options = Options(tmp_path, objects=250)
    plain = list(iter_blobs(make(options, PLAIN, 250)))
    documents = {name: make(options, name, 250).read_bytes() for name in SHAPES}
    assert len(set(documents.values())) == len(SHAPES)
    for name, shape in SHAPES.items():
        blobs = list(iter_blobs(documents[name]))
        if shape.tapes:
            assert [len(item.physical_placement.tapes) for item in blobs if item.physical_placement] == [
                2
            ] * 25
        elif shape.chunk_size == SHAPES[PLAIN].chunk_size:
            for item in blobs:
                item.name = str(item.name).replace("projects & more/", "projects/")
            assert blobs == plain, name
        else:
            assert {len(item.blobs) for item in decode(documents[name]).chunks[:-1]} == {shape.chunk_size}


def test_the_list_says_what_each_contender_leaves_out() -> None:
    output = run("--list")
    for name in READERS:
        assert f"{name}: " in output
    assert TYPES in output


def run(*arguments: str) -> str:
    """What the command prints; each measurement runs in a process of its own all the same."""
    with contextlib.redirect_stdout(io.StringIO()) as output:
        main([*arguments])
    return output.getvalue()
