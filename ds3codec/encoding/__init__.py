"""From models to the text of elements: `tags` for start tags, `elements` for members that are elements."""
