"""Each writing service starts a transaction or needs one, and errors of the database leave as errors of our own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError, connection

from filings.models import Department, Filing
from filings.services import log
from filings.services.errors import ConstraintError, DatabaseUnavailableError, Refused, ServiceError
from filings.services.locking import lock_filing
from filings.services.transactions import require_transaction, savepoint, start_transaction
from filings.services.workflow import apply_transition
from tests.factories import House

ROOT = Path(__file__).resolve().parents[2]
SERVICES = sorted((ROOT / "filings" / "services").rglob("*.py"))
VIEWS = sorted((ROOT / "filings" / "views").glob("*.py"))
WRITES = {
    "save", "create", "delete", "update", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "create_user", "enqueue",
}  # fmt: skip
COLLECTIONS = {
    "digest", "digests", "self._digest", "counts", "self.counts", "counter", "hashlib", "paths", "done", "names",
}  # fmt: skip
"""What is updated in memory only."""
STARTS, NEEDS = {"start_transaction"}, {"require_transaction", "savepoint", "lock_filing", "lock_editable_filing"}
# One statement is a transaction of its own, and nothing else has to be stored with it.
SINGLE = {
    "check_and_store", "mark_read", "record_presence", "create_packet", "cancel_packet", "restart_packet",
    "claim_packet", "update", "heartbeat", "release", "delete_old_files", "get_or_create_project", "enqueue_recount",
    "enqueue_render",
}  # fmt: skip


def called(node: ast.AST) -> set[str]:
    """The names of everything that a function calls."""
    found = set()
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            found.add(call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", ""))
    return found


def writes(node: ast.AST) -> bool:
    """Whether a function writes to the database itself: `x.objects.create()`, `row.save()`, `query.update()`."""
    if called(node) & {"update_row", "create_row"}:
        return True
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in WRITES:
            owner = ast.unparse(call.func.value)
            if owner not in COLLECTIONS:
                return True
    return False


def functions(path: Path) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_writers_say_which_transaction_they_write_in(path: Path) -> None:
    """Private functions write for public ones of their module, which say it."""
    own = functions(path)

    def reached(name: str, seen: frozenset[str] = frozenset()) -> set[str]:
        names = called(own[name])
        below = {one for one in names if one in own and one not in seen and one.startswith("_")}
        return names.union(*(reached(one, seen | {one}) for one in below))

    silent = []
    for name, node in own.items():
        if name.startswith("_") or name in SINGLE:
            continue
        below = [own[one] for one in reached(name) if one in own and one.startswith("_")]
        if (writes(node) or any(map(writes, below))) and not reached(name) & (STARTS | NEEDS):
            silent.append(name)
    assert silent == []


def test_the_reader_of_writers_sees_them() -> None:
    """Else the test above would pass on nothing."""
    found = {name for path in SERVICES for name, node in functions(path).items() if writes(node)}
    assert {"append_event", "store_changes", "add_remark", "_store_reply", "create_filing"} <= found


@pytest.mark.parametrize("path", [*SERVICES, *VIEWS], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_clock_is_read_once(path: Path) -> None:
    """Views hand down the time of the request; services read the clock only where nobody did."""
    readings = [
        ast.unparse(node)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("timezone.now", "timezone.localdate", "timezone.localtime", "datetime.now")
        and not node.args
    ]
    text = path.read_text(encoding="utf-8")
    if path.parent.name == "views":
        assert len(readings) == (1 if path.stem == "common" else 0)
    elif path.stem not in ("lease", "build", "cache", "places", "layouts"):  # background work and setting up
        assert len(readings) == text.count("now or timezone.now()")


def test_background_work_is_enqueued_in_the_transaction_that_it_belongs_to() -> None:
    """The queue is a table of the same database: both are stored or neither."""
    for path in SERVICES:
        assert "on_commit" not in path.read_text(encoding="utf-8"), path


@pytest.mark.django_db(transaction=True)
def test_a_transaction_is_the_outermost() -> None:
    with start_transaction(), pytest.raises(RuntimeError, match="durable"), start_transaction():
        pass
    with pytest.raises(RuntimeError, match="the caller has to start one"):
        require_transaction()
    with pytest.raises(RuntimeError, match="the caller has to start one"):
        lock_filing(1)
    with start_transaction():
        require_transaction()


@pytest.mark.parametrize(
    ("raised", "expected"),
    [(IntegrityError("twice"), ConstraintError), (OperationalError("gone"), DatabaseUnavailableError)],
)
def test_errors_of_the_database_become_our_own(db: None, raised: Exception, expected: type[ServiceError]) -> None:
    with pytest.raises(expected, match=str(raised)), start_transaction():
        raise raised
    assert not issubclass(expected, Refused), "what was foreseen and what was not are different"


def test_a_failed_savepoint_leaves_the_rest(house: House) -> None:
    with start_transaction():
        house.department.name = "改名"
        house.department.save()
        with pytest.raises(ConstraintError), savepoint():
            Department.objects.create(jurisdiction=house.place, code=house.department.code, name="又一个")
    assert Department.objects.get(pk=house.department.pk).name == "改名"


def test_a_lost_database_leaves_nothing_half_done(house: House) -> None:
    filing = house.filing()

    def lose(execute: object, sql: str, *_: object) -> object:
        if sql.startswith('UPDATE "filings_chain"'):
            raise OperationalError("the server closed the connection")
        return execute(sql, *_)  # type: ignore[operator]

    before = filing.events.count()
    with connection.execute_wrapper(lose), pytest.raises(DatabaseUnavailableError):
        apply_transition(house.fresh("clerk"), filing.pk, "submit")
    assert Filing.objects.get(pk=filing.pk).state == "draft"
    assert filing.events.count() == before
    assert list(log.verify_chain(filing.events.first().chain)) == []
