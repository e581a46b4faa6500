"""What options have in common."""

from __future__ import annotations

import click
import pytest

from ds3codec.cli.options import chosen_cluster, complete_rule, complete_version, separate_names
from ds3codec.cli.reading import Cluster

CONTEXT, PARAMETER = click.Context(click.Command("validate")), click.Option(["--select"])


def test_names_may_have_commas_between_them() -> None:
    assert separate_names(CONTEXT, PARAMETER, ("a, b", "c,,")) == ["a", "b", "c"]


def test_the_last_name_is_completed() -> None:
    assert complete_rule(CONTEXT, PARAMETER, "form,blobs-o") == ["form,blobs-overlap"]
    assert complete_version(CONTEXT, PARAMETER, "6") == ["6.0"]
    assert complete_version(CONTEXT, PARAMETER, "a") == ["auto"]


def test_work_is_done_here_unless_a_cluster_is_named() -> None:
    assert chosen_cluster(None, None, ["-"]) is None
    with pytest.raises(click.UsageError, match="standard input"):
        chosen_cluster(2, None, ["-"])
    pytest.importorskip("distributed")
    assert chosen_cluster(2, None, ["a.xml"]) == Cluster(2, None)
