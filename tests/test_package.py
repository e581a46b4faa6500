"""The package as its users meet it: what an import brings, what is public, what errors look like."""

from __future__ import annotations

import inspect
import pickle
import pkgutil
import subprocess
import sys
from importlib.resources import files

import pytest

import ds3codec
from ds3codec import DecodeError, Ds3CodecError, EncodeError, ServerErrorResponse, decode, errors
from ds3codec.decoding.columns import _filler
from ds3codec.encoding import compose_writer
from tests.examples import blob, chunk, error, job
from tests.pages import PAGES

HEAVY = [
    "pyarrow",
    "dask",
    "click",
    "rich",
    "hypothesis",
    "fsspec",
    "matplotlib",
    "xsdata.formats",
    "requests",
    "ds3codec.validation",
    "ds3codec.operations",
]


def test_an_import_pulls_in_nothing_that_a_decode_does_not_use() -> None:
    script = f"import sys, ds3codec; print([name for name in {HEAVY} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert result.stdout == "[]\n"


def test_a_decode_does_not_load_xsdata_s_parser() -> None:
    document = job(chunk(blob()))
    script = f"import sys, ds3codec; ds3codec.decode({document!r}); print('xsdata.formats' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert result.stdout == "False\n"


def test_every_public_name_is_there_and_documented() -> None:
    for name in ds3codec.__all__:
        has_none = name in ("__version__", "Missing")  # being a text, and a Literal
        assert has_none or inspect.getdoc(getattr(ds3codec, name)), name


def test_the_package_is_typed_and_brings_its_schemas() -> None:
    assert (files("ds3codec") / "py.typed").is_file()
    assert (files("ds3codec.schemas") / "MasterObjectList.xsd").is_file()
    assert (files("ds3codec.schemas") / "README.md").is_file()


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_is_public_and_has_the_one_base(name: str) -> None:
    assert getattr(ds3codec, name) is getattr(errors, name)
    assert issubclass(getattr(errors, name), Ds3CodecError)


def test_errors_survive_pickling() -> None:
    for document in (job(chunk(blob(), blob(Length="x"))), error(), b""):
        with pytest.raises(Ds3CodecError) as caught:
            decode(document)
        copy = pickle.loads(pickle.dumps(caught.value))
        assert type(copy) is type(caught.value)
        assert str(copy) == str(caught.value)
        assert vars(copy) == vars(caught.value)


def test_an_error_shows_its_place_in_its_message() -> None:
    place = DecodeError("no", path="/MasterObjectList", line=3, column=7, blobs_read=5)
    assert str(place) == "no (line 3, column 7, at /MasterObjectList, after 5 blobs)"
    assert str(DecodeError("no")) == "no"
    assert str(EncodeError("no", path="/Objects/@ChunkId")) == "no (at /Objects/@ChunkId)"


def test_a_server_s_error_reads_like_a_sentence() -> None:
    with pytest.raises(ServerErrorResponse) as caught:
        decode(error())
    assert str(caught.value).startswith(
        "the server answered 404 NotFound: There is no such job. (resource /_rest_"
    )


def test_composed_functions_show_their_source_in_a_traceback() -> None:
    filler = _filler(ds3codec.Blob, ("name", "length"))
    assert "_self.name, _self.length, in zip(" in inspect.getsource(filler)
    tag = compose_writer(ds3codec.JobNode, "Node", "/>", (True, False, False, True))
    assert 'EndPoint="{end_point}" Id="{id}"/>' in inspect.getsource(tag)


def test_dir_shows_what_is_public() -> None:
    assert set(ds3codec.__all__) <= set(dir(ds3codec))
    for name in ds3codec.__all__:
        assert getattr(ds3codec, name) is not None
    script = "import ds3codec; print({'validate', 'Report', 'encode', 'operation_for'} - set(dir(ds3codec)))"
    result = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert result.stdout == "set()\n"


PUBLIC = ["captures", "compat", "distributed", "errors", "models", "operations", "planning", "redaction"]
PUBLIC += ["schemas", "tables", "testing", "validation"]


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(ds3codec.__path__)])
def test_what_is_internal_says_so(name: str) -> None:
    documented = pytest.importorskip(f"ds3codec.{name}").__doc__ or ""
    assert (name.startswith("_") or "Internal: " in documented) != (name in PUBLIC)


@pytest.mark.parametrize("name", [name for name in PUBLIC if name != "schemas"])
def test_a_public_module_lists_its_names_and_the_readme_lists_it(name: str) -> None:
    module = pytest.importorskip(f"ds3codec.{name}")
    assert all(hasattr(module, public) for public in module.__all__)
    assert any(f"`ds3codec.{name}`" in page.read_text(encoding="utf-8") for page in PAGES)
