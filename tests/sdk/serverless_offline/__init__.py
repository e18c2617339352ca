"""serverless-offline, the real one from npm, runs an application whose functions answer the real server's triggers."""

import pytest

pytest.register_assert_rewrite("tests.sdk.serverless_offline.application")
