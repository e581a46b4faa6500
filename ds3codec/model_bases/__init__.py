"""What the generated models are made of, where generating cannot say it.

- `model`: the base of all models, and of those that know which of their members were there.
- `blob`: the base of `Blob`: its key, its end, and the two forms of its id.
- `enumeration`: the base of the enumerations, which newer appliances may add to.
- `credential`: a text that does not show.
- `converters`: what xsdata's own parser and serializer need to know of these types.

Internal: names here may change in any release.
"""
