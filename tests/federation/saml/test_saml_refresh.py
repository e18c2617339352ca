"""Metadata of SAML providers are read again from their MetadataURL."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from emulator.federation.errors import ProviderError
from emulator.outside.http import CannedHttp
from emulator.outside.world import World
from keys.signing import SigningKey
from storage.store import Store
from tests.api import web
from tests.api.provider_calls import changed, described
from tests.builders import Api
from tests.conftest import NOON
from tests.federation.saml_idp import Corp
from tests.saml import moment

URL = "https://idp.example.com/metadata"
HOURS = 3_600


@pytest.fixture
def canned() -> CannedHttp:
    """The web, with nothing on it."""
    return CannedHttp()


@pytest.fixture
def world(world: World, canned: CannedHttp) -> World:
    return replace(world, http=canned)


def publish(canned: CannedHttp, *keys: SigningKey, root: str = "", since: float = NOON - 1000) -> None:
    """Have the provider publish metadata with the certificates of these keys, and attributes of the root."""
    document = web.metadata(*[web.certificate(key, since) for key in keys])
    canned.put(URL, document.replace("<md:EntityDescriptor ", f"<md:EntityDescriptor {root} "))


@pytest.fixture
def corp(api: Api, store: Store, idp_key: SigningKey, canned: CannedHttp) -> Corp:
    """A provider whose metadata are at a URL."""
    publish(canned, idp_key)
    return Corp.of(api, store, idp_key, MetadataFile="", MetadataURL=URL)


def is_taken(corp: Corp, id: str) -> bool:
    """Whether what the provider's key signs now is taken."""
    seconds = corp.world.clock.now() - NOON
    answer = corp.answer(id=id, sign=(id,), begins=seconds - 60, ends=seconds + 300, confirmed_until=seconds + 300)
    try:
        return corp.identify(corp.document(answer)).subject == "Ana@idp"
    except ProviderError:
        return False


def test_metadata_are_read_again_after_six_hours(corp: Corp, canned: CannedHttp) -> None:
    corp.world.clock.advance(hours=6, seconds=-1)
    corp.start()
    assert canned.urls == [URL]
    corp.world.clock.advance(seconds=1)
    corp.start()
    assert canned.urls == [URL, URL]
    corp.start()
    assert canned.urls == [URL, URL], "they are fresh again"
    assert canned.requests[-1].seconds == 5


@pytest.mark.parametrize(
    ("root", "seconds"),
    [
        (f'validUntil="{moment(HOURS)}"', HOURS),
        ('cacheDuration="PT1H30M"', 1.5 * HOURS),
        ('cacheDuration="P0Y0M0DT0H10M0.0S"', 600),
        (f'validUntil="{moment(2 * HOURS)}" cacheDuration="PT1H"', HOURS),
        (f'validUntil="{moment(-HOURS)}"', 60),
        ('cacheDuration="PT0S"', 60),
        ('cacheDuration="P1D"', 6 * HOURS),
        ('cacheDuration="soon" validUntil="then"', 6 * HOURS),
        ('cacheDuration="P"', 6 * HOURS),
    ],
)
def test_metadata_say_themselves_how_long_they_are_good(
    api: Api, store: Store, idp_key: SigningKey, canned: CannedHttp, root: str, seconds: float
) -> None:
    publish(canned, idp_key, root=root)
    corp = Corp.of(api, store, idp_key, MetadataFile="", MetadataURL=URL)
    corp.world.clock.advance(seconds=seconds - 1)
    corp.start()
    assert canned.urls == [URL]
    corp.world.clock.advance(seconds=1)
    corp.start()
    assert canned.urls == [URL, URL]


def test_a_new_certificate_counts_and_an_old_one_no_more(
    corp: Corp, canned: CannedHttp, idp_key: SigningKey, stranger: SigningKey
) -> None:
    publish(canned, idp_key, stranger)
    corp.world.clock.advance(hours=6)
    assert is_taken(corp, "_1")
    corp.key = stranger
    assert is_taken(corp, "_2")
    publish(canned, stranger)
    corp.world.clock.advance(hours=6)
    assert is_taken(corp, "_3")
    corp.key = idp_key
    assert not is_taken(corp, "_4")


def test_new_endpoints_are_used_and_shown(corp: Corp, canned: CannedHttp, idp_key: SigningKey) -> None:
    document = web.metadata(web.certificate(idp_key, NOON - 1000), sign_out=False).replace("/sso", "/moved")
    canned.put(URL, document)
    corp.world.clock.advance(hours=6)
    assert corp.start().location.startswith("https://idp.example.com/moved?")
    before = corp.world.clock.now()
    shown = described(corp.api, corp.pool)
    assert shown["ProviderDetails"]["SSORedirectBindingURI"] == "https://idp.example.com/moved"
    assert "SLORedirectBindingURI" not in shown["ProviderDetails"]
    assert shown["ProviderDetails"]["ActiveEncryptionCertificate"]
    assert shown["LastModifiedDate"] < before
    assert "SamlReread" not in shown


@pytest.mark.parametrize("status", [0, 500, 200])
def test_metadata_that_cannot_be_read_leave_the_old_ones_and_are_noted(
    corp: Corp, canned: CannedHttp, status: int
) -> None:
    canned.answers.clear()
    if status:
        canned.put(URL, "<nothing/>", status)
    corp.world.clock.advance(hours=6)
    assert corp.start().location.startswith("https://idp.example.com/sso?")
    assert is_taken(corp, "_1")
    event = corp.world.events.last()[-1]
    assert (event.operation, event.pool, event.outcome) == ("SAML metadata", corp.pool, "InvalidParameterException")
    assert event.reason
    assert "Corp" in event.reason
    assert len(canned.urls) == 2, "a failure is not repeated at once"
    corp.world.clock.advance(seconds=60)
    corp.start()
    assert len(canned.urls) == 3


def test_an_expired_certificate_beside_a_good_one_is_left_out(
    corp: Corp, canned: CannedHttp, idp_key: SigningKey, stranger: SigningKey
) -> None:
    old, new = web.certificate(idp_key, NOON - 11 * 366 * 86_400), web.certificate(stranger, NOON - 1000)
    canned.put(URL, web.metadata(old, new))
    corp.world.clock.advance(hours=6)
    corp.key = stranger
    assert is_taken(corp, "_1")


def test_metadata_of_which_it_is_unknown_when_they_were_read_are_read_again(
    corp: Corp, canned: CannedHttp, store: Store
) -> None:
    with store.unit(writes=True) as unit:
        provider = unit.providers.named(corp.pool, "Corp")
        assert provider
        older = {name: value for name, value in provider.settings.items() if name != "SamlReread"}
        unit.providers.change(provider, settings=older)
    corp.start()
    corp.start()
    assert canned.urls == [URL, URL]


def test_a_file_is_never_read_again(api: Api, store: Store, idp_key: SigningKey, canned: CannedHttp) -> None:
    corp = Corp.of(api, store, idp_key, MetadataURL=URL)
    corp.world.clock.advance(days=1)
    corp.start()
    assert canned.urls == []


def test_a_provider_that_is_configured_anew_meanwhile_stays_as_configured(
    corp: Corp, canned: CannedHttp, idp_key: SigningKey
) -> None:
    file = web.metadata(web.certificate(idp_key, NOON - 1000)).replace("/sso", "/file")

    def configure() -> None:
        canned.meanwhile = lambda: None
        changed(corp.api, corp.pool, ProviderDetails={"MetadataFile": file})

    canned.meanwhile = configure
    corp.world.clock.advance(hours=6)
    assert corp.start().location.startswith("https://idp.example.com/file?")
    assert described(corp.api, corp.pool)["ProviderDetails"]["SSORedirectBindingURI"] == "https://idp.example.com/file"


def test_a_provider_that_is_deleted_meanwhile_is_not_there_again(corp: Corp, canned: CannedHttp) -> None:
    def delete() -> None:
        canned.meanwhile = lambda: None
        corp.api.idp("DeleteIdentityProvider", UserPoolId=corp.pool, ProviderName="Corp")

    canned.meanwhile = delete
    corp.world.clock.advance(hours=6)
    corp.start()
    assert corp.api.idp("ListIdentityProviders", UserPoolId=corp.pool, MaxResults=5)["Providers"] == []
