"""Werkzeug is imported for the first request that needs it, by one thread.

Its modules import each other in circles. Of two threads that begin at different ones, as a page and a form do, Python
lets one have a module that is not complete yet, rather than have both wait for each other.
"""

from __future__ import annotations

import threading

_lock = threading.Lock()


def werkzeug() -> None:
    """Have Werkzeug complete. Call it before what imports a part of it, or Flask, for a request."""
    with _lock:
        import werkzeug  # noqa: F401
