"""The hand-written bases and types of the generated models.

- `model`: the base of all models, and the base of those that know which members were present.
- `blob`: the base of `Blob`: its key, its end, and the two forms of its id.
- `enumeration`: the base of the enumerations, to which newer appliances may add values.
- `credential`: a text that is never shown.
- `converters`: converters of these types for xsdata's own parser and serializer.

Internal: names here may change in any release.
"""
