"""Encrypted backups: opened by the right key alone, and by age itself; damage and truncation are told."""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest
from pyrage.x25519 import Identity

from filings.services.backups import BackupError, find_manifest, load_identities, load_recipients
from filings.services.backups.encryption import decrypt_stream, encrypt_stream
from filings.services.backups.file_store import BrokenSourceError, FileStore
from tests.backups.kit import Installation
from tests.commands.kit import manage

pytestmark = pytest.mark.xdist_group("backups")

CONTENT = bytes(range(256)) * 1_000
"""Four blocks of age."""


def key_file(path: Path, identity: Identity) -> Path:
    """As age-keygen writes it."""
    path.write_text(f"# created: 2026\n# public key: {identity.to_public()}\n{identity}\n")
    return path


def sealed(*identities: Identity) -> bytes:
    out = io.BytesIO()
    encrypt_stream(io.BytesIO(CONTENT), out, [str(one.to_public()) for one in identities])
    return out.getvalue()


def opened(data: bytes, *identities: Identity) -> bytes:
    out = io.BytesIO()
    decrypt_stream(io.BytesIO(data), out, identities)
    return out.getvalue()


def test_the_format_is_that_of_age() -> None:
    one, other = Identity.generate(), Identity.generate()
    data = sealed(one, other)
    assert data.startswith(b"age-encryption.org/v1\n-> X25519 ")
    assert [pyrage.decrypt(data, [key]) for key in (one, other)] == [CONTENT, CONTENT]
    assert opened(pyrage.encrypt(CONTENT, [one.to_public()]), one) == CONTENT


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:100] + bytes([data[100] ^ 1]) + data[101:],
        lambda data: data[:90_000] + bytes([data[90_000] ^ 1]) + data[90_001:],
        lambda data: data[:-1],
        lambda data: data[: len(data) - len(CONTENT) % 65_536 - 16],
        lambda data: data[:50],
        lambda data: b"",
        lambda data: CONTENT,
    ],
    ids=["header", "content", "last byte", "last block", "nearly all", "everything", "not encrypted"],
)
def test_damage_is_told(damage: Callable[[bytes], bytes]) -> None:
    key = Identity.generate()
    data = sealed(key)
    assert opened(data, key) == CONTENT
    with pytest.raises(BackupError, match="cannot be decrypted"):
        opened(damage(data), key)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(BackupError, match="No matching keys"):
        opened(sealed(Identity.generate()), Identity.generate())


def test_a_store_finds_what_is_encrypted_for_the_same_keys_alone(tmp_path: Path) -> None:
    """After a change of keys everything is copied again: the new key must open the whole backup."""
    source, sha256 = tmp_path / "source", hashlib.sha256(CONTENT).hexdigest()
    source.write_bytes(CONTENT)
    keys = [Identity.generate(), Identity.generate()]
    stores = [FileStore(tmp_path, [str(key.to_public())]) for key in keys] + [FileStore(tmp_path, [])]
    for store in stores:
        assert store.find(sha256) is None
        assert store.add(sha256, source) == len(CONTENT)
        assert store.verify(sha256, len(CONTENT)) == ""
    for store, key in zip(stores, [*keys, None], strict=True):
        store.restore(sha256, tmp_path / "restored", [key] if key else [])
        assert (tmp_path / "restored").read_bytes() == CONTENT
    with pytest.raises(BackupError, match="No matching keys"):
        stores[0].restore(sha256, tmp_path / "restored", [keys[1]])
    with pytest.raises(BrokenSourceError):
        stores[0].add("0" * 64, source)
    path = stores[0].find(sha256)
    assert path
    path.write_bytes(path.read_bytes()[:-20])
    assert "is damaged" in stores[0].verify(sha256, len(CONTENT))
    assert stores[0].delete_broken(sha256)
    assert stores[0].find(sha256) is None
    assert not stores[1].delete_broken(sha256)


def test_an_encrypted_backup(site: Installation, empty: Installation, tmp_path: Path) -> None:
    """Verified without the key, refused without or with another one, restored with it."""
    folder, key = tmp_path / "backups", Identity.generate()
    right, other = key_file(tmp_path / "key", key), key_file(tmp_path / "other", Identity.generate())
    made = site.manage("backup", "-o", folder, "--recipient", str(key.to_public()))
    assert (made.code, made.err) == (0, "")
    secret = "试用名目".encode(), b"%PDF", b"SQLite format", b"PGDMP"
    for path in (path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"):
        data = path.read_bytes()
        assert path.suffix == ".age"
        assert not any(word in data for word in secret)
    assert "no public key" in site.manage("backup", "-o", folder, "--recipient", right).err, "the secret one"
    assert manage("verify_backup", str(folder)).code == 0
    assert manage("verify_backup", str(folder), "--identity", str(right)).code == 0
    assert "No matching keys" in manage("verify_backup", str(folder), "--identity", str(other)).err
    without, wrong = empty.manage("restore", folder), empty.manage("restore", folder, "--identity", other)
    assert "give its key (--identity or --passphrase-file)" in without.err
    assert "none of the keys given opens it" in wrong.err
    done = empty.manage("restore", folder, "--identity", right)
    assert done.code == 0, done.err
    assert empty.act("tell") == site.act("tell")


@pytest.mark.nightly
def test_a_passphrase(site: Installation, empty: Installation, tmp_path: Path) -> None:
    folder, words = tmp_path / "backups", tmp_path / "words"
    words.write_text("十个字的口令才算是口令\n")
    made = site.manage("backup", "-o", folder, "--passphrase-file", words)
    assert (made.code, made.err) == (0, "")
    again = site.manage("backup", "-o", folder, "--passphrase-file", words)
    assert "(0 copied), encrypted" in again.out
    # As the program age does it: the key with the passphrase, the parts with the key.
    key = pyrage.passphrase.decrypt((folder / "identity.age").read_bytes(), "十个字的口令才算是口令").decode().strip()
    manifest = find_manifest(folder)
    database = (folder / manifest.name / manifest.database).read_bytes()
    assert pyrage.decrypt(database, [Identity.from_str(key)])[:5] in (b"PGDMP", b"SQLit")
    assert empty.manage("restore", folder, "--passphrase-file", words).code == 0
    words.write_text("别的口令\n")
    other = site.manage("backup", "-o", folder, "--passphrase-file", words)
    assert (other.code, "does not open" in other.err) == (1, True)
    assert "does not open" in manage("verify_backup", str(folder), "--passphrase-file", str(words)).err
    shutil.move(folder / "identity.age", tmp_path)
    assert "the passphrase opens nothing without it" in manage("verify_backup", str(folder)).err


def test_what_is_no_key_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    for text, message in (("", "has no keys"), ("# comment\n", "has no keys"), ("ssh-ed25519 AAAA\n", "no public key")):
        file.write_text(text)
        with pytest.raises(BackupError, match=message):
            load_recipients([str(file)], None, tmp_path)
    with pytest.raises(BackupError, match="no public key of age"):
        load_recipients(["age1wrong"], None, tmp_path)
    with pytest.raises(BackupError, match="has no age keys"):
        load_identities(file, None, tmp_path)
    with pytest.raises(BackupError, match="cannot read"):
        load_identities(tmp_path / "none", None, tmp_path)
    file.write_text("\n")
    with pytest.raises(BackupError, match="is empty"):
        load_recipients([], file, tmp_path)
    key = Identity.generate()
    file.write_text(f"{key.to_public()} # 一号\n{Identity.generate().to_public()}\n")
    assert len(load_recipients([str(file), str(key.to_public())], None, tmp_path)) == 2
