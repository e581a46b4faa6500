"""Our types in xsdata's own parser and serializer, which nobody has told of them but the entry point."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import given
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.serializers import XmlSerializer

from ds3codec import Credential, Ds3Target, JobStatus, MasterObjectList, decode, encode
from ds3codec.testing.strategies import jobs, models
from tests.examples import SAMPLE, chunk, in_full, job

PARSER, SERIALIZER = XmlParser(), XmlSerializer()


@given(jobs())
def test_what_xsdata_writes_decodes_to_the_same_job(original: MasterObjectList) -> None:
    assert in_full(decode(SERIALIZER.render(original).encode())) == in_full(original)


@given(models(Ds3Target))
def test_xsdata_reads_a_credential_that_it_wrote(original: Ds3Target) -> None:
    read = PARSER.from_string(SERIALIZER.render(original), Ds3Target)
    assert isinstance(read.admin_secret_key, Credential | None)
    assert in_full(read) == in_full(original)


def test_xsdata_reads_an_unknown_value_as_a_member() -> None:
    read = PARSER.from_bytes(job(chunk(), Status="PAUSED"), MasterObjectList)
    assert isinstance(read.status, JobStatus)
    assert (read.status.value, read.status.is_known) == ("PAUSED", False)
    assert encode(read) == job(chunk(), Status="PAUSED")


def test_xsdata_is_not_imported_further_than_it_is_used() -> None:
    check = (
        "import sys, ds3codec; job = ds3codec.decode(sys.stdin.buffer); ds3codec.encode(job);"
        "sys.exit('xsdata.formats.converter' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", check], input=SAMPLE, check=False).returncode == 0
