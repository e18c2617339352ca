"""Tell what AWS has that the stored service models lack: operations, members, enum values, changed traits.

scripts/drift                         against the newest botocore, fetched into a directory that goes again
scripts/drift --botocore 1.44.8       against that version of it
scripts/drift --botocore DIRECTORY    against the one in a directory of packages, such as a site-packages

Exits 0 where nothing differs, 1 where something does, and 2 where botocore cannot be had.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service_models import MODELS, SERVICES, differences, of_botocore

UNHAD = 2


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage="scripts/drift [options]"
    )
    parser.add_argument("--botocore", metavar="VERSION|DIRECTORY", default="", help="the newest when left out")
    parser.add_argument("--models", type=Path, default=MODELS, help="where the models are kept")
    options = parser.parse_args()
    count = 0
    with packages(options.botocore) as found:
        for service in SERVICES:
            stored = json.loads((options.models / f"{service}.json").read_text(encoding="utf-8"))
            for line in differences(stored, of_botocore(found, service)):
                count += 1
                print(f"{service}: {line}")
        version = next(found.glob("botocore-*.dist-info")).name.split("-")[1].removesuffix(".dist")
    print(f"botocore {version}: {count or 'no'} difference{'' if count == 1 else 's'} from the stored models")
    return 1 if count else 0


@contextmanager
def packages(named: str) -> Iterator[Path]:
    """A directory with a botocore in it."""
    if named and not re.fullmatch(r"\d+(\.\d+)+", named):
        if not (Path(named) / "botocore" / "data").is_dir():
            print(f"There is no botocore in {named}", file=sys.stderr)
            sys.exit(UNHAD)
        yield Path(named)
        return
    with tempfile.TemporaryDirectory(prefix="cognito-emulator-drift-") as fetched:
        command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:"]
        wanted = f"botocore=={named}" if named else "botocore"
        if subprocess.run([*command, "--target", fetched, wanted], check=False).returncode:
            print(f"{wanted} cannot be fetched", file=sys.stderr)
            sys.exit(UNHAD)
        yield Path(fetched)


if __name__ == "__main__":
    sys.exit(main())
