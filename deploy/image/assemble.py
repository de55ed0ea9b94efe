"""Puts /opt/countersign together in the image's build stage, which may have no shell.

Reaches no network: what it installs is in /build/wheels, each with the hash that a lock names.
"""

import compileall
import os
import py_compile
import subprocess
import sys
import zipfile
from pathlib import Path

BUILD, TARGET = Path("/build"), Path("/opt/countersign")
PYTHON = TARGET / "bin" / "python"
USER = "countersign:x:10001:10001::/tmp:/usr/sbin/nologin"
GROUP = "countersign:x:10001:"


def pip(*arguments: str) -> None:
    """The pip that was fetched, run from beside what it installs into."""
    command = [str(PYTHON), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    offline = ["--no-index", "--no-cache-dir", "--no-compile", "--root-user-action=ignore"]
    here = {**os.environ, "PYTHONPATH": str(BUILD / "pip"), "PIP_CONFIG_FILE": os.devnull}
    subprocess.run([*command, *offline, *arguments], check=True, env=here)


def locked(lock: str) -> list[str]:
    where = ["--find-links", str(BUILD / "wheels"), "--only-binary", ":all:", "--require-hashes"]
    return [*where, "-r", str(BUILD / lock)]


def our_wheel() -> Path:
    """Built from the source that is here, by the tools that the lock names."""
    tools = BUILD / "tools"
    pip("--target", str(tools), *locked("build.lock"))
    command = [str(PYTHON), "-m", "hatchling", "build", "-t", "wheel", "-d", str(BUILD / "dist")]
    here = {**os.environ, "PYTHONPATH": str(tools)}
    subprocess.run(command, check=True, cwd=BUILD / "source", env=here)
    [wheel] = (BUILD / "dist").glob("*.whl")
    return wheel


def main() -> None:
    [wheel] = (BUILD / "wheels").glob("pip-*.whl")
    zipfile.ZipFile(wheel).extractall(BUILD / "pip")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(TARGET)], check=True)
    pip(*locked("requirements.lock"))
    pip("--no-deps", str(our_wheel()))
    for script in (TARGET / "bin").iterdir():
        if script.name != "countersign" and not script.is_symlink():
            script.unlink()
    # Never looked at whether it is still true: nothing in the image can change.
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(TARGET, quiet=2, workers=0, invalidation_mode=unchecked)
    for file, line in ((Path("/etc/passwd"), USER), (Path("/etc/group"), GROUP)):
        file.write_text(f"{file.read_text().rstrip()}\n{line}\n")


if __name__ == "__main__":
    main()
