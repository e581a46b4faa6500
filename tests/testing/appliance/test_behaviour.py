"""How an appliance may be told to behave."""

from __future__ import annotations

import pytest

from ds3codec.testing.appliance import Appliance, Behaviour


def test_by_default_it_behaves_well() -> None:
    assert Behaviour() == Behaviour(None, 0, None, None, None, None, False, False, None)


def test_what_it_cannot_be_told_is_refused(ds3_appliance: Appliance) -> None:
    with pytest.raises(TypeError, match="colour"):
        ds3_appliance.behave(colour="red")
