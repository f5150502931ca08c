"""gunicorn's settings, for `serve` and for the systemd unit: `gunicorn --config python:perfbudget.web_server`.

gunicorn reads WEB_CONCURRENCY (processes) and FORWARDED_ALLOW_IPS itself; its own options on the command line come
before what stands here.
"""

import ctypes
import gc
import os
import signal
import sys
from pathlib import Path
from typing import Any

from perfbudget import environment
from perfbudget.logs import log_settings

wsgi_app = "perfbudget.wsgi:application"
bind = "127.0.0.1:8000"
workers = environment.number("WEB_CONCURRENCY", 2)
worker_class = "sync"
# The program is loaded once, and a process that takes the place of a dead one answers at once. It takes no connection
# of the database over: nothing asks it while the program is loaded.
preload_app = True
# Seconds after which a process that hangs is killed; longer than any statement of the database may take.
timeout = 60
graceful_timeout = 30
# Processes are replaced after some requests: laying out pages leaves memory fragmented. Not soon: a new one has none of
# the sheets in memory that the old one had checked.
max_requests, max_requests_jitter = 10_000, 1_000
# Heartbeat files in memory, so that a slow disk cannot make a process look dead.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
control_socket_disable = True
# No access log: it would list the addresses of people. The application logs each request without.
accesslog = None
loglevel = "warning"
logconfig_dict: dict[str, Any] = log_settings(environment.log_format(environment.current_mode()))

PR_SET_PDEATHSIG = 1
"""The request to Linux to send a process a signal when its parent ends (prctl(2))."""


def post_fork(server: Any, worker: Any) -> None:
    """Spare the program that was loaded from garbage collection, and end a process with gunicorn's first one.

    Else, while requests come, it would keep the port from a new one.
    """
    # Objects of the program and the sheets in memory live long: looking through them all took a tenth of the time.
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != worker.ppid:  # it has ended meanwhile
            os._exit(1)


if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:  # else it is set already, and this is a reload
    _folder = environment.folder("PERFBUDGET_VAR", Path(__file__).resolve().parent.parent / "var") / "metrics"
    _folder.mkdir(mode=0o750, exist_ok=True)
    # Counts begin at zero: those of an earlier release may have other names.
    for _file in [*_folder.glob("*.db"), *_folder.glob("*.lock")]:
        _file.unlink(missing_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_folder)
