"""Sizes of steps, and limits that no real response reaches but that keep memory and time bounded.

Internal: names here may change in any release.
"""

PIECE = 64 * 1024
"""Bytes read, decompressed and parsed at once."""

MOST_BLOBS = 512
"""Blobs in a batch."""

LONGEST_STALL = 4 * 1024 * 1024
"""Bytes in one tag, comment or text."""

LONGEST_NAME = 1000
"""Characters in a name that the schema does not have."""

LONGEST_NAMES = 64 * 1024
"""Characters in all such names of a document."""

LONGEST_TEXT = 1024 * 1024
"""Characters in the texts of one element and its descendants."""

MOST_NODES = 10_000
"""Nodes of a job."""

MOST_ELEMENTS = 100_000
"""Elements in one object."""

DEEPEST = 100
"""Depth of nested unknown elements."""

MOST_NAMES = 1000
"""Different unknown names."""

MOST_XZ_MEMORY = 128 * 1024 * 1024
"""Bytes of memory for decompressing xz."""

LARGE = 256 * 1024
"""Size in bytes of an object, or of text without markup, above which its limits are checked."""

LONGEST_OBJECT = 16 * 1024 * 1024
"""Bytes of one object."""

SHORTEST_RUN = 3072
"""Bytes of similar objects that are worth reading by column."""

WIDE = 2 * 1024 * 1024
"""Bytes read as arrays at once."""

MOST_THREADS = 4
"""Threads that read arrays by default. Another one would only wait for text."""
