"""Tests of captures on a cluster, which only the extra `dask` has."""

import pytest

pytest.importorskip("distributed")
