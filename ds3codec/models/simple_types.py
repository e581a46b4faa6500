# Generated from schemas/ by schemas/generator/generate.py: change those, not this file.

from __future__ import annotations

from ds3codec.model_bases.enumeration import OpenEnumeration


class AccessControlReplication(OpenEnumeration):
    """
    Which access rights are copied to another appliance.

    The contracts call it Ds3TargetAccessControlReplication.

    Attributes:
        NONE: None.
        USERS: The users.
    """

    NONE = "NONE"
    USERS = "USERS"


class ChunkProcessingOrder(OpenEnumeration):
    """
    The order in which a client processes a job's chunks, as the appliance guarantees it.

    The contracts call it JobChunkClientProcessingOrderGuarantee.

    Attributes:
        IN_ORDER: Chunks are to be processed in the order of their numbers.
        NONE: Chunks may be processed in any order.
    """

    IN_ORDER = "IN_ORDER"
    NONE = "NONE"


class CloudNamingMode(OpenEnumeration):
    """
    How objects are named at a target in the cloud.

    Attributes:
        AWS_S3: As in S3, by their own names.
        BLACK_PEARL: In the appliance's own way.
    """

    AWS_S3 = "AWS_S3"
    BLACK_PEARL = "BLACK_PEARL"


class JobRequestType(OpenEnumeration):
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


class JobStatus(OpenEnumeration):
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


class PoolHealth(OpenEnumeration):
    """
    The condition of a pool.

    Attributes:
        DEGRADED: A drive is missing or broken; the data is there.
        OK: All drives work.
    """

    DEGRADED = "DEGRADED"
    OK = "OK"


class PoolState(OpenEnumeration):
    """
    What can be done with a pool.

    Attributes:
        BLANK: Nothing is on it.
        FOREIGN: Its data belongs to another appliance.
        IMPORT_IN_PROGRESS: It is being imported.
        IMPORT_PENDING: It waits to be imported.
        LOST: It cannot be found.
        NORMAL: It is in use.
    """

    BLANK = "BLANK"
    FOREIGN = "FOREIGN"
    IMPORT_IN_PROGRESS = "IMPORT_IN_PROGRESS"
    IMPORT_PENDING = "IMPORT_PENDING"
    LOST = "LOST"
    NORMAL = "NORMAL"


class PoolType(OpenEnumeration):
    """
    What a pool is made for.

    Attributes:
        NEARLINE: For high capacity.
        ONLINE: For fast access.
    """

    NEARLINE = "NEARLINE"
    ONLINE = "ONLINE"


class Priority(OpenEnumeration):
    """
    How a job ranks when jobs compete for the appliance's resources, from the first served to
    the last.

    The contracts call it BlobStoreTaskPriority.

    Attributes:
        CRITICAL: Reserved for the appliance itself; a client cannot ask for it.
        URGENT: The highest that a client can ask for.
        HIGH: Served before jobs of normal priority.
        NORMAL: The middle of the range.
        LOW: Served after jobs of normal priority.
        BACKGROUND: Kept for the appliance itself; it uses the resources that others leave
            free.
    """

    CRITICAL = "CRITICAL"
    URGENT = "URGENT"
    HIGH = "HIGH"
    NORMAL = "NORMAL"
    LOW = "LOW"
    BACKGROUND = "BACKGROUND"


class Quiesced(OpenEnumeration):
    """
    Whether something is kept out of use.

    Attributes:
        NO: It is in use.
        PENDING: It will be out of use once it is idle.
        YES: It is out of use.
    """

    NO = "NO"
    PENDING = "PENDING"
    YES = "YES"


class S3Region(OpenEnumeration):
    """
    A region of S3.

    Attributes:
        AP_NORTHEAST_1: The region ap-northeast-1.
        AP_NORTHEAST_2: The region ap-northeast-2.
        AP_SOUTHEAST_1: The region ap-southeast-1.
        AP_SOUTHEAST_2: The region ap-southeast-2.
        AP_SOUTH_1: The region ap-south-1.
        CA_CENTRAL_1: The region ca-central-1.
        CN_NORTH_1: The region cn-north-1.
        EU_CENTRAL_1: The region eu-central-1.
        EU_WEST_1: The region eu-west-1.
        EU_WEST_2: The region eu-west-2.
        GOV_CLOUD: The region for the government of the USA.
        SA_EAST_1: The region sa-east-1.
        US_EAST_1: The region us-east-1.
        US_EAST_2: The region us-east-2.
        US_WEST_1: The region us-west-1.
        US_WEST_2: The region us-west-2.
    """

    AP_NORTHEAST_1 = "AP_NORTHEAST_1"
    AP_NORTHEAST_2 = "AP_NORTHEAST_2"
    AP_SOUTHEAST_1 = "AP_SOUTHEAST_1"
    AP_SOUTHEAST_2 = "AP_SOUTHEAST_2"
    AP_SOUTH_1 = "AP_SOUTH_1"
    CA_CENTRAL_1 = "CA_CENTRAL_1"
    CN_NORTH_1 = "CN_NORTH_1"
    EU_CENTRAL_1 = "EU_CENTRAL_1"
    EU_WEST_1 = "EU_WEST_1"
    EU_WEST_2 = "EU_WEST_2"
    GOV_CLOUD = "GOV_CLOUD"
    SA_EAST_1 = "SA_EAST_1"
    US_EAST_1 = "US_EAST_1"
    US_EAST_2 = "US_EAST_2"
    US_WEST_1 = "US_WEST_1"
    US_WEST_2 = "US_WEST_2"


class TapeRole(OpenEnumeration):
    """
    What a tape is used for.

    Attributes:
        NORMAL: For data.
        TEST: For tests of a drive.
    """

    NORMAL = "NORMAL"
    TEST = "TEST"


class TapeState(OpenEnumeration):
    """
    What can be done with a tape.

    Attributes:
        AUTO_COMPACTION_IN_PROGRESS: Its data is being compacted.
        BAD: It failed.
        BAR_CODE_MISSING: It has no bar code.
        CANNOT_FORMAT_DUE_TO_WRITE_PROTECTION: It cannot be formatted, because it is write
            protected.
        DATA_CHECKPOINT_FAILURE: It could not be returned to its checkpoint.
        DATA_CHECKPOINT_FAILURE_DUE_TO_READ_ONLY: It could not be returned to its checkpoint,
            because it is read only.
        DATA_CHECKPOINT_MISSING: It does not contain its checkpoint.
        EJECTED: It was taken out.
        EJECT_FROM_EE_PENDING: It waits at the entry and exit port to be taken out.
        EJECT_TO_EE_IN_PROGRESS: It is on its way to the entry and exit port.
        FOREIGN: Its data belongs to another appliance.
        FORMAT_IN_PROGRESS: It is being formatted.
        FORMAT_PENDING: It waits to be formatted.
        IMPORT_IN_PROGRESS: It is being imported.
        IMPORT_PENDING: It waits to be imported.
        INCOMPATIBLE: The drives cannot use it.
        LOST: It cannot be found.
        LTFS_WITH_FOREIGN_DATA: It holds files in LTFS that are not from an appliance.
        NORMAL: It is in use.
        OFFLINE: It is in the library, but not online.
        ONLINE_IN_PROGRESS: It is being brought online.
        ONLINE_PENDING: It waits to be brought online.
        PENDING_INSPECTION: It waits to be inspected.
        RAW_IMPORT_IN_PROGRESS: Files in LTFS are being imported from it.
        RAW_IMPORT_PENDING: It waits for files in LTFS to be imported.
        SERIAL_NUMBER_MISMATCH: Its serial number is not the one that belongs to its bar
            code.
        UNKNOWN: It has not been inspected yet.
    """

    AUTO_COMPACTION_IN_PROGRESS = "AUTO_COMPACTION_IN_PROGRESS"
    BAD = "BAD"
    BAR_CODE_MISSING = "BAR_CODE_MISSING"
    CANNOT_FORMAT_DUE_TO_WRITE_PROTECTION = "CANNOT_FORMAT_DUE_TO_WRITE_PROTECTION"
    DATA_CHECKPOINT_FAILURE = "DATA_CHECKPOINT_FAILURE"
    DATA_CHECKPOINT_FAILURE_DUE_TO_READ_ONLY = "DATA_CHECKPOINT_FAILURE_DUE_TO_READ_ONLY"
    DATA_CHECKPOINT_MISSING = "DATA_CHECKPOINT_MISSING"
    EJECTED = "EJECTED"
    EJECT_FROM_EE_PENDING = "EJECT_FROM_EE_PENDING"
    EJECT_TO_EE_IN_PROGRESS = "EJECT_TO_EE_IN_PROGRESS"
    FOREIGN = "FOREIGN"
    FORMAT_IN_PROGRESS = "FORMAT_IN_PROGRESS"
    FORMAT_PENDING = "FORMAT_PENDING"
    IMPORT_IN_PROGRESS = "IMPORT_IN_PROGRESS"
    IMPORT_PENDING = "IMPORT_PENDING"
    INCOMPATIBLE = "INCOMPATIBLE"
    LOST = "LOST"
    LTFS_WITH_FOREIGN_DATA = "LTFS_WITH_FOREIGN_DATA"
    NORMAL = "NORMAL"
    OFFLINE = "OFFLINE"
    ONLINE_IN_PROGRESS = "ONLINE_IN_PROGRESS"
    ONLINE_PENDING = "ONLINE_PENDING"
    PENDING_INSPECTION = "PENDING_INSPECTION"
    RAW_IMPORT_IN_PROGRESS = "RAW_IMPORT_IN_PROGRESS"
    RAW_IMPORT_PENDING = "RAW_IMPORT_PENDING"
    SERIAL_NUMBER_MISMATCH = "SERIAL_NUMBER_MISMATCH"
    UNKNOWN = "UNKNOWN"


class TapeType(OpenEnumeration):
    """
    The kind of a cartridge.

    Attributes:
        FORBIDDEN: A kind that the appliance refuses.
        LTO10: An LTO 10 cartridge.
        LTO10_P: An LTO 10 cartridge of the larger capacity.
        LTO5: An LTO 5 cartridge.
        LTO6: An LTO 6 cartridge.
        LTO7: An LTO 7 cartridge.
        LTO8: An LTO 8 cartridge.
        LTO9: An LTO 9 cartridge.
        LTOM8: An LTO 7 cartridge in the format M8.
        LTO_CLEANING_TAPE: A cleaning cartridge for LTO drives.
        TS_CLEANING_TAPE: A cleaning cartridge for TS11xx drives.
        TS_JC: A JC cartridge for TS11xx drives.
        TS_JD: A JD cartridge for TS11xx drives.
        TS_JE: A JE cartridge for TS11xx drives.
        TS_JF: A JF cartridge for TS11xx drives.
        TS_JK: A JK cartridge for TS11xx drives.
        TS_JL: A JL cartridge for TS11xx drives.
        TS_JM: A JM cartridge for TS11xx drives.
        TS_JN: A JN cartridge for TS11xx drives.
        TS_JV: A JV cartridge for TS11xx drives.
        TS_JY: A JY cartridge for TS11xx drives.
        TS_JZ: A JZ cartridge for TS11xx drives.
        UNKNOWN: A kind that the appliance does not know.
    """

    FORBIDDEN = "FORBIDDEN"
    LTO10 = "LTO10"
    LTO10_P = "LTO10P"
    LTO5 = "LTO5"
    LTO6 = "LTO6"
    LTO7 = "LTO7"
    LTO8 = "LTO8"
    LTO9 = "LTO9"
    LTOM8 = "LTOM8"
    LTO_CLEANING_TAPE = "LTO_CLEANING_TAPE"
    TS_CLEANING_TAPE = "TS_CLEANING_TAPE"
    TS_JC = "TS_JC"
    TS_JD = "TS_JD"
    TS_JE = "TS_JE"
    TS_JF = "TS_JF"
    TS_JK = "TS_JK"
    TS_JL = "TS_JL"
    TS_JM = "TS_JM"
    TS_JN = "TS_JN"
    TS_JV = "TS_JV"
    TS_JY = "TS_JY"
    TS_JZ = "TS_JZ"
    UNKNOWN = "UNKNOWN"


class TargetReadPreference(OpenEnumeration):
    """
    When to read from a target rather than from local copies.

    The contracts have called it TargetReadPreferenceType since 3.4.0.

    Attributes:
        AFTER_NEARLINE_POOL: After pools of the type NEARLINE, too.
        AFTER_NON_EJECTABLE_TAPE: After tapes that cannot be ejected, too.
        AFTER_ONLINE_POOL: After pools of the type ONLINE.
        LAST_RESORT: Only if nothing else has the data.
        MINIMUM_LATENCY: Whenever that is fastest.
        NEVER: Not at all.
    """

    AFTER_NEARLINE_POOL = "AFTER_NEARLINE_POOL"
    AFTER_NON_EJECTABLE_TAPE = "AFTER_NON_EJECTABLE_TAPE"
    AFTER_ONLINE_POOL = "AFTER_ONLINE_POOL"
    LAST_RESORT = "LAST_RESORT"
    MINIMUM_LATENCY = "MINIMUM_LATENCY"
    NEVER = "NEVER"


class TargetState(OpenEnumeration):
    """
    Whether a target can be reached.

    Attributes:
        LIMITED_ACCESS: It can be reached for some requests only.
        OFFLINE: It cannot be reached.
        ONLINE: It can be reached.
    """

    LIMITED_ACCESS = "LIMITED_ACCESS"
    OFFLINE = "OFFLINE"
    ONLINE = "ONLINE"
