"""The human text arrives whole or not at all. A small package stands in for the real one; nothing uses the network."""

import hashlib
import io
import os
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from helpers.__main__ import main
from helpers.course import fetch, steps

TEXT = b"sentences and ratings " * 1000
SETUP = b"from setuptools import setup\nsetup(name='vaderSentiment', version='3.3.2')\n"


def package_with(text):
    """The bytes of a source distribution that carries a text as its member."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as package:
        for name, content in {
            "setup.py": SETUP,
            "PKG-INFO": b"Metadata-Version: 2.1\n",
            "more/text.tar.gz": text,
        }.items():
            member = tarfile.TarInfo(f"vaderSentiment-3.3.2/{name}")
            member.size = len(content)
            package.addfile(member, io.BytesIO(content))
    return packed.getvalue()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache and a catalog that names the stand-in, which lies in `brought/`."""
    brought = tmp_path / "brought"
    brought.mkdir()
    package = package_with(TEXT)
    (brought / "vaderSentiment-3.3.2.tar.gz").write_bytes(package)
    (brought / "text.tar.gz").write_bytes(TEXT)
    catalog = tmp_path / "catalog.toml"
    catalog.write_text(
        "[hutto]\npackage = 'vaderSentiment==3.3.2'\nmember = 'vaderSentiment-3.3.2/more/text.tar.gz'\n"
        f"package_sha256 = '{hashlib.sha256(package).hexdigest()}'\nsha256 = '{hashlib.sha256(TEXT).hexdigest()}'\n"
    )
    monkeypatch.setattr(fetch, "CATALOG", catalog)
    monkeypatch.setattr(steps, "BUILD", tmp_path / "build")
    monkeypatch.setattr(steps, "LOG", tmp_path / "build" / "setup.log")
    monkeypatch.setenv("KIT_CACHE", str(tmp_path / "shared by all"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_RETRIES", "1")
    return tmp_path / "shared by all"


def files(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_the_cache_is_where_it_is_said_to_be(monkeypatch, tmp_path):
    monkeypatch.delenv("KIT_CACHE", raising=False)
    assert fetch.cache_folder() == steps.ROOT / ".build" / "human_text"
    monkeypatch.setenv("KIT_CACHE", str(tmp_path))
    assert fetch.cache_folder() == tmp_path
    monkeypatch.setenv("KIT_CACHE", "shared")  # the same folder from a notebook and from a terminal
    assert fetch.cache_folder() == steps.ROOT / "shared"


def test_the_catalog_names_the_real_package():
    source = fetch._source()
    assert source["package"] == "vaderSentiment==3.3.2"
    assert source["package_sha256"] == "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9"
    assert source["member"] == "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
    assert source["sha256"] == "d5bb07d87474b3eb8d30b4deccbc23f19d742a6c5718fbacc65485b70b95c5fa"


def test_missing(cache):
    with pytest.raises(
        FileNotFoundError, match=r"The human text is not in .*shared by all yet\. In a terminal, run .*-m helpers fetch"
    ):
        fetch.archive()


def test_damaged(cache):
    cache.mkdir()
    (cache / "text.tar.gz").write_bytes(TEXT[:-1])
    with pytest.raises(ValueError, match=r"is damaged\. To bring it again, run: .*-m helpers fetch"):
        fetch.archive()


@pytest.mark.parametrize("name", ["vaderSentiment-3.3.2.tar.gz", "text.tar.gz"])
def test_from_a_file(cache, tmp_path, name):
    path = fetch.fetch(tmp_path / "brought" / name)
    assert path == fetch.archive() == cache / "text.tar.gz"
    assert path.read_bytes() == TEXT
    assert files(cache) == ["text.tar.gz"]


def test_a_damaged_cache_is_put_right(cache, tmp_path):
    cache.mkdir()
    (cache / "text.tar.gz").write_bytes(b"half")
    assert fetch.fetch(tmp_path / "brought" / "text.tar.gz").read_bytes() == TEXT


def test_nothing_is_done_when_it_is_there(cache, tmp_path):
    before = fetch.fetch(tmp_path / "brought" / "text.tar.gz").stat().st_mtime_ns
    assert fetch.fetch("no such file", python="no such program").stat().st_mtime_ns == before


def test_the_wrong_file(cache, tmp_path, capfd):
    wrong = tmp_path / "wrong.tar.gz"
    wrong.write_bytes(package_with(b"other sentences"))
    assert main(["fetch", "--from", str(wrong)]) == 1
    said = capfd.readouterr().err
    assert said.startswith(f"{wrong} is not the file the kit knows as vaderSentiment==3.3.2 (its sha256 differs)")
    assert files(cache) == []


def test_no_such_file(cache, capfd):
    assert main(["fetch", "--from=nowhere.tar.gz"]) == 1
    said = capfd.readouterr().err
    assert said == "--from nowhere.tar.gz: no such file or directory. Name the file that you brought with you.\n"


@pytest.mark.parametrize("arguments", [["--form", "x"], ["x"], ["--from"], ["--from", "x", "y"]])
def test_other_arguments(cache, capfd, arguments):
    assert main(["fetch", *arguments]) == 1
    assert capfd.readouterr().err == f"fetch takes nothing or --from FILE, and got: {' '.join(arguments)}\n"


def test_from_a_registry(cache, tmp_path, monkeypatch):
    """pip does the download for real; a folder on this disk is its registry."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", (tmp_path / "brought").as_uri())
    assert fetch.fetch().read_bytes() == TEXT
    assert files(cache) == ["text.tar.gz"]


def test_from_a_registry_that_changed_the_package(cache, tmp_path, monkeypatch):
    (tmp_path / "brought" / "vaderSentiment-3.3.2.tar.gz").write_bytes(package_with(b"other sentences"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", (tmp_path / "brought").as_uri())
    with pytest.raises(steps.CommandError, match="A file that arrived is not the one the kit asked for"):
        fetch.fetch()
    assert files(cache) == []


def test_no_network(cache, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/")
    with pytest.raises(
        steps.CommandError, match=r"^Bringing the human text failed .* The package registry could not be"
    ):
        fetch.fetch()
    assert files(cache) == []


def test_a_full_disk(cache, tmp_path, monkeypatch, capfd):
    def write(path, content):
        path.open("wb").close()  # the file is there, its content does not fit
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", write)
    assert main(["fetch", "--from", str(tmp_path / "brought" / "text.tar.gz")]) == 1
    assert capfd.readouterr().err == steps.DISK_FULL + "\n"
    assert files(cache) == []


def test_a_cache_that_is_no_folder(cache, tmp_path, capfd):
    cache.write_text("a file")
    assert main(["fetch", "--from", str(tmp_path / "brought" / "text.tar.gz")]) == 1
    assert f"{cache}: file exists" in capfd.readouterr().err


def test_an_interruption_leaves_what_was_there(cache, tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            fetch.fetch(tmp_path / "brought" / "text.tar.gz")
    assert files(cache) == []
    assert fetch.fetch(tmp_path / "brought" / "text.tar.gz").read_bytes() == TEXT


def test_a_killed_run_leaves_a_part_that_a_later_one_sweeps_up(cache, tmp_path):
    code = (
        "import os, pathlib, signal, sys\nfrom helpers.course import fetch\n"
        "fetch.CATALOG = pathlib.Path(sys.argv[1])\nos.replace = lambda *_: os._exit(9)\nfetch.fetch(sys.argv[2])"
    )
    killed = [sys.executable, "-c", code, str(fetch.CATALOG), str(tmp_path / "brought" / "text.tar.gz")]
    assert subprocess.run(killed, cwd=steps.ROOT).returncode == 9
    (part,) = cache.iterdir()
    assert part.name.endswith(".part")
    assert not fetch.is_there()
    fetch.fetch(tmp_path / "brought" / "text.tar.gz")
    assert part.exists()  # so young that its run may still be at it
    os.utime(part, (time.time() - 700, time.time() - 700))
    (cache / "text.tar.gz").unlink()
    fetch.fetch(tmp_path / "brought" / "text.tar.gz")
    assert files(cache) == ["text.tar.gz"]
