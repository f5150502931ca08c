"""Layouts and profiles: read from files, stored once for each version, compiled once in each process."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from django.utils import timezone

from filings.models import Cycle, DueForm, Filing, LayoutVersion, Revision
from filings.services.errors import Refused
from filings.services.transactions import start_transaction
from filings.sheet.document import digest
from filings.sheet.grid import Grid, LayoutVariables, build_grid
from filings.sheet.layout import Layout, blank_document
from filings.sheet.loading import load_layout
from filings.sheet.problems import LayoutError, Problem
from filings.sheet.profile import Profile, load_profile
from filings.sheet.sample import sample_document
from indicators.models import load_tree

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
    return load_layout(str(path), text, included), text, included.texts


def read_profile_file(path: Path) -> Profile:
    """The profile in a file. Raises LayoutError, OSError."""
    return load_profile(str(path), _file_text(path, str(path)))


def _file_text(path: Path, name: str) -> str:
    """The text of a file, called `name` in an error. Raises LayoutError where it is not UTF-8, OSError."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise LayoutError([Problem(name, 1, f"the file is not UTF-8 text: {error.reason}")]) from error


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
    layout = load_layout(name, text, included)
    if layout.key.partition("/")[0] not in places:
        allowed = "、".join(f"{place}/" for place in sorted(places))
        raise LayoutError([Problem(name, 1, f"key {layout.key!r} must begin with {allowed}")])
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
        reason = f"version {layout.version} is in use and may not change: give the file a new version"
        raise LayoutError([Problem(name, 1, reason)])
    LayoutVersion.objects.filter(pk=version.pk).update(**content)
    version.refresh_from_db()
    return version


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


def sample_grid(version: LayoutVersion, cycle: Cycle | None, filled: bool) -> Grid:
    """The grid of a form for its preview: blank, or filled with made-up texts; `cycle` gives categories and year."""
    layout = compiled_layout(version)
    categories = cycle_profile(cycle).categories() if cycle else [("一级指标", "二级指标")]
    document = sample_document(layout, categories) if filled else blank_document(layout, categories, {})
    year = cycle.year if cycle else timezone.localdate().year
    place = cycle.jurisdiction.name if cycle else "示例区"
    variables = LayoutVariables(year, place, "示例单位", "示例项目", layout.name, 1, tuple(categories))
    return build_grid(layout, document, variables)


_compiled: dict[str, Layout] = {}
"""Compiled layouts by the digest of their text and includes; they are few and kept as long as the process runs."""


def compiled_layout(version: LayoutVersion) -> Layout:
    """The compiled layout of a stored version; the first call in a process compiles it. No query."""
    if version.sha256 not in _compiled:
        source, fetch = version.source, version.includes.__getitem__
        _compiled[version.sha256] = load_layout(version.key, source, fetch, trusted=True)
    return _compiled[version.sha256]


@lru_cache(maxsize=256)
def _parsed_profile(text: str) -> Profile:
    """The profile in a stored text, parsed once in each process."""
    return load_profile("profile.toml", text)


def share_cycles(filings: Iterable[Filing]) -> None:
    """Give filings of one cycle the same Cycle object, so that its profile is read once, not for each filing."""
    cycles: dict[int, Cycle] = {}
    for filing in filings:
        filing.cycle = cycles.setdefault(filing.cycle_id, filing.cycle)


def cycle_profile(cycle: Cycle) -> Profile:
    """The profile of a cycle, with the indicator tree that is stored in the database.

    One query for each Cycle object, which keeps the profile: a process may live longer than a tree stays the same.
    """
    profile: Profile | None = cycle.__dict__.get("_profile")
    if profile is None:
        tree = load_tree(cycle.jurisdiction_id, cycle.year)
        profile = cycle.__dict__["_profile"] = replace(_parsed_profile(cycle.profile), tree=tree)
    return profile
