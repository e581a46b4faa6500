# Generated from schemas/ by schemas/generate.py: change those, not this file.

from __future__ import annotations

from enum import Enum


class ChunkProcessingOrder(Enum):
    """
    What the appliance promises about the order in which a client gets to process a job's
    chunks.

    The contracts call it JobChunkClientProcessingOrderGuarantee.

    Attributes:
        IN_ORDER: Chunks are to be processed in the order of their numbers.
        NONE: Chunks may be processed in any order.
    """

    IN_ORDER = "IN_ORDER"
    NONE = "NONE"


class JobRequestType(Enum):
    """
    What a job does with its objects.

    Attributes:
        GET: The client reads objects.
        PUT: The client writes objects.
        VERIFY: The appliance reads objects back from the permanent store and checks them.
    """

    GET = "GET"
    PUT = "PUT"
    VERIFY = "VERIFY"


class JobStatus(Enum):
    """
    How far a job has come.

    Attributes:
        IN_PROGRESS: The job still has work to do.
        COMPLETED: The job has done all of its work.
        CANCELED: A user ended the job, or an internal time-out did.
    """

    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    CANCELED = "CANCELED"


class Priority(Enum):
    """
    How a job ranks when jobs compete for the appliance's resources, from the first served to
    the last.

    The contracts call it BlobStoreTaskPriority.

    Attributes:
        CRITICAL: Kept for the appliance itself; a client cannot ask for it.
        URGENT: The highest that a client can ask for.
        HIGH: Served before the normal.
        NORMAL: The middle of the range.
        LOW: Served after the normal.
        BACKGROUND: Kept for the appliance itself; it takes what the others leave.
    """

    CRITICAL = "CRITICAL"
    URGENT = "URGENT"
    HIGH = "HIGH"
    NORMAL = "NORMAL"
    LOW = "LOW"
    BACKGROUND = "BACKGROUND"
