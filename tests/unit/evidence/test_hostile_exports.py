"""A ZIP that was made to harm whoever checks it ends in words, in bounded memory."""

import ast
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
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
    "half a checkpoint": lambda: zipped(replaced("trees/2026.checkpoint", b"a\n1\n")),
    "no manifest": lambda: made(*all_of(true())[:-1]),
    "a manifest of lists": lambda: zipped({**true(), "manifest.json": b'{"files": []}'}),
}


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
    assert run(str(export), "--key", LOG_KEY, "--witness", WITNESS_KEY, "--witnesses", "2")[0] == 3
    assert run(str(tmp_path / "no.zip"))[0] == 2
    assert run()[0] == 2
