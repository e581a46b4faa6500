"""The ways to read or write a response that are compared.

The table names them all. The modules beside this one do the work, one for each library, and are imported only
when measured. A reading contender is a function of a source whose result has one of a few forms (`forms`); a
writing one is a function of a job and a sink. The same function is measured and compared for equality.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

import ds3codec

from . import forms
from .fields import Fields
from .forms import Form
from .sources import Source

Work = Callable[[], int]

PLACEMENTS = "placements"
HEADER = "header, nodes"
TYPES = "types: all are texts"


@dataclass(frozen=True)
class Contender:
    """One way to read or write.

    Attributes:
        function: The module and name of the function that does it.
        gives: The result, in words.
        leaves_out: The data of our models that it does not handle.
        needs: The package that has to be installed for it.
        brought_by: The command that installs that package.
        slow: True if one run is enough.
    """

    function: str
    gives: str
    leaves_out: str = ""
    needs: str = ""
    brought_by: str = "pip install 'ds3codec[dev]'"
    slow: bool = False

    @property
    def installed(self) -> bool:
        return not self.needs or find_spec(self.needs) is not None

    @property
    def absence(self) -> str:
        """The missing package and the command to install it."""
        return f"needs {self.needs}: {self.brought_by}"

    def load(self) -> Callable[..., Any]:
        module, name = self.function.split(".")
        return getattr(import_module(f"{__name__}.{module}"), name)  # type: ignore[no-any-return]

    def prepare(self, source: Source) -> Work:
        """Return the work, ready to be measured; it returns the number of objects it handled."""
        raise NotImplementedError

    def rows(self, source: Source) -> list[Fields]:
        """Return the values that it reads, or those in the document that it writes, object by object."""
        raise NotImplementedError


@dataclass(frozen=True)
class Reader(Contender):
    """A way to read, and the form of its result."""

    form: Form = forms.JOB_MODEL

    def prepare(self, source: Source) -> Work:
        read, count = self.load(), self.form.count
        return lambda: count(read(source))

    def rows(self, source: Source) -> list[Fields]:
        return list(self.form.rows(self.load()(source)))


@cache
def _nowhere() -> BinaryIO:
    return Path(os.devnull).open("wb")


@dataclass(frozen=True)
class Writer(Contender):
    """A way to write."""

    def prepare(self, source: Source) -> Work:
        write, job = self.load(), ds3codec.decode(source, missing="none")
        objects = forms.JOB_MODEL.count(job)
        sink = _nowhere()

        def work() -> int:
            write(job, sink)
            return objects

        return work

    def rows(self, source: Source) -> list[Fields]:
        sink = io.BytesIO()
        self.load()(ds3codec.decode(source), sink)
        return list(forms.JOB_MODEL.rows(ds3codec.decode(sink.getvalue())))


READERS: dict[str, Reader] = {
    "iterparse, bare loop": Reader(
        "with_lxml.bare_loop", "nothing kept", leaves_out="every value", form=forms.COUNTS
    ),
    "ds3codec, streaming": Reader("ours.streaming", "batches of models, none kept", form=forms.BATCHES),
    "ds3codec, blob by blob": Reader(
        "ours.blob_by_blob", "models, none kept", leaves_out="chunks", form=forms.BLOBS
    ),
    "ds3codec, incremental": Reader("ours.incremental", "batches of models, none kept", form=forms.BATCHES),
    "ds3codec, decode": Reader("ours.whole", "the whole job as models"),
    "lxml, target class": Reader(
        "with_lxml.target",
        "batches of the same models, none kept",
        leaves_out=f"{HEADER}, {PLACEMENTS}, all checks",
        form=forms.BATCHES,
    ),
    "lxml, iterparse of tutorials": Reader(
        "with_lxml.iterparse", "dicts of values, none kept", leaves_out=HEADER, form=forms.PAIRS
    ),
    "iterparse, the reference loop": Reader(
        "with_reference.loop", "the whole job as the same models", slow=True
    ),
    "lxml, tree": Reader("with_lxml.tree", "the whole job as dicts of values", form=forms.JOB_FIELDS),
    "lxml, fromstring and get": Reader(
        "with_lxml.get_loop",
        "the whole job as dicts of strings",
        leaves_out=f"{HEADER}, {PLACEMENTS}, {TYPES}",
        form=forms.JOB_TEXTS,
    ),
    "ElementTree, iterparse": Reader(
        "with_elementtree.iterparse",
        "chunks as dicts of values, none kept",
        leaves_out=HEADER,
        form=forms.CHUNK_FIELDS,
    ),
    "ElementTree to dicts": Reader(
        "with_elementtree.to_dicts",
        "the whole job as dicts of strings",
        leaves_out=f"{PLACEMENTS}, {TYPES}",
        form=forms.JOB_TEXTS,
    ),
    "ElementTree, vendor's way": Reader(
        "with_elementtree.vendor_way",
        "the whole job as dicts of strings",
        leaves_out=TYPES,
        form=forms.JOB_TEXTS,
    ),
    "the vendor's Python SDK": Reader(
        "with_vendor.parsed",
        "the whole job as dicts of strings",
        leaves_out=TYPES,
        needs="ds3",
        brought_by="pip install git+https://github.com/SpectraLogic/ds3_python3_sdk",
        form=forms.JOB_SDK,
    ),
    "expat, ordered attributes": Reader(
        "with_expat.ordered",
        "batches of dicts of values, none kept",
        leaves_out=f"{HEADER}, {PLACEMENTS}",
        form=forms.LISTS,
    ),
    "xmltodict": Reader(
        "with_xmltodict.to_fields",
        "the whole job as dicts of values",
        needs="xmltodict",
        form=forms.JOB_FIELDS,
    ),
    "orxml": Reader(
        "with_rust.orxml",
        "the whole job as dicts of strings",
        leaves_out=TYPES,
        needs="orxml",
        form=forms.JOB_DOCUMENT,
    ),
    "quick-xmltodict": Reader(
        "with_rust.quick_xmltodict",
        "the whole job as dicts of strings",
        leaves_out=TYPES,
        needs="quick_xmltodict",
        form=forms.JOB_DOCUMENT,
    ),
    "xmltodict-rs": Reader(
        "with_rust.xmltodict_rs",
        "the whole job as dicts of strings",
        leaves_out=TYPES,
        needs="xmltodict_rs",
        form=forms.JOB_DOCUMENT,
    ),
    "bigxml": Reader(
        "with_bigxml.handlers",
        "dicts of values, none kept",
        leaves_out=f"{HEADER}, {PLACEMENTS}",
        needs="bigxml",
        slow=True,
        form=forms.PAIRS,
    ),
    "pygixml": Reader(
        "with_pygixml.stream",
        "chunks as dicts of values, none kept",
        leaves_out=HEADER,
        needs="pygixml",
        form=forms.CHUNK_FIELDS,
    ),
    "pugixml to dicts": Reader(
        "with_pugixml.to_dicts",
        "the whole job as dicts of strings",
        leaves_out=f"{PLACEMENTS}, {TYPES}",
        needs="pugixml",
        form=forms.JOB_TEXTS,
    ),
    "pydantic-xml": Reader(
        "with_pydantic.models",
        "the whole job as models of its own",
        leaves_out=PLACEMENTS,
        needs="pydantic_xml",
        slow=True,
        form=forms.JOB_PYDANTIC,
    ),
    "xmlschema": Reader(
        "with_xmlschema.to_dicts",
        "the whole job as dicts of values, validated",
        leaves_out="types of dates and enumerations",
        needs="xmlschema",
        slow=True,
        form=forms.JOB_VALUES,
    ),
    "xsdata, lxml handler": Reader("with_xsdata.lxml_handler", "the whole job as the same models", slow=True),
    "xsdata, expat handler": Reader(
        "with_xsdata.expat_handler", "the whole job as the same models", slow=True
    ),
}
VALIDATORS: dict[str, Reader] = {
    "ds3codec, validate": Reader("ours.validated", "all findings, located", form=forms.COUNTS),
    "ds3codec, validate, no objects remembered": Reader(
        "ours.validated_in_constant_memory",
        "all findings but those between blobs, located",
        form=forms.COUNTS,
    ),
    "ds3codec, summary": Reader(
        "ours.summarised",
        "counts, bytes by node, sizes, the largest objects",
        leaves_out="all rules",
        form=forms.COUNTS,
    ),
    "iterparse with schema, bare loop": Reader(
        "with_lxml.validating_loop",
        "that there is a violation",
        leaves_out="consistency, places",
        form=forms.COUNTS,
    ),
    "xmlschema, validate": Reader(
        "with_xmlschema.validated",
        "the first violation, located",
        leaves_out="consistency",
        needs="xmlschema",
        slow=True,
        form=forms.COUNTS,
    ),
}
WRITERS: dict[str, Writer] = {
    "ds3codec, encode": Writer("ours.encode", "the document, from the whole job"),
    "ds3codec, JobWriter": Writer("ours.writer", "the document, in pieces"),
    "lxml, xmlfile": Writer("with_lxml.xmlfile", "the document, in pieces", leaves_out=PLACEMENTS),
    "xsdata, XmlSerializer": Writer("with_xsdata.serializer", "the document, from the whole job", slow=True),
}
TABLES: dict[str, Reader] = {
    "ds3codec, record_batches": Reader(
        "with_arrow.batches",
        "Arrow record batches, none kept",
        leaves_out=PLACEMENTS,
        needs="pyarrow",
        form=forms.TABLES,
    ),
    "ds3codec, read_table": Reader(
        "with_arrow.table",
        "the whole job as an Arrow table",
        leaves_out=PLACEMENTS,
        needs="pyarrow",
        form=forms.TABLES,
    ),
    "ds3codec, write_parquet": Reader(
        "with_arrow.parquet",
        "a Parquet file",
        leaves_out=PLACEMENTS,
        needs="pyarrow",
        form=forms.COUNTS,
    ),
    "ds3codec, JSON Lines": Reader(
        "with_arrow.json_lines",
        "a file of JSON Lines",
        leaves_out=PLACEMENTS,
        needs="pyarrow",
        form=forms.COUNTS,
    ),
    "xml2arrow, parse_batches": Reader(
        "with_xml2arrow.batches",
        "Arrow record batches, none kept",
        leaves_out=f"{HEADER}, {PLACEMENTS}",
        needs="xml2arrow",
        form=forms.TABLES,
    ),
    "xml2arrow, parse": Reader(
        "with_xml2arrow.table",
        "the blobs as an Arrow batch",
        leaves_out=f"{HEADER}, {PLACEMENTS}",
        needs="xml2arrow",
        form=forms.TABLES,
    ),
    "xsdata, JsonSerializer": Reader(
        "with_xsdata.json_serializer", "a file of JSON, of the decoded job", slow=True, form=forms.COUNTS
    ),
    "pyarrow, from dicts of blobs": Reader(
        "with_arrow.arrow_of_dicts",
        "the blobs as an Arrow table",
        leaves_out=f"{HEADER}, {PLACEMENTS}",
        needs="pyarrow",
        form=forms.TABLES,
    ),
    "pandas, from blobs": Reader(
        "with_arrow.pandas_of_blobs",
        "the blobs as a data frame",
        leaves_out="chunks",
        needs="pandas",
        slow=True,
        form=forms.COUNTS,
    ),
    "pandas, read_xml with iterparse": Reader(
        "with_arrow.pandas_read_xml",
        "the blobs as a data frame",
        leaves_out=f"chunks, {HEADER}, {PLACEMENTS}",
        needs="pandas",
        slow=True,
        form=forms.COUNTS,
    ),
}
CONTENDERS: dict[str, Reader | Writer] = {**READERS, **VALIDATORS, **TABLES, **WRITERS}
