"""The annual packet: a cycle's filings as bound PDFs, workbooks and one archive, made in the background.

scope (what is asked for) → plan (which sheets that is, frozen) → build (under a lease, resumable) → kept files.
"""

from filings.services.packets.build import build, build_packet
from filings.services.packets.files import Download, download_of, packet_path
from filings.services.packets.queue import cancel_packet, request_packet, resume_packet, start_packet, sweep
from filings.services.packets.scope import Scope, choices_of, may_build

__all__ = [
    "Download",
    "Scope",
    "build",
    "build_packet",
    "cancel_packet",
    "choices_of",
    "download_of",
    "may_build",
    "packet_path",
    "request_packet",
    "resume_packet",
    "start_packet",
    "sweep",
]
