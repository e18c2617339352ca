"""Ana, who signed in at Corp, and her browser."""

from __future__ import annotations

import pytest

from keys.signing import SigningKey
from storage.store import Store
from tests.builders import Api
from tests.federation.logout import a_corp_with_ana, a_signed_in_browser
from tests.federation.saml_idp import Corp
from tests.oauth.browser import Browser


@pytest.fixture
def corp(api: Api, store: Store, idp_key: SigningKey) -> Corp:
    """Corp with single log-out, and its user Ana."""
    return a_corp_with_ana(api, store, idp_key)


@pytest.fixture
def browser(corp: Corp) -> Browser:
    """A browser in which Ana is signed in."""
    return a_signed_in_browser(corp)
