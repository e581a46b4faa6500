# Generated from schemas/ by schemas/generator/generate.py: change those, not this file.

from __future__ import annotations

from dataclasses import dataclass, field

from xsdata.models.datatype import XmlDateTime

from ds3codec.model_bases.credential import Credential
from ds3codec.model_bases.model import PresenceModel

from .simple_types import (
    AccessControlReplication,
    CloudNamingMode,
    PoolHealth,
    PoolState,
    PoolType,
    Priority,
    Quiesced,
    S3Region,
    TapeRole,
    TapeState,
    TapeType,
    TargetReadPreference,
    TargetState,
)


@dataclass(repr=False, slots=True, kw_only=True)
class AzureTarget(PresenceModel):
    """
    A target at Azure that holds a copy of the blob.

    Attributes:
        account_key: The key of the storage account.
        account_name: The name of the storage account.
        auto_verify_frequency_in_days: Days between two verifications of the target.
        cloud_bucket_prefix: The prefix of the names of containers at the target.
        cloud_bucket_suffix: The suffix of the names of containers at the target.
        default_read_preference: When to read from the target.
        https: Whether data goes there over HTTPS.
        id: The id of the target.
        last_fully_verified: When all data at the target was last verified.
        name: The name of the target.
        naming_mode: How objects are named at the target.
        permit_going_out_of_sync: Whether jobs go on while the target cannot be reached.
        quiesced: Whether the target is kept out of use.
        state: Whether the target can be reached.
    """

    account_key: None | Credential = field(
        repr=False,
        default=None,
        metadata={
            "name": "AccountKey",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        },
    )
    account_name: None | str = field(
        metadata={
            "name": "AccountName",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    auto_verify_frequency_in_days: None | int = field(
        metadata={
            "name": "AutoVerifyFrequencyInDays",
            "type": "Element",
            "namespace": "",
            "min_inclusive": -2147483648,
            "max_inclusive": 2147483647,
            "nillable": True,
        }
    )
    cloud_bucket_prefix: None | str = field(
        metadata={
            "name": "CloudBucketPrefix",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    cloud_bucket_suffix: None | str = field(
        metadata={
            "name": "CloudBucketSuffix",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    default_read_preference: None | TargetReadPreference = field(
        metadata={
            "name": "DefaultReadPreference",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    https: None | bool = field(
        metadata={
            "name": "Https",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    id: None | str = field(
        metadata={
            "name": "Id",
            "type": "Element",
            "namespace": "",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
            "nillable": True,
        }
    )
    last_fully_verified: None | XmlDateTime = field(
        metadata={
            "name": "LastFullyVerified",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    name: None | str = field(
        metadata={
            "name": "Name",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    naming_mode: None | CloudNamingMode = field(
        default=None,
        metadata={
            "name": "NamingMode",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        },
    )
    permit_going_out_of_sync: None | bool = field(
        metadata={
            "name": "PermitGoingOutOfSync",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    quiesced: None | Quiesced = field(
        metadata={
            "name": "Quiesced",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    state: None | TargetState = field(
        metadata={
            "name": "State",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )


@dataclass(repr=False, slots=True, kw_only=True)
class Ds3Target(PresenceModel):
    """
    Another DS3 appliance that holds a copy of the blob.

    Attributes:
        access_control_replication: Which access rights are copied to the target.
        admin_auth_id: The access id by which the appliance signs in at the target.
        admin_secret_key: The secret key that goes with that access id.
        data_path_end_point: The name or address of the target for data.
        data_path_https: Whether data goes there over HTTPS.
        data_path_port: The TCP port for data.
        data_path_proxy: The proxy on the way to the target.
        data_path_verify_certificate: Whether the certificate of the target is checked.
        default_read_preference: When to read from the target. The contracts called its type
            TargetReadPreference up to 3.3.0, and have called it TargetReadPreferenceType
            since.
        id: The id of the target.
        name: The name of the target.
        permit_going_out_of_sync: Whether jobs go on while the target cannot be reached.
        quiesced: Whether the target is kept out of use.
        replicated_user_default_data_policy: The data policy at the target for users that are
            copied there.
        state: Whether the target can be reached.
    """

    access_control_replication: None | AccessControlReplication = field(
        metadata={
            "name": "AccessControlReplication",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    admin_auth_id: None | str = field(
        metadata={
            "name": "AdminAuthId",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    admin_secret_key: None | Credential = field(
        repr=False,
        metadata={
            "name": "AdminSecretKey",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        },
    )
    data_path_end_point: None | str = field(
        metadata={
            "name": "DataPathEndPoint",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    data_path_https: None | bool = field(
        metadata={
            "name": "DataPathHttps",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    data_path_port: None | int = field(
        metadata={
            "name": "DataPathPort",
            "type": "Element",
            "namespace": "",
            "min_inclusive": -2147483648,
            "max_inclusive": 2147483647,
            "nillable": True,
        }
    )
    data_path_proxy: None | str = field(
        metadata={
            "name": "DataPathProxy",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    data_path_verify_certificate: None | bool = field(
        metadata={
            "name": "DataPathVerifyCertificate",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    default_read_preference: None | TargetReadPreference = field(
        metadata={
            "name": "DefaultReadPreference",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    id: None | str = field(
        metadata={
            "name": "Id",
            "type": "Element",
            "namespace": "",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
            "nillable": True,
        }
    )
    name: None | str = field(
        metadata={
            "name": "Name",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    permit_going_out_of_sync: None | bool = field(
        metadata={
            "name": "PermitGoingOutOfSync",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    quiesced: None | Quiesced = field(
        metadata={
            "name": "Quiesced",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    replicated_user_default_data_policy: None | str = field(
        metadata={
            "name": "ReplicatedUserDefaultDataPolicy",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    state: None | TargetState = field(
        metadata={
            "name": "State",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )


@dataclass(repr=False, slots=True, kw_only=True)
class Pool(PresenceModel):
    """
    A disk pool that holds a copy of the blob.

    Attributes:
        assigned_to_storage_domain: Whether the pool belongs to a storage domain.
        available_capacity: Bytes that can still be used.
        bucket_id: The bucket that has exclusive use of the pool.
        guid: The identity of the pool on its drives.
        health: Whether all drives of the pool work.
        id: The id of the pool.
        last_accessed: When the pool was last read or written.
        last_modified: When the pool was last written.
        last_verified: When the data on the pool was last verified.
        mountpoint: Where the pool is mounted on the appliance.
        name: The name of the pool.
        partition_id: The pool partition that the pool is in.
        powered_on: Whether the drives of the pool have power.
        quiesced: Whether the pool is kept out of use.
        reserved_capacity: Bytes that are set aside.
        state: What can be done with the pool.
        storage_domain_id: The storage domain of the pool; replaced by
            `StorageDomainMemberId`.
        storage_domain_member_id: The membership through which the pool belongs to a storage
            domain.
        total_capacity: Bytes that the pool has in all.
        type: What the pool is made for.
        used_capacity: Bytes in use.
    """

    assigned_to_storage_domain: None | bool = field(
        metadata={
            "name": "AssignedToStorageDomain",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    available_capacity: None | int = field(
        metadata={
            "name": "AvailableCapacity",
            "type": "Element",
            "namespace": "",
            "min_inclusive": -9223372036854775808,
            "max_inclusive": 9223372036854775807,
            "nillable": True,
        }
    )
    bucket_id: None | str = field(
        metadata={
            "name": "BucketId",
            "type": "Element",
            "namespace": "",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
            "nillable": True,
        }
    )
    guid: None | str = field(
        metadata={
            "name": "Guid",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    health: None | PoolHealth = field(
        metadata={
            "name": "Health",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    id: None | str = field(
        metadata={
            "name": "Id",
            "type": "Element",
            "namespace": "",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
            "nillable": True,
        }
    )
    last_accessed: None | XmlDateTime = field(
        metadata={
            "name": "LastAccessed",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    last_modified: None | XmlDateTime = field(
        metadata={
            "name": "LastModified",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    last_verified: None | XmlDateTime = field(
        metadata={
            "name": "LastVerified",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    mountpoint: None | str = field(
        metadata={
            "name": "Mountpoint",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    name: None | str = field(
        metadata={
            "name": "Name",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    partition_id: None | str = field(
        metadata={
            "name": "PartitionId",
            "type": "Element",
            "namespace": "",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
            "nillable": True,
        }
    )
    powered_on: None | bool = field(
        metadata={
            "name": "PoweredOn",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    quiesced: None | Quiesced = field(
        metadata={
            "name": "Quiesced",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    reserved_capacity: None | int = field(
        metadata={
            "name": "ReservedCapacity",
            "type": "Element",
            "namespace": "",
            "min_inclusive": -9223372036854775808,
            "max_inclusive": 9223372036854775807,
            "nillable": True,
        }
    )
    state: None | PoolState = field(
        metadata={
            "name": "State",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    storage_domain_id: None | str = field(
        default=None,
        metadata={
            "name": "StorageDomainId",
            "type": "Element",
            "namespace": "",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
            "nillable": True,
        },
    )
    storage_domain_member_id: None | str = field(
        default=None,
        metadata={
            "name": "StorageDomainMemberId",
            "type": "Element",
            "namespace": "",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
            "nillable": True,
        },
    )
    total_capacity: None | int = field(
        metadata={
            "name": "TotalCapacity",
            "type": "Element",
            "namespace": "",
            "min_inclusive": -9223372036854775808,
            "max_inclusive": 9223372036854775807,
            "nillable": True,
        }
    )
    type: None | PoolType = field(
        metadata={
            "name": "Type",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    used_capacity: None | int = field(
        metadata={
            "name": "UsedCapacity",
            "type": "Element",
            "namespace": "",
            "min_inclusive": -9223372036854775808,
            "max_inclusive": 9223372036854775807,
            "nillable": True,
        }
    )


@dataclass(repr=False, slots=True, kw_only=True)
class S3Target(PresenceModel):
    """
    A target in the S3 protocol that holds a copy of the blob.

    Attributes:
        access_key: The access key by which the appliance signs in at the target.
        auto_verify_frequency_in_days: Days between two verifications of the target.
        cloud_bucket_prefix: The prefix of the names of buckets at the target.
        cloud_bucket_suffix: The suffix of the names of buckets at the target.
        data_path_end_point: The name or address of the target for data.
        default_read_preference: When to read from the target.
        https: Whether data goes there over HTTPS.
        id: The id of the target.
        last_fully_verified: When all data at the target was last verified.
        name: The name of the target.
        naming_mode: How objects are named at the target.
        offline_data_staging_window_in_tb: Terabytes that are staged at once from offline
            storage.
        permit_going_out_of_sync: Whether jobs go on while the target cannot be reached.
        proxy_domain: The domain of the proxy on the way to the target.
        proxy_host: The host of that proxy.
        proxy_password: The password for that proxy.
        proxy_port: The TCP port of that proxy.
        proxy_username: The user name for that proxy.
        quiesced: Whether the target is kept out of use.
        region: The region of the target.
        restricted_access: Whether access to the target is restricted.
        secret_key: The secret key that goes with the access key.
        staged_data_expiration_in_days: Days until staged data may be removed.
        state: Whether the target can be reached.
    """

    access_key: None | str = field(
        metadata={
            "name": "AccessKey",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    auto_verify_frequency_in_days: None | int = field(
        metadata={
            "name": "AutoVerifyFrequencyInDays",
            "type": "Element",
            "namespace": "",
            "min_inclusive": -2147483648,
            "max_inclusive": 2147483647,
            "nillable": True,
        }
    )
    cloud_bucket_prefix: None | str = field(
        metadata={
            "name": "CloudBucketPrefix",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    cloud_bucket_suffix: None | str = field(
        metadata={
            "name": "CloudBucketSuffix",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    data_path_end_point: None | str = field(
        metadata={
            "name": "DataPathEndPoint",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    default_read_preference: None | TargetReadPreference = field(
        metadata={
            "name": "DefaultReadPreference",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    https: None | bool = field(
        metadata={
            "name": "Https",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    id: None | str = field(
        metadata={
            "name": "Id",
            "type": "Element",
            "namespace": "",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
            "nillable": True,
        }
    )
    last_fully_verified: None | XmlDateTime = field(
        metadata={
            "name": "LastFullyVerified",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    name: None | str = field(
        metadata={
            "name": "Name",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    naming_mode: None | CloudNamingMode = field(
        default=None,
        metadata={
            "name": "NamingMode",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        },
    )
    offline_data_staging_window_in_tb: None | int = field(
        metadata={
            "name": "OfflineDataStagingWindowInTb",
            "type": "Element",
            "namespace": "",
            "min_inclusive": -2147483648,
            "max_inclusive": 2147483647,
            "nillable": True,
        }
    )
    permit_going_out_of_sync: None | bool = field(
        metadata={
            "name": "PermitGoingOutOfSync",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    proxy_domain: None | str = field(
        metadata={
            "name": "ProxyDomain",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    proxy_host: None | str = field(
        metadata={
            "name": "ProxyHost",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    proxy_password: None | Credential = field(
        repr=False,
        metadata={
            "name": "ProxyPassword",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        },
    )
    proxy_port: None | int = field(
        metadata={
            "name": "ProxyPort",
            "type": "Element",
            "namespace": "",
            "min_inclusive": -2147483648,
            "max_inclusive": 2147483647,
            "nillable": True,
        }
    )
    proxy_username: None | str = field(
        metadata={
            "name": "ProxyUsername",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    quiesced: None | Quiesced = field(
        metadata={
            "name": "Quiesced",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    region: None | S3Region = field(
        metadata={
            "name": "Region",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    restricted_access: None | bool = field(
        default=None,
        metadata={
            "name": "RestrictedAccess",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        },
    )
    secret_key: None | Credential = field(
        repr=False,
        default=None,
        metadata={
            "name": "SecretKey",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        },
    )
    staged_data_expiration_in_days: None | int = field(
        metadata={
            "name": "StagedDataExpirationInDays",
            "type": "Element",
            "namespace": "",
            "min_inclusive": -2147483648,
            "max_inclusive": 2147483647,
            "nillable": True,
        }
    )
    state: None | TargetState = field(
        metadata={
            "name": "State",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )


@dataclass(repr=False, slots=True, kw_only=True)
class Tape(PresenceModel):
    """
    A tape that holds a copy of the blob.

    Attributes:
        allow_rollback: Whether the tape may be rolled back to an earlier checkpoint.
        assigned_to_storage_domain: Whether the tape belongs to a storage domain.
        available_raw_capacity: Bytes that can still be written, before compression.
        bar_code: The bar code on the cartridge.
        bucket_id: The bucket that has exclusive use of the tape.
        characterization_ver: The version of the characterization of the medium.
        description_for_identification: A description by which a person can recognize the
            tape.
        eject_date: When the tape was ejected.
        eject_label: The label given to the tape when it was ejected.
        eject_location: Where the tape was to go when it was ejected.
        eject_pending: When the tape began to wait to be ejected.
        full_of_data: Whether nothing more fits on the tape.
        id: The id of the tape.
        last_accessed: When the tape was last read or written.
        last_checkpoint: The last checkpoint of the data on the tape.
        last_modified: When the tape was last written.
        last_verified: When the data on the tape was last verified.
        partially_verified_end_of_tape: When only the end of the tape was last verified.
        partition_id: The tape partition that the tape is in.
        previous_state: The state of the tape before the present one.
        role: What the tape is used for.
        serial_number: The serial number of the cartridge.
        state: What can be done with the tape.
        storage_domain_id: The storage domain of the tape; replaced by
            `StorageDomainMemberId`.
        storage_domain_member_id: The membership through which the tape belongs to a storage
            domain.
        take_ownership_pending: Whether the appliance is about to take the tape over from
            another.
        total_raw_capacity: Bytes that the tape has in all, before compression.
        type: The kind of cartridge.
        verify_pending: The priority with which the tape waits to be verified.
        write_protected: Whether the cartridge is protected against writing.
    """

    allow_rollback: None | bool = field(
        default=None,
        metadata={
            "name": "AllowRollback",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        },
    )
    assigned_to_storage_domain: None | bool = field(
        metadata={
            "name": "AssignedToStorageDomain",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    available_raw_capacity: None | int = field(
        metadata={
            "name": "AvailableRawCapacity",
            "type": "Element",
            "namespace": "",
            "min_inclusive": -9223372036854775808,
            "max_inclusive": 9223372036854775807,
            "nillable": True,
        }
    )
    bar_code: None | str = field(
        metadata={
            "name": "BarCode",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    bucket_id: None | str = field(
        metadata={
            "name": "BucketId",
            "type": "Element",
            "namespace": "",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
            "nillable": True,
        }
    )
    characterization_ver: None | str = field(
        default=None,
        metadata={
            "name": "CharacterizationVer",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        },
    )
    description_for_identification: None | str = field(
        metadata={
            "name": "DescriptionForIdentification",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    eject_date: None | XmlDateTime = field(
        metadata={
            "name": "EjectDate",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    eject_label: None | str = field(
        metadata={
            "name": "EjectLabel",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    eject_location: None | str = field(
        metadata={
            "name": "EjectLocation",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    eject_pending: None | XmlDateTime = field(
        metadata={
            "name": "EjectPending",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    full_of_data: None | bool = field(
        metadata={
            "name": "FullOfData",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    id: None | str = field(
        metadata={
            "name": "Id",
            "type": "Element",
            "namespace": "",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
            "nillable": True,
        }
    )
    last_accessed: None | XmlDateTime = field(
        metadata={
            "name": "LastAccessed",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    last_checkpoint: None | str = field(
        metadata={
            "name": "LastCheckpoint",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    last_modified: None | XmlDateTime = field(
        metadata={
            "name": "LastModified",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    last_verified: None | XmlDateTime = field(
        metadata={
            "name": "LastVerified",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    partially_verified_end_of_tape: None | XmlDateTime = field(
        default=None,
        metadata={
            "name": "PartiallyVerifiedEndOfTape",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        },
    )
    partition_id: None | str = field(
        metadata={
            "name": "PartitionId",
            "type": "Element",
            "namespace": "",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
            "nillable": True,
        }
    )
    previous_state: None | TapeState = field(
        metadata={
            "name": "PreviousState",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    role: None | TapeRole = field(
        default=None,
        metadata={
            "name": "Role",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        },
    )
    serial_number: None | str = field(
        metadata={
            "name": "SerialNumber",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    state: None | TapeState = field(
        metadata={
            "name": "State",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    storage_domain_id: None | str = field(
        default=None,
        metadata={
            "name": "StorageDomainId",
            "type": "Element",
            "namespace": "",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
            "nillable": True,
        },
    )
    storage_domain_member_id: None | str = field(
        default=None,
        metadata={
            "name": "StorageDomainMemberId",
            "type": "Element",
            "namespace": "",
            "pattern": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
            "nillable": True,
        },
    )
    take_ownership_pending: None | bool = field(
        metadata={
            "name": "TakeOwnershipPending",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    total_raw_capacity: None | int = field(
        metadata={
            "name": "TotalRawCapacity",
            "type": "Element",
            "namespace": "",
            "min_inclusive": -9223372036854775808,
            "max_inclusive": 9223372036854775807,
            "nillable": True,
        }
    )
    type: None | TapeType = field(
        metadata={
            "name": "Type",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    verify_pending: None | Priority = field(
        metadata={
            "name": "VerifyPending",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )
    write_protected: None | bool = field(
        metadata={
            "name": "WriteProtected",
            "type": "Element",
            "namespace": "",
            "nillable": True,
        }
    )


@dataclass(repr=False, slots=True, kw_only=True)
class PhysicalPlacement(PresenceModel):
    """
    Where the appliance keeps copies of a blob.

    The contracts call it PhysicalPlacementApiBean.

    Attributes:
        azure_targets: The targets at Azure that hold a copy.
        ds3_targets: The other DS3 appliances that hold a copy.
        pools: The disk pools that hold a copy.
        s3_targets: The targets in the S3 protocol that hold a copy.
        tapes: The tapes that hold a copy.
    """

    azure_targets: list[AzureTarget] = field(
        default_factory=list,
        metadata={
            "wrapper": "AzureTargets",
            "name": "AzureTarget",
            "type": "Element",
            "namespace": "",
        },
    )
    ds3_targets: list[Ds3Target] = field(
        default_factory=list,
        metadata={
            "wrapper": "Ds3Targets",
            "name": "Ds3Target",
            "type": "Element",
            "namespace": "",
        },
    )
    pools: list[Pool] = field(
        default_factory=list,
        metadata={
            "wrapper": "Pools",
            "name": "Pool",
            "type": "Element",
            "namespace": "",
        },
    )
    s3_targets: list[S3Target] = field(
        default_factory=list,
        metadata={
            "wrapper": "S3Targets",
            "name": "S3Target",
            "type": "Element",
            "namespace": "",
        },
    )
    tapes: list[Tape] = field(
        default_factory=list,
        metadata={
            "wrapper": "Tapes",
            "name": "Tape",
            "type": "Element",
            "namespace": "",
        },
    )
