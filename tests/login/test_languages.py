"""The language of refusals and of error pages, which belong to no app client."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.builders import Api
from tests.login.visitor import Html, Visitor

Managed = Callable[..., Visitor]
ERROR = "Bei der angeforderten Seite ist ein Fehler aufgetreten."


def told(api: Api, url: str) -> tuple[int, str, str | None]:
    """Status, heading and alert of a page."""
    answer = api.http.get(url)
    html = Html(answer.text)
    assert ('<html lang="de">' in answer.text) is (html.heading == "Fehler")
    return answer.status_code, html.heading, html.alert


def test_the_error_page_speaks_the_language_that_is_asked_for(api: Api) -> None:
    assert told(api, "/error?error=invalid_request&lang=de") == (400, "Fehler", ERROR)
    assert told(api, "/error?error=invalid_request") == (
        400,
        "Error",
        "An error was encountered with the requested page.",
    )
    assert told(api, "/error?error=x&lang=tlh")[1] == "Error"
    assert told(api, "/error?error=x&error_description=Own+words&lang=de") == (400, "Fehler", "Own words")


def test_the_error_page_speaks_the_language_of_the_pages_before(managed: Managed) -> None:
    visitor = managed()
    visitor.open(lang="de")
    visitor.asked["redirect_uri"] = "https://evil.example/"
    assert visitor.open().path == "/error"
    assert Html(visitor.page.text).alert == ERROR


def test_what_browsers_prefer_is_not_asked(api: Api) -> None:
    """AWS: managed login is in English unless `lang` says otherwise."""
    answer = api.http.get("/error?error=x", headers={"Accept-Language": "de"})
    assert Html(answer.text).heading == "Error"


def test_a_form_of_nobody_is_refused_in_the_language_of_the_page(managed: Managed) -> None:
    visitor = managed().open(lang="de")
    visitor.api.http.delete_cookie("XSRF-TOKEN")
    answer = visitor.api.http.post(visitor.html.actions[0], data=visitor.html.forms[0])
    assert (answer.status_code, Html(answer.text).heading) == (403, "Fehler")
    assert (
        Html(answer.text).alert
        == "Das Formular stammt nicht von einer Seite dieser Website, oder Cookies sind blockiert."
    )


def test_pages_that_are_not_available_say_so_in_the_language_that_is_asked_for(managed: Managed) -> None:
    visitor = managed()
    named = {"UserPoolId": visitor.pool, "ClientId": visitor.client}
    style = visitor.api.idp("DescribeManagedLoginBrandingByClient", **named)["ManagedLoginBranding"]
    found = {"UserPoolId": visitor.pool, "ManagedLoginBrandingId": style["ManagedLoginBrandingId"]}
    visitor.api.idp("DeleteManagedLoginBranding", **found)
    answer = visitor.open(lang="de").page
    words = "Die Anmeldeseiten sind nicht verfügbar. Bitte wenden Sie sich an einen Administrator."
    assert (answer.status_code, Html(answer.text).alert) == (403, words)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("Aa1!", "Das Passwort ist nicht lang genug."),
        ("lower-case-1", "Das Passwort muss Großbuchstaben enthalten."),
        ("UPPER-CASE-1", "Das Passwort muss Kleinbuchstaben enthalten."),
        ("No-Number", "Das Passwort muss Ziffern enthalten."),
        ("NoSymbol1", "Das Passwort muss Sonderzeichen enthalten."),
    ],
)
def test_a_weak_password_is_refused_in_the_language_of_the_page(managed: Managed, password: str, words: str) -> None:
    visitor = managed(AliasAttributes=["phone_number"]).open("/signup", lang="de")
    form = {"username": "bea", "requiredAttributes__email": "bea@example.com"}
    assert visitor.fill(password=password, **form).html.alert == words


def test_addresses_are_refused_in_the_language_of_the_page(managed: Managed) -> None:
    visitor = managed(AutoVerifiedAttributes=["email", "phone_number"]).open("/signup", lang="de")
    form = {"username": "bea", "password": "Correct-Horse-7", "requiredAttributes__email": "bea@example.com"}
    visitor.fill(**form, requiredAttributes__phone_number="1")
    assert visitor.html.alert == "Das Format der Telefonnummer ist ungültig."
    visitor.fill(**form | {"requiredAttributes__email": "nowhere"})
    assert visitor.html.alert == "Das Format der E-Mail-Adresse ist ungültig."
