# Generated from schemas/ by schemas/generator/generate.py: change those, not this file.

from __future__ import annotations

from dataclasses import dataclass, field

from xsdata.models.datatype import XmlDateTime

from ds3codec.model_bases.blob import BlobModel
from ds3codec.model_bases.model import Model

from .physical_placement import PhysicalPlacement
from .simple_types import (
    ChunkProcessingOrder,
    JobRequestType,
    JobStatus,
    Priority,
)


@dataclass(repr=False, slots=True, kw_only=True)
class JobNode(Model):
    """
    A node of the appliance, and its address.

    The contracts call it NodeApiBean.

    Attributes:
        end_point: Where the node answers: a name or an address. `NOT_INITIALIZED_YET` or
            `FAILED_TO_DETERMINE_DATAPATH_IP_ADDRESS` where the appliance knows none.
        http_port: The TCP port of the node for HTTP.
        https_port: The TCP port of the node for HTTPS.
        id: The id of the node.
    """

    end_point: str = field(
        metadata={
            "name": "EndPoint",
            "type": "Attribute",
        }
    )
    http_port: None | int = field(
        default=None,
        metadata={
            "name": "HttpPort",
            "type": "Attribute",
            "min_inclusive": -2147483648,
            "max_inclusive": 2147483647,
        },
    )
    https_port: None | int = field(
        default=None,
        metadata={
            "name": "HttpsPort",
            "type": "Attribute",
            "min_inclusive": -2147483648,
            "max_inclusive": 2147483647,
        },
    )
    id: str = field(
        metadata={
            "name": "Id",
            "type": "Attribute",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
        }
    )


@dataclass(repr=False, slots=True, kw_only=True)
class Blob(BlobModel):
    """
    A blob: an object, or one part of a large one.

    The contracts call it BlobApiBean.

    Attributes:
        id_element: The id of the blob, as an element; later an attribute.
        physical_placement: Where the appliance keeps copies of the blob.
        bucket: The bucket of the object.
        id: The id of the blob.
        in_cache: Whether the blob is in the cache.
        latest: Whether the blob belongs to the newest version of its object.
        length: Bytes in the blob.
        name: The name of the object: any text, usually with `/` in it.
        offset: Where the blob begins in its object, in bytes.
        version: The version of the object as a number; replaced by `VersionId`.
        version_id: The version of the object as a UUID.
    """

    id_element: None | str = field(
        repr=False,
        compare=False,
        default=None,
        metadata={
            "name": "Id",
            "type": "Element",
            "namespace": "",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
        },
    )
    physical_placement: None | PhysicalPlacement = field(
        default=None,
        metadata={
            "name": "PhysicalPlacement",
            "type": "Element",
            "namespace": "",
        },
    )
    bucket: None | str = field(
        default=None,
        metadata={
            "name": "Bucket",
            "type": "Attribute",
        },
    )
    id: None | str = field(
        default=None,
        metadata={
            "name": "Id",
            "type": "Attribute",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
        },
    )
    in_cache: None | bool = field(
        default=None,
        metadata={
            "name": "InCache",
            "type": "Attribute",
        },
    )
    latest: bool = field(
        metadata={
            "name": "Latest",
            "type": "Attribute",
        }
    )
    length: int = field(
        metadata={
            "name": "Length",
            "type": "Attribute",
            "min_inclusive": -9223372036854775808,
            "max_inclusive": 9223372036854775807,
        }
    )
    name: str = field(
        metadata={
            "name": "Name",
            "type": "Attribute",
        }
    )
    offset: int = field(
        metadata={
            "name": "Offset",
            "type": "Attribute",
            "min_inclusive": -9223372036854775808,
            "max_inclusive": 9223372036854775807,
        }
    )
    version: None | int = field(
        default=None,
        metadata={
            "name": "Version",
            "type": "Attribute",
            "min_inclusive": -9223372036854775808,
            "max_inclusive": 9223372036854775807,
        },
    )
    version_id: None | str = field(
        default=None,
        metadata={
            "name": "VersionId",
            "type": "Attribute",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
        },
    )


@dataclass(repr=False, slots=True, kw_only=True)
class JobChunk(Model):
    """
    A chunk: blobs that a client processes together, served by one node.

    It occurs within a job, and as a document of its own in the response to Get Job Chunk. The
    contracts call it JobChunkApiBean.

    Attributes:
        blobs: The blobs of the chunk, in the order of the document.
        chunk_id: The id of the chunk.
        chunk_number: The position of the chunk in its job, counted from 0 or from 1, as the
            appliance chooses.
        node_id: The node that serves the chunk: the `Id` of one of the nodes listed in
            `Nodes`. Absent while no node is assigned.
    """

    class Meta:
        name = "Objects"

    blobs: list[Blob] = field(
        default_factory=list,
        metadata={
            "name": "Object",
            "type": "Element",
            "namespace": "",
        },
    )
    chunk_id: str = field(
        metadata={
            "name": "ChunkId",
            "type": "Attribute",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
        }
    )
    chunk_number: int = field(
        metadata={
            "name": "ChunkNumber",
            "type": "Attribute",
            "min_inclusive": -2147483648,
            "max_inclusive": 2147483647,
        }
    )
    node_id: None | str = field(
        default=None,
        metadata={
            "name": "NodeId",
            "type": "Attribute",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
        },
    )


@dataclass(repr=False, slots=True, kw_only=True)
class MasterObjectList(Model):
    """
    A job: its state, the nodes that serve it, and its objects, cut into blobs and grouped into
    chunks.

    The contracts call it JobWithChunksApiBean.

    Attributes:
        nodes: The nodes that serve the job.
        chunks: The chunks of the job, in the order of the document.
        aggregating: Whether more PUTs or GETs may still be appended to the job, because the
            client created it that way, or because the appliance gathers native S3 requests
            in it. False once the job has been closed.
        bucket_name: The bucket whose objects the job moves.
        cached_size_in_bytes: Bytes of the job that are in the cache so far. For a GET: in
            the cache from the start, or loaded from the permanent store; for a PUT: received
            from the client; for a VERIFY: loaded to be verified.
        chunk_client_processing_order_guarantee: Whether the client has to process the chunks
            in order.
        completed_size_in_bytes: Bytes of the job that are completely processed; for a GET,
            read by the client.
        entirely_in_cache: Whether all blobs of the job are in the cache.
        job_id: The id of the job.
        naked: True if a native S3 command created the job, false if a bulk GET, PUT or
            VERIFY did.
        name: The name that the client gave the job, or one that the appliance made up.
        original_size_in_bytes: Bytes in the whole job.
        priority: Which resources the job gets, and in which order.
        request_type: What the job does with its objects.
        start_date: When the job began: UTC, to the millisecond.
        status: How far the job has come.
        user_id: The user who owns the job.
        user_name: The name of that user.
    """

    nodes: list[JobNode] = field(
        default_factory=list,
        metadata={
            "wrapper": "Nodes",
            "name": "Node",
            "type": "Element",
            "namespace": "",
        },
    )
    chunks: list[JobChunk] = field(
        default_factory=list,
        metadata={
            "name": "Objects",
            "type": "Element",
        },
    )
    aggregating: bool = field(
        metadata={
            "name": "Aggregating",
            "type": "Attribute",
        }
    )
    bucket_name: str = field(
        metadata={
            "name": "BucketName",
            "type": "Attribute",
        }
    )
    cached_size_in_bytes: int = field(
        metadata={
            "name": "CachedSizeInBytes",
            "type": "Attribute",
            "min_inclusive": -9223372036854775808,
            "max_inclusive": 9223372036854775807,
        }
    )
    chunk_client_processing_order_guarantee: ChunkProcessingOrder = field(
        metadata={
            "name": "ChunkClientProcessingOrderGuarantee",
            "type": "Attribute",
        }
    )
    completed_size_in_bytes: int = field(
        metadata={
            "name": "CompletedSizeInBytes",
            "type": "Attribute",
            "min_inclusive": -9223372036854775808,
            "max_inclusive": 9223372036854775807,
        }
    )
    entirely_in_cache: None | bool = field(
        default=None,
        metadata={
            "name": "EntirelyInCache",
            "type": "Attribute",
        },
    )
    job_id: str = field(
        metadata={
            "name": "JobId",
            "type": "Attribute",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
        }
    )
    naked: bool = field(
        metadata={
            "name": "Naked",
            "type": "Attribute",
        }
    )
    name: str = field(
        metadata={
            "name": "Name",
            "type": "Attribute",
        }
    )
    original_size_in_bytes: int = field(
        metadata={
            "name": "OriginalSizeInBytes",
            "type": "Attribute",
            "min_inclusive": -9223372036854775808,
            "max_inclusive": 9223372036854775807,
        }
    )
    priority: Priority = field(
        metadata={
            "name": "Priority",
            "type": "Attribute",
        }
    )
    request_type: JobRequestType = field(
        metadata={
            "name": "RequestType",
            "type": "Attribute",
        }
    )
    start_date: XmlDateTime = field(
        metadata={
            "name": "StartDate",
            "type": "Attribute",
        }
    )
    status: JobStatus = field(
        metadata={
            "name": "Status",
            "type": "Attribute",
        }
    )
    user_id: str = field(
        metadata={
            "name": "UserId",
            "type": "Attribute",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
        }
    )
    user_name: str = field(
        metadata={
            "name": "UserName",
            "type": "Attribute",
        }
    )
