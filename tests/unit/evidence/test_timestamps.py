"""Time stamps in an export: believed only of an authority that the reader knows."""

import asyncio
import shutil
from pathlib import Path

import httpx
import pytest
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from countersign import verify
from tests.support.authority import Authority
from tests.support.fabricating import LOG_KEY, Files, listed, zipped
from tests.support.meddling import true

NAME = "timestamps/2026-24-1.tsr"


def stamped(authority: Authority, text: str) -> bytes:
    asked = TimestampRequestBuilder(text.encode(), HashAlgorithm.SHA256).build().as_bytes()
    headers = {"content-type": "application/timestamp-query"}
    request = httpx.Request("POST", "http://authority.test", content=asked, headers=headers)
    answer = asyncio.run(authority.handle_async_request(request))
    return answer.content


def checked(folder: Path, files: Files, root: str | None) -> verify.Report:
    export, trusted = folder / "export.zip", folder / "root.pem"
    export.write_bytes(zipped(files))
    trusted.write_text(root or "")
    trust = verify.trust_of(verify.options("").parse_args(["--key", LOG_KEY]))
    roots = str(trusted) if root else None
    return verify.examined(lambda report: verify.check_export(str(export), trust, report, roots))


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def test_an_authority_that_is_known_is_believed(authority: Authority, tmp_path: Path) -> None:
    text = verify.read_checkpoint(true()["trees/2026.checkpoint"]).text
    token = stamped(authority, text)
    files = listed({**true(), NAME: token})
    assert shutil.which("openssl"), "what checks them is on every machine that runs the tests"
    report = checked(tmp_path, files, authority.root)
    assert report.code == verify.PROVED, report.words()
    assert any(NAME in each and "GMT" in each for each in report.proved)

    report = checked(tmp_path, files, Authority().root)
    assert report.code == verify.PROVED, report.words()
    assert any(f"{NAME}: not checked, it is not by" in each for each in report.not_proved)

    for junk in (b"junk", b"", token[:-9], bytes(3000)):
        report = checked(tmp_path, listed({**true(), NAME: junk}), authority.root)
        assert report.code == verify.PROVED, report.words()
        assert any(f"{NAME}: not checked" in each for each in report.not_proved)

    report = checked(tmp_path, files, None)
    assert report.code == verify.PROVED
    assert any(f"{NAME}: not checked" in each for each in report.not_proved)

    another = listed({**true(), NAME: stamped(authority, "another text")})
    report = checked(tmp_path, another, authority.root)
    assert (report.code, report.wrong[0][0]) == (verify.DISPROVED, NAME)

    older = listed({**true(), "timestamps/2026-3-1.tsr": token})
    report = checked(tmp_path, older, authority.root)
    assert any("of no checkpoint that is here" in each for each in report.not_proved)
