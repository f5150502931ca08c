"""备份, backups of database and stored files in one folder, and the way back. docs/operations/backup.md describes them.

    FOLDER/20261128T082533Z/manifest.json    written last: what the backup consists of, with digests
    FOLDER/20261128T082533Z/database.dump    PostgreSQL's custom format; database.sqlite3 of SQLite
    FOLDER/files/ab/abcd…                    stored files by their digest, shared by all backups of the folder
    FOLDER/identity.age                      where a passphrase encrypts: the key, under the passphrase

What is encrypted is in the age format, and its name ends in `.age`.
"""

from filings.services.backups.backup import BackupPlan, create_backup, delete_old_backups
from filings.services.backups.encryption import load_identities, load_recipients
from filings.services.backups.errors import BackupError
from filings.services.backups.folder import find_manifest, list_manifests
from filings.services.backups.restore import restore_backup
from filings.services.backups.verify import verify_backup

__all__ = [
    "BackupError",
    "BackupPlan",
    "create_backup",
    "delete_old_backups",
    "find_manifest",
    "list_manifests",
    "load_identities",
    "load_recipients",
    "restore_backup",
    "verify_backup",
]
