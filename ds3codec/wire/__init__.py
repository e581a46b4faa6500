"""What reading and writing have in common: the names on the wire, the members, the kinds of values.

- `names`: the elements, and which of them hold credentials.
- `members`: what the generated models say of themselves.
- `kinds`: how a value of each simple type is parsed and written.
- `presence`: which members a document had, where None alone cannot say.
- `versions`: which API versions have which members and values.
- `compiling`: functions made from source that was put together for one layout.
"""
