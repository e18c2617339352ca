"""The command `cognito-emulator`: makes its process the server's alone, and runs the server in it.

An application may have modules called `emulator`, `storage` and `keys` too, or a `logging.py` in its directory. Neither
gets in the other's way: the server's three packages are found by their place, before anything on `sys.path`, and what
PYTHONPATH brings comes after what is installed. An interpreter in isolated mode would do the same, but at the price of
a second start, and deaf to PYTHONUNBUFFERED and the like.

Only what every interpreter has loaded already may be imported above `main`: the application's modules come first until
then.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import ModuleSpec, PathFinder

_HERE = os.path.dirname(os.path.realpath(__file__))
_CARRIED = os.path.join(_HERE, "_server")
_SERVER = _CARRIED if os.path.isdir(_CARRIED) else os.path.dirname(_HERE)
"""The directory of the server's packages: within this one in a wheel, beside it in a checkout."""
_PACKAGES = frozenset({"emulator", "storage", "keys"})


class Server:
    """Finds the server's own packages, whatever else has their names."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG004
        """Where one of the packages is; None for any other module."""
        return PathFinder.find_spec(name, [_SERVER]) if path is None and name in _PACKAGES else None


def main() -> int:
    """Run the command; answers its exit status. For a process of its own: modules are found differently afterwards."""
    _put_installed_first()
    if sys.argv[1:2] == ["health"]:
        from cognito_emulator import health

        return health.main(sys.argv[2:])
    _put_server_first()
    from emulator import cli

    return cli.main()


def _put_server_first() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in _PACKAGES]:
        del sys.modules[name]  # an application's, which a .pth file or its sitecustomize.py has imported
    sys.meta_path.insert(0, Server)


def _put_installed_first() -> None:
    """Let what is installed come before PYTHONPATH, and leave out the directory of the script or of `python -m`.

    The directory that this package comes from stays first where one of these has brought it: what is installed with it
    (`pip install --target`) goes together. The rest of PYTHONPATH stays last, since dependencies may come from there.
    """
    own = os.path.dirname(_HERE)
    named = {os.path.abspath(entry) for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep)}
    if sys.flags.ignore_environment:
        named.clear()
    if not sys.flags.safe_path:
        first = sys.path.pop(0)
        if os.path.realpath(first) == own and own not in map(os.path.realpath, sys.path):
            sys.path.append(first)
            named.add(first)

    def rank(entry: str) -> int:
        if os.path.abspath(entry) not in named:
            return 1
        return 0 if os.path.realpath(entry) == own else 2

    sys.path.sort(key=rank)
