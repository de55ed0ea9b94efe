"""What the image is, what is in it, and what it can do where it runs: little."""

import base64
from pathlib import Path

import pytest

from tests.support.containers import USER, Engine

CONFINED = """
import errno, json, os, pathlib

def refused(path):
    try:
        pathlib.Path(path, "made").touch()
    except OSError as error:
        return errno.errorcode[error.errno]

status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps({
    "ids": [os.getuid(), os.geteuid(), os.getgid(), os.getegid()],
    "capabilities": {each: status[each].strip() for each in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")},
    "no_new_privileges": status["NoNewPrivs"].strip(),
    "filtered": status["Seccomp"].strip(),
    "process": os.getpid(),
    "refused": {each: refused(each) for each in ("/", "/opt/countersign", "/etc", "/usr/bin", "/var/tmp", "/tmp")},
    "left": os.listdir("/tmp"),
}))
"""  # noqa: E501
CONTENT = """
import json, os, pathlib, importlib.util

site = next(pathlib.Path("/opt/countersign/lib").glob("python3.*/site-packages"))
ours = [file for name in ("countersign", "services", "shared") for file in (site / name).rglob("*.py")]
dirs = ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/opt/countersign/bin")
modules = ("pip", "setuptools", "ensurepip", "hatchling", "tests", "deploy", "bench", "psutil")
print(json.dumps({
    "programs": sorted({name for each in dirs if os.path.isdir(each) for name in os.listdir(each)}),
    "modules": [name for name in modules if importlib.util.find_spec(name)],
    "not_compiled": [str(file) for file in ours if not os.path.exists(importlib.util.cache_from_source(str(file)))],
    "privileged": [str(file) for top in ("/usr", "/opt", "/etc") for file in pathlib.Path(top).rglob("*")
                   if not file.is_symlink() and file.stat().st_mode & 0o6000],
    "writable": [str(file) for top in ("/usr", "/opt", "/etc") for file in pathlib.Path(top).rglob("*")
                 if not file.is_symlink() and file.stat().st_mode & 0o022],
}))
"""  # noqa: E501
EACH = """
import json, subprocess

def ended(command):
    ran = subprocess.run(["countersign", *command], capture_output=True, text=True)
    return ran.returncode, ran.stdout, ran.stderr

print(json.dumps([ended(command) for command in {commands}]))
"""
FOR_A_CHECKOUT = (
    ("up",), ("up", "--detach"), ("down",), ("status",), ("identity",), ("token", "nurse-1"),
    ("assertion", "ehr-1"),
)  # fmt: skip


def test_it_has_no_rights_and_can_change_nothing(image: Engine) -> None:
    found = image.python(CONFINED)
    assert found["ids"] == [USER] * 4
    assert set(found["capabilities"].values()) == {"0" * 16}
    assert found["no_new_privileges"] == "1"
    assert found["filtered"] == "2"
    assert found["process"] == 1
    temporary = found["refused"].pop("/tmp")
    assert (temporary, found["left"]) == (None, ["made"])
    assert set(found["refused"].values()) == {"EROFS"}


def test_nothing_in_it_compiles_installs_or_is_a_shell(image: Engine) -> None:
    found = image.python(CONTENT)
    programs = [name for name in found["programs"] if not name.startswith("python3")]
    assert programs == ["countersign", "python"]
    assert found["modules"] == []
    assert found["not_compiled"] == []
    assert found["privileged"] == []
    assert found["writable"] == []


def test_it_says_what_it_is(image: Engine) -> None:
    said = image.inspect()
    assert said["User"] == f"{USER}:{USER}"
    assert said["Config"]["Entrypoint"] == ["/opt/countersign/bin/countersign"]
    assert "8000/tcp" in said["Config"]["ExposedPorts"]
    assert said["Healthcheck"]["Test"] == ["CMD", "python", "-m", "countersign.healthy"]
    labels = {key.rpartition(".")[2]: value for key, value in said["Labels"].items()}
    assert labels["title"] == "Countersign"
    assert labels["version"] == "tested"
    assert len(labels["revision"].removesuffix("-dirty")) == 40
    assert labels["description"]


def test_help(image: Engine) -> None:
    ran = image.run("--help")
    assert ran.returncode == 0
    assert "serve" in ran.stdout
    assert "Traceback" not in ran.stdout + ran.stderr


def test_commands_of_the_local_stack_say_that_they_are_for_a_checkout(image: Engine) -> None:
    ended = image.python(EACH.format(commands=FOR_A_CHECKOUT))
    assert len(ended) == len(FOR_A_CHECKOUT)
    for code, out, error in ended:
        assert (code, out) == (2, "")
        assert "for a checkout" in error
        assert error.count("\n") == 1


def test_serving_with_nothing_configured_names_what_is_missing(image: Engine) -> None:
    ran = image.run("serve", "audit")
    assert ran.returncode == 2
    for setting in ("DATABASE_DSN", "IDEMPOTENCY_SECRET", "KEY_ENCRYPTION_KEYS", "LEDGER_KEYS"):
        assert f"AUDIT_{setting} is not set" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_secrets_that_the_user_may_not_read_are_named(image: Engine, tmp_path: Path) -> None:
    secret = base64.b64encode(b"sesame").decode()
    for name in ("notes_database_dsn", "notes_idempotency_secret"):
        (tmp_path / name).write_text(secret)
        (tmp_path / name).chmod(0o400)
    tmp_path.chmod(0o755)
    mounted = [f"--volume={tmp_path}:/secrets:ro", "--env=COUNTERSIGN_SECRETS_DIR=/secrets"]
    ran = image.run("serve", "notes", options=["--network", "none", *mounted])
    assert ran.returncode == 2
    assert f"/secrets/notes_database_dsn can't be read by user {USER}" in ran.stderr
    assert f"/secrets/notes_idempotency_secret can't be read by user {USER}" in ran.stderr
    assert secret not in ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("migrate", "notes"), "as COUNTERSIGN_OWNER_DSN"),
        (("replay", "notes"), "Nothing is configured"),
    ],
)
def test_commands_without_settings_say_so(
    image: Engine, command: tuple[str, ...], said: str
) -> None:
    ran = image.run(*command)
    assert ran.returncode == 2
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_database_that_cannot_be_reached_is_said(image: Engine) -> None:
    dsn = "--env=COUNTERSIGN_OWNER_DSN=host=/nowhere dbname=notes password=sesame"
    ran = image.run("migrate", "notes", options=["--network", "none", dsn])
    assert ran.returncode == 2
    assert "The database can't be reached: " in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "sesame" not in ran.stdout + ran.stderr
