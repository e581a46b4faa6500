"""From models to the text of elements: `tags` for start tags, `elements` for members that are elements.

Internal: names here may change in any release.
"""
