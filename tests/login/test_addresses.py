"""Addresses of style sheets and images that nothing has."""

from __future__ import annotations

import pytest

from tests.builders import Api, a_pool

ADDRESSES = [
    "/login/branding/x/99999999999999999999999",
    "/login/branding/%00/1",
    "/login/branding/%00/style.css",
    "/login/branding/default/%00/%00",
    "/login/branding/é/99999999999999999999999",
    "/{pool}/%00/1/assets/css/custom-css.css",
    "/{pool}/ALL/99999999999999999999999/assets/css/custom-css.css",
    "/{pool}/ALL/%00/assets/css/custom-css.css",
    "/%00/ALL/1/assets/css/custom-css.css",
    "/{pool}/ALL/%00/assets/images/image.jpg",
    "/%00/%00/%00/assets/images/image.jpg",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_no_database_takes_is_not_found(api: Api, address: str) -> None:
    assert api.http.get(address.format(pool=a_pool(api))).status_code == 404
