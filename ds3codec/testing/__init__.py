"""What tests of other packages need.

- `documents`: responses of any size that are valid and consistent, the same for the same seed.
"""

from .documents import write_document

__all__ = ["write_document"]
