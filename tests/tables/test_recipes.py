"""The recipe for PostgreSQL, run against a server of its own; the others run with the manual's examples."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ds3codec import SourceError
from tests.examples import SAMPLE
from tests.pages import EXAMPLES


@pytest.fixture
def server() -> Iterator[str]:
    """The URI of a PostgreSQL server that listens on a socket in a folder of its own."""
    if shutil.which("initdb") is None or shutil.which("pg_ctl") is None:
        pytest.skip("no PostgreSQL server")
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # for the path of a socket must be short
        user: dict[str, Any] = {}
        if os.getuid() == 0:  # as which the server does not run
            shutil.chown(folder, "nobody")
            user = {"user": "nobody"}
        data = f"{folder}/data"

        def run(*command: str) -> None:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **user)

        run("initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync")
        listen = f"-k {folder} -c listen_addresses="
        run("pg_ctl", "-D", data, "-o", listen, "-l", f"{folder}/log", "-w", "start")
        try:
            yield f"postgresql:///postgres?host={folder}&user=postgres"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


@pytest.fixture
def load() -> Callable[[Path, str], int]:
    pytest.importorskip("adbc_driver_postgresql")
    scope: dict[str, Any] = {}
    [code] = [code for code, _ in EXAMPLES if "adbc_driver_postgresql" in code]
    exec(code, scope)  # noqa: S102  (it is our own page)
    recipe: Callable[[Path, str], int] = scope["load"]
    return recipe


def test_a_response_is_copied_into_postgresql(
    load: Callable[[Path, str], int], server: str, tmp_path: Path
) -> None:
    from adbc_driver_postgresql import dbapi  # noqa: PLC0415

    (tmp_path / "response.xml").write_bytes(SAMPLE)
    (tmp_path / "broken.xml").write_bytes(SAMPLE[:-100])
    with pytest.raises(dbapi.Error, match="the document ends before it is complete"):
        load(tmp_path / "broken.xml", server)
    with pytest.raises(SourceError):
        load(tmp_path / "none.xml", server)
    assert load(tmp_path / "response.xml", server) == 5
    with dbapi.connect(server) as connection, connection.cursor() as cursor:
        cursor.execute("select name, length, in_cache from blobs order by length desc limit 1")
        assert cursor.fetchall() == [("reels/0002/master.mxf", 68719476736, True)]
