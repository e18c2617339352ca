"""Install the JavaScript packages that tests need, beside these tests: python -m tests.sdk.packages

Without it, the first of these tests installs them itself, and those of other processes wait for it.
"""

from __future__ import annotations

from tests.sdk import node_client
from tests.sdk.serverless_offline import application

if __name__ == "__main__":
    for place in (application.HERE, node_client.HERE):
        node_client.install(place)
