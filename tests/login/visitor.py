"""A person at the login pages: opens them, fills in forms, and follows redirects up to the application."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from werkzeug.test import TestResponse

from tests.builders import PASSWORD, Api, a_pool, claims
from tests.oauth.browser import CALLBACK, an_oauth_client

Form = dict[str, str]


class Html(HTMLParser):
    """What tests look at of a page: its texts, its alert, its links, and its forms with their fields."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.actions: list[str] = []
        self.required: set[str] = set()
        self.answers: list[str] = []
        self.links: list[str] = []
        self.alert: str | None = None
        self.heading = ""
        self.options = ""
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
            self.actions.append(given["action"])
            self.options = given.get("data-options", self.options)
        if tag == "input" and given.get("name"):
            self.forms[-1][given["name"]] = given.get("value", "")
            if "required" in given:
                self.required.add(given["name"])
        if tag == "button" and given.get("name") == "answer":
            self.answers.append(given["value"])
        if tag == "a":
            self.links.append(given["href"])
        if given.get("role") == "alert":
            self._inside, self.alert = "alert", ""
        if tag == "h1":
            self._inside = "h1"

    def handle_data(self, data: str) -> None:
        if self._inside == "alert":
            self.alert = f"{self.alert or ''}{data}"
        if self._inside == "h1":
            self.heading += data

    def handle_endtag(self, tag: str) -> None:
        if tag in {"p", "h1"}:
            self._inside = ""


@dataclass
class Visitor:
    """The person, with the page they look at. `asked` is the query that the application began with."""

    api: Api
    pool: str
    client: str
    asked: dict[str, str] = field(default_factory=dict)
    at: TestResponse | None = None

    @classmethod
    def of(cls, api: Api, pool: str | None = None, **client: Any) -> Self:
        """A person whom an application sends to the pages of a pool."""
        pool = pool or a_pool(api, AutoVerifiedAttributes=["email"])
        made = an_oauth_client(api, pool, **client)
        return cls(api, pool, made, {"client_id": made, "response_type": "code", "redirect_uri": CALLBACK})

    @property
    def page(self) -> TestResponse:
        assert self.at is not None
        return self.at

    @property
    def html(self) -> Html:
        """The page that is shown."""
        assert self.page.status_code == 200, (self.page.status_code, self.page.headers.get("Location"))
        return Html(self.page.text)

    @property
    def path(self) -> str:
        """Where the person is, or is sent."""
        location = self.page.headers.get("Location")
        return urlsplit(location).path if location else self.page.request.path

    def open(self, path: str = "/login", **parameters: str) -> Self:
        """Open a page, and follow redirects within the site."""
        return self._follow(self.api.http.get(f"{path}?{urlencode(self.asked | parameters)}"))

    def fill(self, **fields: str) -> Self:
        """Fill in the page's form and send it. Names may have brackets: `requiredAttributes__name`."""
        html = self.html
        given = {_named(name): value for name, value in fields.items()}
        return self.post(html.actions[0], {**html.forms[0], **given})

    def resend(self) -> Self:
        """Press the button of the page's second form, which sends another code."""
        return self.post(self.html.actions[1], self.html.forms[1])

    def post(self, action: str, form: Form) -> Self:
        """Send a form."""
        return self._follow(self.api.http.post(action, data=form))

    def sign_in(self, username: str = "ana", password: str = PASSWORD) -> Self:
        """Sign in at the classic page."""
        return self.open().fill(username=username, password=password)

    def sign_in_again(self) -> Self:
        """Sign in at the classic page, in a browser that has forgotten its session."""
        self.api.http.delete_cookie("cognito")
        return self.sign_in()

    @property
    def returned(self) -> dict[str, str]:
        """What the application gets in its callback."""
        location = self.page.headers["Location"]
        assert location.startswith(CALLBACK), location
        return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}

    def tokens(self) -> dict[str, Any]:
        """What the application exchanges the code of its callback for."""
        form = {"client_id": self.client, "redirect_uri": CALLBACK, "code": self.returned["code"]}
        answer = self.api.http.post("/oauth2/token", data={"grant_type": "authorization_code", **form})
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def who(self) -> str:
        """The username in the tokens that the application gets."""
        return str(claims(self.tokens()["access_token"])["username"])

    def status(self, username: str) -> str:
        """The status of a user."""
        found = self.api.idp("AdminGetUser", UserPoolId=self.pool, Username=username)
        return str(found["UserStatus"])

    def _follow(self, answer: TestResponse) -> Self:
        self.at = answer
        location = answer.headers.get("Location", "")
        while location.startswith("/"):
            self.at = self.api.http.get(location)
            location = self.at.headers.get("Location", "")
        return self


def _named(name: str) -> str:
    kind, _, attribute = name.partition("__")
    return f"{kind}[{attribute}]" if attribute else name
