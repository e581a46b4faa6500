"""The basis of reading and writing: the names on the wire, the members, the kinds of values.

- `names`: the names of elements, and those that hold credentials.
- `members`: the attributes and child elements of the generated models.
- `kinds`: parsers and writers of values, for each simple type.
- `contracts`: the members and values of each API version, and the meaning of each attribute.
- `compiling`: compiles source that was composed for one layout.

Internal: names here may change in any release.
"""
