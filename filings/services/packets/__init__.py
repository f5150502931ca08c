"""年度申报材料, the annual packet: a cycle's filings as PDFs, workbooks and one archive, built in the background.

scope (what is asked for) → plan (the list of sheets, fixed) → build (under a lease, resumable) → cached files.
"""

from filings.services.packets.build import build_packet, run_build
from filings.services.packets.cache import Download, packet_download
from filings.services.packets.requests import cancel_packet, create_packet, request_packet, resume_packet, sweep_packets
from filings.services.packets.scope import PacketScope, may_build, scope_choices

__all__ = [
    "Download",
    "PacketScope",
    "build_packet",
    "cancel_packet",
    "create_packet",
    "may_build",
    "packet_download",
    "request_packet",
    "resume_packet",
    "run_build",
    "scope_choices",
    "sweep_packets",
]
