"""A browser at the OAuth endpoints of a pool."""

from __future__ import annotations

import pytest

from storage.store import Store
from tests.api.recorded_functions import recorder, recording_world
from tests.builders import Api
from tests.oauth.browser import Browser

__all__ = ["browser", "recorder", "recording_world"]


@pytest.fixture
def browser(api: Api, store: Store) -> Browser:
    """A browser in which Ana is signed in, and a client that allows the code flow."""
    browser = Browser.of(api, store)
    browser.sign_in()
    return browser
