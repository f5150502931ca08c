"""Layout files: found on disk, taken into the database once per version, compiled once per process."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from filings.models import Cycle, LayoutVersion
from filings.sheet.document import digest
from filings.sheet.layout import Layout
from filings.sheet.loading import load_layout
from filings.sheet.problems import LayoutError, Problem
from filings.sheet.profile import Profile, load_profile
from indicators.models import stored_tree

LAYOUTS = Path(__file__).resolve().parent.parent / "layouts"


class _Included:
    """Fetches included files from disk and remembers what it gave."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.given: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder.resolve()) or not path.is_file():
            raise KeyError(name)
        self.given[name] = _text(path, name)
        return self.given[name]


def read_layout_file(path: Path, folder: Path = LAYOUTS) -> tuple[Layout, str, dict[str, str]]:
    """The layout in a file, its text and the texts it includes; raises LayoutError, OSError."""
    text, fetch = _text(path, str(path)), _Included(folder)
    return load_layout(str(path), text, fetch), text, fetch.given


def read_profile_file(path: Path) -> Profile:
    """The profile in a file; raises LayoutError, OSError."""
    return load_profile(str(path), _text(path, str(path)))


def _text(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise LayoutError([Problem(name, 1, f"the file is not UTF-8 text: {error.reason}")]) from error


def install_layout(path: Path) -> LayoutVersion:
    """Take a layout file into the database; a version that is there already must have the same content."""
    layout, text, includes = read_layout_file(path)
    sha256 = digest([text, includes])
    version, created = LayoutVersion.objects.get_or_create(
        key=layout.key,
        version=layout.version,
        defaults={"name": layout.name, "source": text, "includes": includes, "sha256": sha256},
    )
    if not created and version.sha256 != sha256:
        if version.filings.exists():
            reason = f"version {layout.version} is in use and may not change: give the file a new version"
            raise LayoutError([Problem(str(path), 1, reason)])
        LayoutVersion.objects.filter(pk=version.pk).update(
            name=layout.name, source=text, includes=includes, sha256=sha256
        )
        version.refresh_from_db()
    return version


_compiled: dict[str, Layout] = {}


def layout_of(version: LayoutVersion) -> Layout:
    """The compiled layout of a stored version."""
    if version.sha256 not in _compiled:
        _compiled[version.sha256] = load_layout(version.key, version.source, version.includes.__getitem__)
    return _compiled[version.sha256]


@lru_cache(maxsize=256)
def _profile(text: str) -> Profile:
    return load_profile("profile.toml", text)


def profile_of(cycle: Cycle) -> Profile:
    """The rules of a cycle; its indicator tree is the one kept in the database. One query for each cycle object."""
    rules: Profile | None = cycle.__dict__.get("_rules")
    if rules is None:
        tree = stored_tree(cycle.jurisdiction_id, cycle.year)
        rules = cycle.__dict__["_rules"] = replace(_profile(cycle.profile), tree=tree)
    return rules
