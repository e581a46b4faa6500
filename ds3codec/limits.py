"""How much is taken at once, and how much at most: more than any response has, and bearable.

Internal: names here may change in any release.
"""

PIECE = 64 * 1024
"""Bytes that are read, decompressed and parsed at once."""

MOST_BLOBS = 512
"""Blobs in a batch."""

LONGEST_STALL = 4 * 1024 * 1024
"""Bytes in one tag, comment or text."""

LONGEST_NAME = 1000
"""Characters in a name that the schema does not have."""

LONGEST_NAMES = 64 * 1024
"""Characters in all such names of a document."""

LONGEST_TEXT = 1024 * 1024
"""Characters in the texts of one element and all in it."""

MOST_NODES = 10_000
"""Nodes of a job."""

MOST_ELEMENTS = 100_000
"""Elements in one object."""

DEEPEST = 100
"""Unknown elements around each other."""

MOST_NAMES = 1000
"""Different unknown names."""

MOST_XZ_MEMORY = 128 * 1024 * 1024
"""Bytes of memory that decompressing xz may take."""

LARGE = 256 * 1024
"""Bytes of an object, or of text without markup, from which on its limits are watched."""

LONGEST_OBJECT = 16 * 1024 * 1024
"""Bytes of one object."""

SHORTEST_RUN = 3072
"""Bytes of like objects that are worth reading by the column."""

WIDE = 2 * 1024 * 1024
"""Bytes that are read as arrays at once."""

MOST_THREADS = 4
"""Threads that read arrays, if their number is not given: one more would wait for the text."""
