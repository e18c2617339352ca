"""Compare the packages of the running interpreter's environment with a lock file.

python scripts/locked.py locks/dev.txt              name what differs, and exit 1 when anything does
python scripts/locked.py locks/dev.txt --surplus    name the packages that the lock file lacks, one a line
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from sysconfig import get_path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OURS = {"cognito-emulator", "pip"}
"""The project, which is installed from the checkout, and the installer, which comes with the interpreter."""


def locked(path: Path) -> dict[str, str]:
    """The version of each package that a lock file has for this interpreter and platform."""
    logical = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    lines = [line.partition(" --hash")[0] for line in logical if line and not line.startswith("#")]
    wanted = [Requirement(line) for line in lines]
    return {
        canonicalize_name(one.name): str(one.specifier).removeprefix("==")
        for one in wanted
        if one.marker is None or one.marker.evaluate()
    }


def installed() -> dict[str, str]:
    """The version of each package in the environment, whatever else PYTHONPATH may name."""
    found = distributions(path=[get_path("purelib"), get_path("platlib")])
    return {canonicalize_name(one.metadata["Name"]): one.version for one in found}


def differences(wanted: dict[str, str], found: dict[str, str]) -> Iterator[str]:
    for name in sorted(wanted.keys() | found.keys()):
        if name not in found:
            yield f"{name} {wanted[name]} is not installed"
        elif name not in wanted:
            yield f"{name} {found[name]} is installed, and not in the lock file"
        elif found[name] != wanted[name]:
            yield f"{name} {found[name]} is installed, and {wanted[name]} in the lock file"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("lock", type=Path, help="a file of locks/")
    parser.add_argument("--surplus", action="store_true", help="only name the packages that the lock file lacks")
    options = parser.parse_args()
    wanted = locked(options.lock)
    found = {name: version for name, version in installed().items() if name not in OURS}
    if options.surplus:
        print("\n".join(sorted(found.keys() - wanted.keys())))
        return 0
    lines = list(differences(wanted, found))
    for line in lines:
        print(line)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
