"""Layouts and profiles: read from files, stored once for each version, compiled once in each process."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from django.urls import reverse
from django.utils import timezone

from filings.models import Cycle, DueForm, Filing, LayoutVersion, Revision
from filings.services.errors import BrokenRulesError, Refused
from filings.services.transactions import start_transaction
from filings.sheet.document import digest
from filings.sheet.drawing import LayoutVariables
from filings.sheet.drawing_limits import DrawingLimitError, DrawingLimits
from filings.sheet.grid import Grid, build_grid
from filings.sheet.layout import Layout
from filings.sheet.loading import find_warnings, load_layout
from filings.sheet.new_documents import blank_document
from filings.sheet.pages import PaginatedSheet, paginate
from filings.sheet.problems import LayoutError, Problem, display_value
from filings.sheet.profile import Profile, load_profile
from filings.sheet.sample import sample_document
from indicators.models import load_tree
from indicators.taxonomy import Tree

LAYOUTS = Path(__file__).resolve().parent.parent / "layouts"
"""The folder with the layouts and the profile of each place."""


class _Included:
    """Reads included files from a folder, and collects the texts that were read, by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.texts: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder.resolve()) or not path.is_file():
            raise KeyError(name)
        self.texts[name] = _file_text(path, name)
        return self.texts[name]


def read_layout_file(path: Path, folder: Path = LAYOUTS) -> tuple[Layout, str, dict[str, str]]:
    """The layout in a file, the file's text, and the texts it includes, by name. Raises LayoutError, OSError."""
    text, included = _file_text(path, str(path)), _Included(folder)
    return _drawable_layout(str(path), text, included), text, included.texts


def _drawable_layout(name: str, text: str, included: _Included) -> Layout:
    """The layout in a text; it is drawn blank and filled, under limits. Raises LayoutError."""
    layout = load_layout(name, text, included)
    for filled in (False, True):
        limits = DrawingLimits()
        try:
            paginate(_sample_grid(layout, SAMPLE_CATEGORIES, LayoutVariables(2000), filled, limits), limits=limits)
        except DrawingLimitError as error:
            raise LayoutError([Problem(name, 1, str(error))]) from error
    return layout


def read_profile_file(path: Path, place: str = "", year: int = 0) -> Profile:
    """The profile in a file; of this place and year, if they are given. Raises LayoutError, OSError."""
    return load_profile(str(path), _file_text(path, str(path)), place=place, year=year)


def _file_text(path: Path, name: str) -> str:
    """The text of a file, called `name` in an error. Raises LayoutError where it is not UTF-8, OSError."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise LayoutError([Problem(name, 1, "文件不是 UTF-8 文本，请另存为 UTF-8 编码")]) from error


def store_layout(path: Path, *, keep_used: bool = False) -> LayoutVersion:
    """Store a layout file as a version of its layout, in a transaction of its own.

    A stored version is replaced as long as nothing uses it. One in use with other content stays as it is: with
    `keep_used` it is returned, else LayoutError is raised, as for every mistake in the file.
    """
    with start_transaction():
        return _store(path.name, *read_layout_file(path), keep_used=keep_used)


def store_layouts(
    paths: Iterable[Path], cycle: Cycle | None = None, title: str = ""
) -> list[tuple[LayoutVersion, DueForm | None]]:
    """Store layout files and, given a cycle, make their forms due in it: all in one transaction of its own, or nothing.

    Raises LayoutError with the mistakes of all files, OSError, and Refused as `add_due_form` does.
    """
    read, problems = [], []
    for path in paths:
        try:
            read.append((path.name, *read_layout_file(path)))
        except LayoutError as error:
            problems += error.problems
    if problems:
        raise LayoutError(problems)
    with start_transaction():
        versions = [_store(*content) for content in read]
        return [(version, _add_due_form(cycle, version, title) if cycle else None) for version in versions]


def store_layout_text(name: str, text: str, places: Collection[str]) -> LayoutVersion:
    """Store an uploaded layout as `store_layout` does; its key must begin with one of `places`. Raises LayoutError."""
    included = _Included(LAYOUTS)
    layout = _drawable_layout(name, text, included)
    if layout.key.partition("/")[0] not in places:
        allowed = "、".join(f"{place}/" for place in sorted(places))
        raise LayoutError([Problem(name, 1, f"key {display_value(layout.key)} 必须以 {allowed} 开头")])
    with start_transaction():
        return _store(name, layout, text, included.texts)


def _store(name: str, layout: Layout, text: str, includes: dict[str, str], *, keep_used: bool = False) -> LayoutVersion:
    """Store or find the version of a layout. Raises LayoutError where one in use has other content, or keeps it."""
    sha256 = digest([text, includes])
    content = {"name": layout.name, "source": text, "includes": includes, "sha256": sha256}
    version, created = LayoutVersion.objects.get_or_create(key=layout.key, version=layout.version, defaults=content)
    if created or version.sha256 == sha256:
        return version
    if is_layout_used(version):
        if keep_used:
            return version
        reason = f"第 {layout.version} 版已有填报，不能改动：请把 version 改成新的版本号"
        raise LayoutError([Problem(name, 1, reason)])
    LayoutVersion.objects.filter(pk=version.pk).update(**content)
    version.refresh_from_db()
    return version


def layout_warnings(version: LayoutVersion) -> list[Problem]:
    """What looks bad in print in a stored version, such as columns too narrow for their values. No query."""
    return find_warnings(version.key, version.source, version.includes.__getitem__)


def is_layout_used(version: LayoutVersion) -> bool:
    """Whether filings or revisions use a version: then it may never change. Two queries at most."""
    return version.filings.exists() or Revision.objects.filter(layout=version).exists()


def add_due_form(cycle: Cycle, version: LayoutVersion, title: str = "") -> DueForm:
    """Make a form due in a cycle, in a transaction of its own; a due form of another version of it is replaced.

    Raises Refused if filings of that other version were begun.
    """
    with start_transaction():
        return _add_due_form(cycle, version, title)


def _add_due_form(cycle: Cycle, version: LayoutVersion, title: str) -> DueForm:
    """As `add_due_form`, within its transaction."""
    layout = compiled_layout(version)
    same_form = cycle.due_forms.filter(layout__key=version.key).select_related("layout")
    earlier = same_form.exclude(layout=version).first()
    if earlier:
        begun = cycle.filings.filter(layout=earlier.layout).count()
        if begun:
            raise Refused("layout_version_begun", count=begun, version=earlier.layout.version)
        earlier.delete()
    last = cycle.due_forms.order_by("-position").values_list("position", flat=True).first()
    due, _ = DueForm.objects.get_or_create(
        jurisdiction_id=cycle.jurisdiction_id,
        cycle=cycle,
        layout=version,
        defaults={
            "subject": layout.subject,
            "title": title or layout.name,
            "position": earlier.position if earlier else (last or 0) + 1,
        },
    )
    return due


SAMPLE_CATEGORIES = tuple(("一级指标", f"二级指标{number}") for number in range(1, 25))
"""Categories with which a layout is drawn before it is stored: as many as the largest real tree, and some more."""


def sample_sheet(version: LayoutVersion, cycle: Cycle | None, filled: bool) -> tuple[Grid, PaginatedSheet]:
    """The form for its preview, as grid and on pages: blank, or filled with made-up texts.

    `cycle` gives year, place and categories. Raises BrokenRulesError, and Refused where the form is too large.
    """
    layout, limits = compiled_layout(version), DrawingLimits()
    # A cycle whose profile cannot be read must not keep its admin from looking at a form.
    readable = cycle is not None and cycle_error(cycle) is None
    categories = cycle_profile(cycle).categories() if cycle and readable else [("一级指标", "二级指标")]
    year = cycle.year if cycle else timezone.localdate().year
    place = cycle.jurisdiction.name if cycle else "示例区"
    variables = LayoutVariables(year, place, "示例单位", "示例项目", layout.name, 1, tuple(categories))
    try:
        grid = _sample_grid(layout, categories, variables, filled, limits)
        return grid, paginate(grid, limits=limits)
    except DrawingLimitError as error:
        raise Refused("layout_too_large", reason=error) from error


def _sample_grid(
    layout: Layout,
    categories: Sequence[tuple[str, str]],
    variables: LayoutVariables,
    filled: bool,
    limits: DrawingLimits,
) -> Grid:
    """The grid of a blank or filled form. Raises DrawingLimitError before it draws one that has too many cells."""
    pairs = list(categories)
    document = sample_document(layout, pairs) if filled else blank_document(layout, pairs, {})
    limits.check_cells(layout, document, pairs)
    return build_grid(layout, document, replace(variables, form=layout.name, categories=tuple(pairs)))


_compiled: dict[str, Layout | LayoutError] = {}
"""Compiled layouts by the digest of their text and includes; they are few and kept as long as the process runs."""


def compiled_layout(version: LayoutVersion) -> Layout:
    """The compiled layout of a stored version; the first call in a process compiles it. No query.

    Raises BrokenRulesError where the stored text cannot be read.
    """
    compiled = _compile(version)
    if isinstance(compiled, LayoutError):
        raise _broken_layout(version, compiled)
    return compiled


def layout_error(version: LayoutVersion) -> BrokenRulesError | None:
    """What is wrong with a stored layout; None if it can be read. No query."""
    compiled = _compile(version)
    return _broken_layout(version, compiled) if isinstance(compiled, LayoutError) else None


def _compile(version: LayoutVersion) -> Layout | LayoutError:
    """The compiled layout of a stored version, or what is wrong with it."""
    if version.sha256 not in _compiled:
        try:
            layout = load_layout(version.key, version.source, version.includes.__getitem__, trusted=True)
        except LayoutError as error:
            _compiled[version.sha256] = error
        else:
            _compiled[version.sha256] = layout
    return _compiled[version.sha256]


def _broken_layout(version: LayoutVersion, error: LayoutError) -> BrokenRulesError:
    notice = f"表样“{version}”暂时无法读取，请联系管理员。"
    address = reverse("layout", args=[version.pk])
    return BrokenRulesError(str(version), notice, error.problems, version.key.partition("/")[0], address)


@lru_cache(maxsize=256)
def _parsed_profile(text: str) -> Profile | LayoutError:
    """The profile in a stored text, parsed once in each process, or what is wrong with it."""
    try:
        return load_profile("profile.toml", text)
    except LayoutError as error:
        return error


def cycle_error(cycle: Cycle) -> BrokenRulesError | None:
    """What is wrong with the profile of a cycle; None if it can be read."""
    parsed = _parsed_profile(cycle.profile)
    return _broken_profile(cycle, parsed) if isinstance(parsed, LayoutError) else None


def _broken_profile(cycle: Cycle, error: LayoutError) -> BrokenRulesError:
    notice = f"批次“{cycle}”的规则暂时无法读取，请联系管理员。"
    address = reverse("admin:filings_cycle_change", args=[cycle.pk])
    return BrokenRulesError(str(cycle), notice, error.problems, cycle.jurisdiction.code, address)


def broken_rules(cycles: Iterable[Cycle]) -> list[BrokenRulesError]:
    """What cannot be read of some cycles: their profiles, and the layouts of the forms due in them.

    One query, and one more the first time in a process that it meets a layout.
    """
    cycles = list(cycles)
    due = DueForm.objects.filter(cycle__in=[cycle.pk for cycle in cycles]).values("layout")
    versions = list(LayoutVersion.objects.filter(pk__in=due).defer("source", "includes"))
    unread = LayoutVersion.objects.in_bulk([one.pk for one in versions if one.sha256 not in _compiled])
    return rule_errors(cycles, [unread.get(one.pk, one) for one in versions])


def rule_errors(cycles: Iterable[Cycle], versions: Iterable[LayoutVersion]) -> list[BrokenRulesError]:
    """What cannot be read of some cycles' profiles and of some layouts, each once. No query."""
    found = [
        *map(cycle_error, {cycle.pk: cycle for cycle in cycles}.values()),
        *map(layout_error, {version.pk: version for version in versions}.values()),
    ]
    return [error for error in found if error]


def has_broken_rules(filing: Filing) -> bool:
    """Whether the form of a filing or the profile of its cycle cannot be read. No query."""
    profile = _parsed_profile(filing.cycle.profile)
    return isinstance(profile, LayoutError) or isinstance(_compile(filing.layout), LayoutError)


def require_rules(filing: Filing) -> None:
    """Raise BrokenRulesError unless the form of a filing and the profile of its cycle can be read."""
    if error := layout_error(filing.layout) or cycle_error(filing.cycle):
        raise error


def share_cycles(filings: Iterable[Filing]) -> None:
    """Give filings of one cycle the same Cycle object, so that its profile is read once, not for each filing."""
    cycles: dict[int, Cycle] = {}
    for filing in filings:
        filing.cycle = cycles.setdefault(filing.cycle_id, filing.cycle)


def cycle_profile(cycle: Cycle) -> Profile:
    """The profile of a cycle, with the indicator tree that is stored in the database.

    One query for each Cycle object, which keeps the profile: a process may live longer than a tree stays the same.
    Raises BrokenRulesError where the stored text cannot be read.
    """
    profile: Profile | None = cycle.__dict__.get("_profile")
    if profile is None:
        tree = load_tree(cycle.jurisdiction_id, cycle.year)
        found = _profile_with_tree(cycle.profile, tree)
        if isinstance(found, LayoutError):
            raise _broken_profile(cycle, found)
        profile = cycle.__dict__["_profile"] = found
    return profile


@lru_cache(maxsize=256)
def _profile_with_tree(text: str, tree: Tree) -> Profile | LayoutError:
    """The same object for the same text and tree: what was checked by it need not be checked again."""
    parsed = _parsed_profile(text)
    return parsed if isinstance(parsed, LayoutError) else replace(parsed, tree=tree)
