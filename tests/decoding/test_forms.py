"""The form of a tag tells how all tags like it are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import Blob
from ds3codec.decoding.forms import Form, form_of, layout
from ds3codec.wire.characters import special_bytes

ENDS = ["/>", " />", "\n/>", "></Object>", ">"]
OPTIONAL = frozenset({"Bucket", "Id", "InCache", "Version", "VersionId"})


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("blanks", [" ", "\n  ", "\t"])
def test_a_form_has_the_blanks_the_quotes_and_the_end_of_its_tag(blanks: str, quote: str, end: str) -> None:
    other = "'" if quote == '"' else '"'
    tag = f"<Object{blanks}Length={quote}7{quote}{blanks}Name={quote}a{other} > &amp;{quote}{end}"
    assert form_of(tag.encode()) == Form(("Length", "Name"), (blanks, blanks), (quote, quote), end)


@pytest.mark.parametrize(
    "tag",
    [
        '<Object Length="7" Length="7"/>',
        '<Object xmlns="a"/>',
        '<Object a:b="c"/>',
        '<Object Length = "7"/>',
        '<Object Name="a<b"/>',
        "<Object/>",
        "<Object Length=7/>",
        '<Object Length="7"Name="a"/>',
        '<Object Length="7"',
        '<Object 1="a"/>',
        '<Object Name="a"' + "".join(f' A{number}=""' for number in range(300)) + "/>",
    ],
)
def test_what_only_the_parser_can_read_has_no_form(tag: str) -> None:
    assert form_of(tag.encode()) is None


@given(
    st.lists(
        st.fixed_dictionaries(
            {"Length": st.integers(0, 10**18 - 1).map(str), "Name": st.text("aé \U0001f4fc>")},
            optional={"Bucket": st.text("bc"), "Version": st.integers(0, 99).map(str)},
        ),
        max_size=5,
    ),
    st.sampled_from([" ", "\n  "]),
    st.sampled_from(["", "\n"]),
)
def test_a_layout_finds_the_tags_and_knows_how_long_they_are(
    tags: list[dict[str, str]], blanks: str, between: str
) -> None:
    def written(values: dict[str, str]) -> str:
        return "".join(f'{blanks}{name}="{values[name]}"' for name in sorted(values))

    form = form_of(f'<Object{blanks}Length="7"{blanks}Name=""/>'.encode())
    assert form is not None
    read_as = layout(Blob, "Object", form, OPTIONAL)
    text = "".join(f"{between}<Object{written(values)}/>" for values in tags)
    parts = read_as.pattern.split(text)
    assert parts[:: read_as.width] == [between] * len(tags) + [""]
    assert read_as.length(parts) == len(text)
    assert read_as.specials(parts) + special_bytes(between.encode()) * len(tags) == special_bytes(
        text.encode()
    )
    columns = read_as.columns(parts)
    assert columns["length"] == [int(values["Length"]) for values in tags]
    assert columns["name"] == [values["Name"] for values in tags]
    assert columns["bucket"] == [values.get("Bucket") for values in tags]
