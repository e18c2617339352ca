"""The console's inbox and events."""

from __future__ import annotations

import re

from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, refusal
from tests.console.person import Person


def sign_up(api: Api, client: str, name: str) -> None:
    """Have a code sent."""
    mail = [{"Name": "email", "Value": "ana@example.com" if name.startswith("<") else f"{name}@example.com"}]
    api.idp("SignUp", ClientId=client, Username=name, Password=PASSWORD, UserAttributes=mail)


def test_the_inbox_has_codes_newest_first_and_is_filtered_and_emptied(api: Api) -> None:
    pool = a_pool(api, AutoVerifiedAttributes=["email"])
    client = a_client(api, pool)
    for name in ("ana", "bob"):
        sign_up(api, client, name)
    person = Person(api)
    person.open("/_emulator/")
    person.follow("Inbox")
    codes = [api.message(pool=pool, user=name).code for name in ("bob", "ana")]
    assert re.findall(r'<code class="code">(\d{6})</code>', person.page) == codes
    person.follow("bob")
    person.send("confirm")
    person.follow("inbox")
    assert re.findall(r"to <bdi>(.*?)</bdi>", person.page) == ["bob@example.com"]
    assert "bob@" not in person.open("/_emulator/console/inbox?to=ana@example.com")
    person.send("forget")
    assert ("The messages are forgotten." in person.page, "No messages" in person.page) == (True, True)
    assert api.http.get("/_emulator/messages").get_json() == {"messages": []}


def test_a_link_of_a_message_is_clicked(api: Api) -> None:
    template = {"DefaultEmailOption": "CONFIRM_WITH_LINK", "EmailMessageByLink": "<b>{##Verify##}</b>"}
    pool = a_pool(api, AutoVerifiedAttributes=["email"], VerificationMessageTemplate=template)
    api.idp("CreateUserPoolDomain", Domain="shop", UserPoolId=pool)
    sign_up(api, a_client(api, pool), "ana")
    person = Person(api)
    person.open("/_emulator/messages".replace("messages", "console/inbox"))
    link = re.findall(r'<a class="verify" href="(.*?)"', person.page)[0].replace("&amp;", "&")
    assert "&lt;b&gt;" in person.page
    assert api.http.get(link).status_code == 200
    assert api.idp("AdminGetUser", UserPoolId=pool, Username="ana")["UserStatus"] == "CONFIRMED"


def test_hostile_messages_are_shown_as_text(api: Api) -> None:
    template = {"EmailMessage": "<script>alert({####})</script>", "EmailSubject": "<img src=x>"}
    pool = a_pool(api, AutoVerifiedAttributes=["email"], VerificationMessageTemplate=template)
    sign_up(api, a_client(api, pool), "<i>")
    page = Person(api).open("/_emulator/console/inbox")
    assert ("<script>" in page, "<img" in page, "<i>" in page) == (False, False, False)
    assert "&lt;script&gt;alert(" in page


def test_events_tell_the_reason_of_a_refusal_and_are_searched(api: Api) -> None:
    pool = a_pool(api)
    client = a_client(api, pool, PreventUserExistenceErrors="ENABLED")
    a_user(api, pool)
    for name in ("ana", "nobody"):
        asked = {"USERNAME": name, "PASSWORD": "wrong-Horse-1"}
        refusal(api, "InitiateAuth", ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=asked)
    person = Person(api)
    person.open("/_emulator/")
    page = person.follow("Events")
    assert re.findall(r"<bdi>(wrong password|there is no such user)</bdi>", page) == [
        "there is no such user",
        "wrong password",
    ]
    page = person.open("/_emulator/console/events?q=WRONG")
    assert ("wrong password" in page, "no such user" in page) == (True, False)
    person.follow("ana")
    assert "<h1>ana</h1>" in person.page


def test_a_browser_that_opens_an_endpoint_gets_its_page_and_a_program_json(api: Api) -> None:
    html = {"Accept": "text/html"}
    for path in ("messages?user=ana", "events", "clock", "faults", "operations", "idp/people", "credentials", "seed"):
        answer = api.http.get(f"/_emulator/{path}", headers=html)
        assert (answer.status_code, "/_emulator/console/" in answer.headers["Location"]) == (302, True), path
        page = api.http.get(answer.headers["Location"], headers=html)
        assert (page.status_code, page.mimetype) == (200, "text/html"), path
    answer = api.http.get("/_emulator/messages?user=ana", headers=html)
    assert answer.headers["Location"] == "/_emulator/console/inbox?user=ana"
    assert api.http.get("/_emulator/messages").get_json() == {"messages": []}
