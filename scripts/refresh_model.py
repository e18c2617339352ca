"""Bring the service models of the installed botocore into emulator/wire/models, without their prose.

The diff is the work list. `tests/wire` holds the stored models to those of the locked botocore.
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib.metadata import distribution
from pathlib import Path

from service_models import MODELS, SERVICES, differences, of_botocore, text


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--models", type=Path, default=MODELS, help="where the models are kept")
    options = parser.parse_args()
    installed = Path(str(distribution("botocore").locate_file("")))
    for service in SERVICES:
        path = options.models / f"{service}.json"
        model = of_botocore(installed, service)
        if path.exists():
            for line in differences(json.loads(path.read_text()), model):
                print(f"{service}: {line}")
        path.write_text(text(model))
    return 0


if __name__ == "__main__":
    sys.exit(main())
