# Generated from schemas/ by schemas/generator/generate.py: change those, not this file.

from __future__ import annotations

from dataclasses import dataclass, field

from ds3codec.model_bases.model import PresenceModel


@dataclass(repr=False, slots=True, kw_only=True)
class ServerError(PresenceModel):
    """
    Why a request failed.

    The contracts call it HttpErrorResultApiBean.

    Attributes:
        code: The kind of failure, such as `NotFound`.
        http_error_code: The HTTP status code of the answer.
        message: What went wrong, for a person.
        request_id: The appliance's id of the request. No contract has it, but appliances
            write it.
        resource: The path that was asked for.
        resource_id: The number of that resource.
    """

    class Meta:
        name = "Error"

    code: str = field(
        metadata={
            "name": "Code",
            "type": "Element",
            "namespace": "",
        }
    )
    http_error_code: int = field(
        metadata={
            "name": "HttpErrorCode",
            "type": "Element",
            "namespace": "",
            "min_inclusive": -2147483648,
            "max_inclusive": 2147483647,
        }
    )
    message: str = field(
        metadata={
            "name": "Message",
            "type": "Element",
            "namespace": "",
        }
    )
    request_id: None | str = field(
        default=None,
        metadata={
            "name": "RequestId",
            "type": "Element",
            "namespace": "",
        },
    )
    resource: str = field(
        metadata={
            "name": "Resource",
            "type": "Element",
            "namespace": "",
        }
    )
    resource_id: int = field(
        metadata={
            "name": "ResourceId",
            "type": "Element",
            "namespace": "",
            "min_inclusive": -9223372036854775808,
            "max_inclusive": 9223372036854775807,
        }
    )
