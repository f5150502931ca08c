"""What paper costs: one sheet, and a batch, ours and others'."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from filings.models import Filing
from filings.renderers.pdf.assemble import assemble_packet, assemble_sheet
from filings.renderers.pdf.contents import Chapter, Cover, SheetEntry, Volume
from filings.renderers.pdf.sheet import render_sheet
from filings.renderers.workbook import render_workbook
from filings.services.exports import printable_filing, store_rendered
from filings.sheet.grid import Grid
from filings.sheet.pages import paginate
from tests.bench import peers as others
from tests.bench.clock import line, median, once
from tests.bench.material import grid_of, seeded
from tests.paper.kit import bound

Peer = Callable[[Path, Sequence[Grid]], Path | None]


def measure(folder: Path, count: int, *, peers: bool, own: bool) -> None:
    """Print the figures of paper: one 60-row sheet, then a batch of real-sized sheets."""
    filings = seeded()
    one, batch = [grid_of(filings[0], 60)], _batch(filings, count)
    print("\nOne sheet of 60 rows")
    single = _one(one[0], filings[0]) if own or peers else 0.0
    if peers:
        _beside(folder, one, single)
    print(f"\n{count} sheets")
    whole = _many(batch) if own or peers else 0.0
    if peers:
        _beside(folder, batch, whole)


def _batch(filings: Sequence[Filing], count: int) -> list[Grid]:
    small = [filing for filing in filings if filing.layout.key != filings[0].layout.key]
    return [grid_of(small[i % len(small)], 0, f"（{i}）") for i in range(count)]


def _one(grid: Grid, filing: Filing) -> float:
    start = time.perf_counter()
    code = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'perfbudget.settings'; django.setup(); "
        "import filings.renderers.pdf.assemble"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    line("a new process ready to print (imports, once)", time.perf_counter() - start)
    cold, _ = once(lambda: bound(paginate(grid)))
    line("PDF, first in a process", cold)
    warm = median(lambda: bound(paginate(grid)))
    line("PDF, warm", warm)
    real = grid_of(filing)
    line("PDF, warm, the real sheet of 24 indicators", median(lambda: bound(paginate(real))), "goal 0.5 s")
    sheet = printable_filing(filing)
    frozen = type(sheet)(sheet.layout, sheet.layout_sha256, sheet.document, sheet.variables)
    line("kept when it was sent in, bound", median(lambda: assemble_sheet(store_rendered(frozen).read_bytes(), "")))
    line("workbook", median(lambda: render_workbook([(grid, "")]), 9), "goal 0.1 s")
    return warm


def _many(grids: Sequence[Grid]) -> float:
    def pdf() -> bytes:
        sheets = [render_sheet(paginate(grid)).pack() for grid in grids]
        entries = tuple(SheetEntry("", "", partial(bytes, leaves)) for leaves in sheets)
        return assemble_packet(Cover("", ""), [Volume("", (Chapter("", entries),))])

    seconds, data = once(pdf)
    note = f"{len(data) / 2**20:.1f} MB, {seconds / len(grids) * 1000:.1f} ms a sheet"
    line("PDF, drawn and bound, one process", seconds, note)
    excel, data = once(lambda: render_workbook([(grid, "") for grid in grids]))
    line("one workbook", excel, f"{len(data) / 2**20:.1f} MB")
    return seconds


def _beside(folder: Path, grids: Sequence[Grid], ours: float) -> None:
    tools: dict[str, Peer] = {
        "LibreOffice, from a ready workbook": others.libreoffice,
        "Typst": others.typst,
        "Chromium, a new browser": others.chromium,
        "WeasyPrint": others.weasyprint,
    }
    for name, tool in tools.items():
        (folder / "peer.xlsx").unlink(missing_ok=True)
        print_them = partial(tool, folder, grids)
        # Only once what is long: Typst keeps in memory what it has laid out, and would have nothing to do again.
        seconds, made = once(print_them)
        if made is None:
            print(f"  {name}: not installed, left out")
            continue
        seconds = median(print_them, 3) if len(grids) == 1 else seconds
        line(name, seconds, f"{made.stat().st_size / 2**20:.1f} MB; ours ÷ theirs {ours / seconds:.2f}")
