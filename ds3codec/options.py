"""What every reader takes as options.

Internal: names here may change in any release.
"""

from __future__ import annotations

from typing import Literal

__all__ = ["Missing"]

Missing = Literal["error", "none"]
"""What a required attribute is that is missing: an error, or None."""
