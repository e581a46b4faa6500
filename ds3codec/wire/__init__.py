"""What reading and writing have in common: the names on the wire, the members, the kinds of values.

- `names`: the elements, and which of them hold credentials.
- `members`: what the generated models say of themselves.
- `kinds`: how a value of each simple type is parsed and written.
- `contracts`: which API versions have which members and values, and what each attribute means.
- `compiling`: functions made from source that was put together for one layout.

Internal: names here may change in any release.
"""
