"""Small disks that can be filled: file systems in memory, where this user may mount them."""

from __future__ import annotations

import errno
import shutil
import subprocess
import tempfile
from pathlib import Path


class SmallDisk:
    """A file system of so many MB at a folder of its own; `is_there` is False where none could be mounted."""

    def __init__(self, megabytes: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="perfbudget-disk-"))
        words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", str(self.folder)]
        self.is_there = subprocess.run(words, capture_output=True, check=False).returncode == 0
        self.root = self.folder / "root"
        self.root.mkdir(mode=0o700)

    def fill(self) -> None:
        """Write until nothing more fits."""
        with (self.folder / "ballast").open("wb", buffering=0) as file:
            for size in (2**20, 4096):
                try:
                    while file.write(b"\0" * size) == size:
                        pass
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def free(self) -> None:
        """Make room again."""
        (self.folder / "ballast").unlink(missing_ok=True)

    def remove(self) -> None:
        """Unmount it."""
        if self.is_there:
            subprocess.run(["umount", "-l", str(self.folder)], capture_output=True, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
