"""A ZIP that was made to harm whoever checks it ends in words, in bounded memory."""

import ast
import json
import re
import resource
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from countersign import against, verify
from tests.support.fabricating import (
    FOLDER,
    LOG_KEY,
    WITNESS_KEY,
    Files,
    listed,
    zipped,
)
from tests.support.meddling import checked, true

MODULE = Path(verify.__file__)
OFTEN = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DEEP = b"[" * 200_000


def made(*members: tuple[str, bytes], **how: int) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", **how) as archive:  # type: ignore[call-overload]
        for name, each in members:
            archive.writestr(name, each)
    return written.getvalue()


def all_of(files: Files) -> list[tuple[str, bytes]]:
    return [(f"{FOLDER}/{name}", each) for name, each in files.items()]


def replaced(name: str, content: bytes) -> Files:
    return listed({**true(), name: content})


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no ZIP": lambda: b"PK\x03\x04" + bytes(1000),
    "cut off": lambda: zipped(true())[:-100],
    "an empty ZIP": lambda: made(),
    "a path out of the folder": lambda: made(*all_of(true()), (f"{FOLDER}/../../etc/passwd", b"x")),
    "an absolute path": lambda: made(*all_of(true()), ("/etc/passwd", b"x")),
    "two folders": lambda: made(*all_of(true()), ("other/README.txt", b"x")),
    "a bomb": lambda: made(
        *all_of({**true(), "report.html": bytes(300 << 20)}), compression=zipfile.ZIP_DEFLATED
    ),
    "packed otherwise": lambda: made(*all_of(true()), compression=zipfile.ZIP_LZMA),
    "something before it": lambda: b"#!/bin/sh\n" + zipped(true()),
    "something after it": lambda: commented(zipped(true())),
    "deep nesting": lambda: zipped(replaced("trees/2026.json", DEEP)),
    "deep nesting in an entry": lambda: zipped(replaced("entries.jsonl", DEEP + b"\n")),
    "a line without an end": lambda: zipped(replaced("entries.jsonl", b"0" * (20 << 20))),
    "a line cut off": lambda: zipped(replaced("entries.jsonl", true()["entries.jsonl"][:-1])),
    "no UTF-8": lambda: zipped(replaced("trees/2026.json", b"\xff\xfe\x00")),
    "a number of a million digits": lambda: zipped(replaced("statement.json", b"1" * 1_000_000)),
    "a list for an object": lambda: zipped(replaced("statement.json", b"[]")),
    "nodes of impossible heights": lambda: zipped(heights(-5, 10**30)),
    "very many trees": lambda: made(
        *all_of(true()), *((f"{FOLDER}/trees/{1000 + n}.json", b"{}") for n in range(120))
    ),
    "more nodes than entries need": lambda: zipped(heights(*[0] * 10_000)),
    "half a checkpoint": lambda: zipped(replaced("trees/2026.checkpoint", b"a\n1\n")),
    "no manifest": lambda: made(*all_of(true())[:-1]),
    "a manifest of lists": lambda: zipped({**true(), "manifest.json": b'{"files": []}'}),
}


def streamed(files: Files) -> bytes:
    """As the exporter writes it, which can't go back in what it has written."""

    class Pipe(BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    written = Pipe()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, each in all_of(files):
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as member:
                member.write(each)
    return written.getvalue()


def told(*, extra: bytes = b"", folder: str = FOLDER, mode: int = 0, kept: bytes = b"") -> bytes:
    """With something about one file in the directory, and something between it and the files."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, each in true().items():
            info = zipfile.ZipInfo(f"{folder}/{name}")
            if name == "policies.json":
                info.extra, info.external_attr = extra, mode << 16
            archive.writestr(info, each)
        archive.fp.write(kept)  # type: ignore[union-attr]
        archive.start_dir += len(kept)
    return written.getvalue()


def unicode_path() -> bytes:
    """The extra field by which unzip takes one file for another."""
    name, other = (f"{FOLDER}/{each}".encode() for each in ("policies.json", "report.html"))
    said = b"\1" + zlib.crc32(name).to_bytes(4, "little") + other
    return b"\x75\x70" + len(said).to_bytes(2, "little") + said


def hidden() -> bytes:
    """A file that is in no directory, but found by who reads the ZIP from its beginning."""
    alone = made((f"{FOLDER}/report.html", b"<p>Another.\n"))
    return alone[: alone.index(b"PK\1\2")]


def otherwise_in_its_header(at: int, value: bytes) -> bytes:
    whole = bytearray(zipped(true()))
    whole[at : at + len(value)] = value
    return bytes(whole)


def longer_packed() -> bytes:
    """The first file's packed bytes go on after their end, in the size that the ZIP has."""
    whole = streamed(true())
    first = 30 + len(f"{FOLDER}/policies.json") + 20
    end = whole.index(b"PK\7\10")
    packed = (end - first + 3).to_bytes(4, "little")
    told = (
        whole[end : end + 8] + (end - first + 3).to_bytes(8, "little") + whole[end + 16 : end + 24]
    )
    with zipfile.ZipFile(BytesIO(whole)) as archive:
        directory = archive.start_dir
    lines = bytearray(whole[directory:])
    lines[20:24] = packed
    at = lines.find(b"PK\1\2", 4)
    while at >= 0:
        offset = int.from_bytes(lines[at + 42 : at + 46], "little") + 3
        lines[at + 42 : at + 46] = offset.to_bytes(4, "little")
        at = lines.find(b"PK\1\2", at + 4)
    lines[-6:-2] = (directory + 3).to_bytes(4, "little")
    return whole[:end] + b"abc" + told + whole[end + 24 : directory] + bytes(lines)


LAID_OUT: dict[str, tuple[Callable[[], bytes], str]] = {
    "a field that names another file": (lambda: told(extra=unicode_path()), "fields in the ZIP"),
    "any extra field": (lambda: told(extra=b"\xfe\xca\0\0"), "fields in the ZIP"),
    "a file in no directory": (lambda: told(kept=hidden()), "between its files and their"),
    "a byte before the directory": (lambda: told(kept=b"x"), "between its files and their"),
    "a link to another file": (lambda: told(mode=0o120777), "is no file"),
    "a folder": (lambda: told(mode=0o040755), "is no file"),
    "bytes after the end": (lambda: zipped(true()) + b"x" * 16, "before or after"),
    "another ZIP after the end": (lambda: zipped(true()) * 2, "before or after"),
    "something before it": (lambda: b"#" + zipped(true()), "before or after|follows the one"),
    "a name of its own": (
        lambda: otherwise_in_its_header(30 + len(FOLDER) + 1, b"P"), "not the file in the ZIP",
    ),
    "a size of its own": (lambda: otherwise_in_its_header(22, b"\7"), "not the file in the ZIP"),
    "packed otherwise of its own": (
        lambda: otherwise_in_its_header(8, b"\0"), "not the file in the ZIP",
    ),
    "something after what is packed": (longer_packed, "something after its end"),
    **{
        f"the folder {each!r}": (partial(told, folder=each), "folder is|no file|packed")
        for each in ("..", "", "C:", "countersign-export-1", FOLDER.upper(), f"{FOLDER}é")
    },
}  # fmt: skip


@pytest.mark.parametrize("name", LAID_OUT)
def test_a_zip_has_nothing_but_its_files(name: str, tmp_path: Path) -> None:
    """Whatever another program could find in it."""
    make, words = LAID_OUT[name]
    report = checked(tmp_path / "export.zip", make())
    assert report.code == verify.UNREADABLE, report.words()
    assert re.search(words, report.unreadable), report.unreadable


def test_a_zip_may_be_written_as_a_stream(tmp_path: Path) -> None:
    for whole in (streamed(true()), told(), told(mode=0o100644)):
        report = checked(tmp_path / "export.zip", whole)
        assert report.code == verify.PROVED, report.words()


def commented(archive: bytes) -> bytes:
    written = BytesIO(archive)
    with zipfile.ZipFile(written, "a") as opened:
        opened.comment = b"a word more"
    return written.getvalue()


def heights(*each: int) -> Files:
    tree = json.loads(true()["trees/2026.json"])
    tree["nodes"] = [[height, 0, "00" * 32] for height in each]
    return replaced("trees/2026.json", json.dumps(tree).encode())


@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends_in_words(name: str, tmp_path: Path) -> None:
    report = checked(tmp_path / "export.zip", HOSTILE[name]())
    assert report.code in (verify.UNREADABLE, verify.DISPROVED), report.words()
    assert report.unreadable or report.wrong
    assert "Traceback" not in report.words()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_is_there_once(tmp_path: Path) -> None:
    twice = made(*all_of(true()), (f"{FOLDER}/report.html", b"another"))
    report = checked(tmp_path / "export.zip", twice)
    assert report.code == verify.UNREADABLE
    assert "report.html" in report.unreadable


def test_what_it_says_obeys_no_one(tmp_path: Path) -> None:
    """Nothing in an export reaches the terminal as a command to it."""
    shown = made((f"{FOLDER}/\x1b[2J\x07.txt", b""))
    report = checked(tmp_path / "export.zip", shown)
    assert report.code == verify.UNREADABLE
    assert "\x1b" not in report.words()
    assert "\x1b" not in report.json()


def test_a_large_bomb_needs_no_memory(tmp_path: Path) -> None:
    """As a process of its own, which may have 400 MiB."""
    path = tmp_path / "export.zip"
    path.write_bytes(HOSTILE["a line without an end"]())

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))

    done = subprocess.run(
        [sys.executable, str(MODULE), str(path), "--json"],
        capture_output=True, text=True, check=False, preexec_fn=limited,
    )  # fmt: skip
    assert done.returncode in (verify.UNREADABLE, verify.DISPROVED), done.stderr
    assert done.stderr == ""
    assert "MemoryError" not in done.stdout


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_any_byte_that_is_another_is_found(tmp_path: Path, data: st.DataObject) -> None:
    """In any file of an export, and with a ZIP made anew around it."""
    files = dict(true())
    name = data.draw(st.sampled_from(sorted(files)))
    at = data.draw(st.integers(0, len(files[name]) - 1))
    bit = data.draw(st.integers(0, 7))
    changed = bytearray(files[name])
    changed[at] ^= 1 << bit
    report = checked(tmp_path / "export.zip", {**files, name: bytes(changed)})
    assert report.code in (verify.DISPROVED, verify.UNREADABLE), (name, at, bit)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=300), st.integers(0, 3000))
@example(b"\x00" * 40, 30)
def test_any_bytes_in_the_archive_end_in_words(tmp_path: Path, junk: bytes, at: int) -> None:
    """Anywhere in the ZIP itself; what its own directory says, too."""
    whole = zipped(true())
    at = at * len(whole) // 3000
    report = checked(tmp_path / "export.zip", whole[:at] + junk + whole[at + len(junk) :])
    assert report.code in (0, 1, 2)


@pytest.mark.parametrize("module", [verify, against])
def test_it_stands_alone(module: ModuleType) -> None:
    """The standard library and `cryptography`: nothing of what it checks."""
    tree = ast.parse(Path(str(module.__file__)).read_text())
    names = set()
    for each in ast.walk(tree):
        if isinstance(each, ast.Import):
            names |= {alias.name for alias in each.names}
        elif isinstance(each, ast.ImportFrom):
            assert each.level == 0
            names.add(str(each.module))
    tops = {name.partition(".")[0] for name in names}
    if module is against:
        assert {each for each in names if each.startswith("countersign")} == {
            "countersign",
            "countersign.verify",
        }
        tops.discard("countersign")
    assert tops <= sys.stdlib_module_names | {"cryptography"}


def test_it_runs_alone(tmp_path: Path) -> None:
    """Copied to somewhere without the rest, with the keys in a file."""
    export, keys = tmp_path / "export.zip", tmp_path / "keys"
    export.write_bytes(zipped(true()))
    keys.write_text(f"# the log's\n{LOG_KEY}\n")
    alone = tmp_path / "verify.py"
    alone.write_bytes(MODULE.read_bytes())

    def run(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-I", str(alone), *arguments],
            capture_output=True, text=True, check=False, cwd=tmp_path,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    code, said = run(str(export), "--keys", str(keys), "--witness", WITNESS_KEY)
    assert (code, said.splitlines()[-1]) == (0, "PROVED")
    code, said = run(str(export), "--keys", str(keys), "--json")
    assert (code, json.loads(said)["exit_code"]) == (0, 0)
    assert any("no witness's key" in each for each in json.loads(said)["not_proved"])
    assert run(str(export))[0] == 3
    assert run(str(export), "--key", "nonsense")[0] == 2
    assert run(str(export), "--key", LOG_KEY, "--witness", WITNESS_KEY, "--witnesses", "2")[0] == 2
    twice = ("--witness", WITNESS_KEY, "--witness", f" {WITNESS_KEY} ")
    assert run(str(export), "--key", LOG_KEY, *twice)[0] == 0
    for number in ("2", "0", "-1"):
        code, said = run(str(export), "--key", LOG_KEY, *twice, "--witnesses", number)
        assert (code, "1 witnesses are given" in said) == (2, True), said
    assert run(str(tmp_path / "no.zip"))[0] == 2
    assert run()[0] == 2
