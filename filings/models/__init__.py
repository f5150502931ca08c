"""The database tables of filings: who files, what is due, what was filed, reviewed, logged and printed."""

from filings.models.attachment import Attachment
from filings.models.cycle import Cycle, DueForm, FundingSource, LayoutVersion, Project
from filings.models.filing import EDITABLE, REVIEWER_WORDS, SEEN_BY_BUREAU, WITH_BUREAU, Filing, FilingQuerySet, State
from filings.models.final_paper import FinalPaper
from filings.models.organisation import (
    BUREAU_ROLES,
    DEPARTMENT_ROLES,
    Department,
    Jurisdiction,
    Membership,
    Person,
    Role,
    Tenant,
)
from filings.models.packet import Packet, PacketFile
from filings.models.rate_count import RateCount
from filings.models.record import AppendOnly, Chain, Edit, Event, Revision
from filings.models.review import CheckResult, Opinion, Remark, Reminder, Reply, SheetPresence
from filings.models.rows import (
    ROW_MODELS,
    AssetItem,
    ExpenditureItem,
    FilingRow,
    FundingLine,
    IndicatorRow,
    ItemRow,
    Objective,
    PaymentStep,
    WorkItem,
)

__all__ = [
    "BUREAU_ROLES",
    "DEPARTMENT_ROLES",
    "EDITABLE",
    "REVIEWER_WORDS",
    "ROW_MODELS",
    "SEEN_BY_BUREAU",
    "WITH_BUREAU",
    "AppendOnly",
    "AssetItem",
    "Attachment",
    "Chain",
    "CheckResult",
    "Cycle",
    "Department",
    "DueForm",
    "Edit",
    "Event",
    "ExpenditureItem",
    "Filing",
    "FilingQuerySet",
    "FilingRow",
    "FinalPaper",
    "FundingLine",
    "FundingSource",
    "IndicatorRow",
    "ItemRow",
    "Jurisdiction",
    "LayoutVersion",
    "Membership",
    "Objective",
    "Opinion",
    "Packet",
    "PacketFile",
    "PaymentStep",
    "Person",
    "Project",
    "RateCount",
    "Remark",
    "Reminder",
    "Reply",
    "Revision",
    "Role",
    "SheetPresence",
    "State",
    "Tenant",
    "WorkItem",
]
