"""Messages: recipients, mediums and templates (AWS: "Email and SMS messages").

`settings` is `Pool.settings`. A target is an attribute with an address, and the medium by which messages go to it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Mapping
from typing import Any, Literal, TypeAlias
from urllib.parse import urlencode

from msgspec import Struct

from emulator.domain.accounts.attributes import looks_like_email, looks_like_phone
from emulator.domain.triggers import trigger_table
from emulator.faults import NotAuthorizedException
from emulator.outside.mailbox import Words

Medium: TypeAlias = Literal["EMAIL", "SMS"]
Target: TypeAlias = "tuple[str, Medium]"
Settings = Mapping[str, Any]

MEDIUMS: dict[str, Medium] = {"phone_number": "SMS", "email": "EMAIL"}
"""Attribute → medium, in the order in which AWS prefers them."""

CODE, USERNAME = "{####}", "{username}"
LINK = re.compile(r"\{##(?P<text>.*?)##\}", re.DOTALL)
"""The placeholder of the link, in an e-mail that verifies by link."""
_WITH_LINK = frozenset({trigger_table.SIGN_UP_CODE, trigger_table.SIGN_UP_CODE_AGAIN})
_PLACEHOLDER = re.compile(r"\{(####|username)\}|" + LINK.pattern, re.DOTALL)
_LINK_SUBJECT = "Your verification link"
_LINK_BODY = "Please click the link below to verify your email address. {##Verify Email##} "
_CODE_SUBJECT = "Your verification code"
_CODE_BODY = "Your confirmation code is {####}"
_CODE_TEXT = "Your verification code is {####}. "
_RESET_SUBJECT = "Your password reset code"
_RESET_BODY = "Your password reset code is {####}"
_SIGN_IN_SUBJECT = "Your authentication code"
_SIGN_IN_BODY = "Your authentication code is {####}"
_SIGN_IN_TEXT = "Your authentication code is {####}. "
_INVITATION_SUBJECT = "Your temporary password"
_WELCOME_SUBJECT = "Your account"
_WELCOME_BODY = "Your username is {username}. "
_INVITATION_BODY = "Your username is {username} and temporary password is {####}. "


class Draft(Struct, frozen=True):
    """A message before it is rendered. `trigger`, CustomMessage's triggerSource, says what kind of message it is.

    `code` is the code, or the temporary password of an invitation. `link` is the URL for `{##…##}`, in a message that
    verifies by link.
    """

    trigger: str
    medium: Medium
    address: str
    code: str | None
    link: str | None = None


def render(settings: Settings, draft: Draft, username: str, custom: Words | None = None) -> tuple[str | None, str]:
    """The subject (None for an SMS message) and body of a message to the user with that username.

    `custom` is CustomMessage's result, which takes precedence over the pool's templates.
    """
    medium, code, link = draft.medium, draft.code, draft.link
    subject, body = _template(settings, draft.trigger, medium, by_link=link is not None)
    if code is None:
        # AWS unknown: the text of AdminCreateUser's invitation to a user without a password. Here it has the username
        # alone.
        subject, body = _WELCOME_SUBJECT, _WELCOME_BODY if body == _INVITATION_BODY else body
    if custom:
        subject = custom.subject or subject
        body = custom.body(medium) or body

    def fill(found: re.Match[str]) -> str:
        if found[0] == CODE:
            return code or ""
        if found[0] == USERNAME:
            return username if draft.trigger == trigger_table.INVITATION else found[0]
        return f'<a href="{html.escape(link)}">{found["text"]}</a>' if link else found[0]

    return (subject if medium == "EMAIL" else None), _PLACEHOLDER.sub(fill, body)


def verifies_by_link(settings: Settings, trigger: str, medium: Medium) -> bool:
    """Whether a message has a link in place of a code: an e-mail of sign-up, in a pool with CONFIRM_WITH_LINK."""
    template = settings.get("VerificationMessageTemplate") or {}
    return medium == "EMAIL" and trigger in _WITH_LINK and template.get("DefaultEmailOption") == "CONFIRM_WITH_LINK"


def confirmation_link(base_url: str, client_id: str, username: str, code: str) -> str:
    """The URL of the page that confirms an account when it is opened."""
    # Unlike AWS: the confirmation links of SignUp and ResendConfirmationCode lead to this server, whether the pool has
    # a domain or not. AWS's lead to the pool's domain.
    query = {"client_id": client_id, "user_name": username, "confirmation_code": code}
    return f"{base_url}/confirmUser/?{urlencode(query)}"


def senders(settings: Settings) -> tuple[str | None, str | None]:
    """The From and Reply-To addresses of the pool's e-mails; None for Cognito's own."""
    # AWS unknown: the From address of e-mails where CreateUserPool was given a SourceArn of a domain and no `From`.
    # Here it is Cognito's own.
    email = settings.get("EmailConfiguration") or {}
    identity = str(email.get("SourceArn", "")).rpartition("/")[2]
    own = identity if looks_like_email(identity) else None
    if email.get("EmailSendingAccount") == "DEVELOPER":
        own = email.get("From") or own
    return own, email.get("ReplyToEmailAddress") or None


def verification_target(settings: Settings, attributes: Mapping[str, str]) -> Target | None:
    """The target of a new account's code: an address that the pool verifies, phone number before e-mail; else None."""
    automatic = settings.get("AutoVerifiedAttributes") or []
    return next(
        ((kind, medium) for kind, medium in MEDIUMS.items() if kind in automatic and attributes.get(kind)), None
    )


def recovery_target(
    settings: Settings, attributes: Mapping[str, str], busy: Collection[str] = frozenset()
) -> Target | None:
    """The target of a forgotten password's code: the first verified address in the pool's order; None without one.

    `busy` are the attributes to which codes of the user's second factors go. In a pool with an AccountRecoverySetting,
    they are left out. Raises NotAuthorizedException where only administrators recover accounts.
    """
    mechanisms = (settings.get("AccountRecoverySetting") or {}).get("RecoveryMechanisms")
    if mechanisms is None:
        order = list(MEDIUMS)
    else:
        names = [entry["Name"] for entry in sorted(mechanisms, key=lambda entry: int(entry["Priority"]))]
        if names == ["admin_only"]:
            # AWS unknown: the message of ForgotPassword in a pool whose only recovery mechanism is admin_only.
            raise NotAuthorizedException("Contact administrator to reset password.")
        order = [name.removeprefix("verified_") for name in names if name.removeprefix("verified_") not in busy]
    verified = (kind for kind in order if attributes.get(kind) and attributes.get(f"{kind}_verified") == "true")
    return next(((kind, MEDIUMS[kind]) for kind in verified), None)


def invitation_targets(mediums: Collection[str] | None, attributes: Mapping[str, str]) -> list[Target]:
    """The targets of an invitation: one for each medium of DesiredDeliveryMediums for which the user has an address."""
    # Unlike AWS: AdminCreateUser without DesiredDeliveryMediums sends the invitation by e-mail to a user without a
    # phone number. In AWS the default is SMS, and the invitation is lost.
    requested = [(kind, medium) for kind, medium in MEDIUMS.items() if medium in (mediums or ["SMS"])]
    found = [(kind, medium) for kind, medium in requested if attributes.get(kind)]
    return found or ([("email", "EMAIL")] if not mediums and attributes.get("email") else [])


def delivery_details(attribute: str, address: str) -> dict[str, str]:
    """CodeDeliveryDetails, with the address masked as AWS masks it."""
    return {
        "Destination": masked(attribute, address),
        "DeliveryMedium": MEDIUMS[attribute],
        "AttributeName": attribute,
    }


def masked(attribute: str, address: str) -> str:
    """`a***@e***` for an e-mail address, `+*******9934` for a phone number."""
    if attribute == "phone_number":
        digits = address.removeprefix("+")
        return "+" + "*" * (len(digits) - 4) + digits[-4:]
    local, _, domain = address.partition("@")
    return f"{local[:1]}***@{domain[:1]}***"


def simulated_details(typed: str) -> dict[str, str]:
    """Deterministic fake CodeDeliveryDetails for an unknown username, so that it cannot be told from a known one."""
    if looks_like_phone(typed):
        return delivery_details("phone_number", typed)
    return delivery_details("email", typed if looks_like_email(typed) else f"{typed[:1].lower()}@e")


def _template(settings: Settings, trigger: str, medium: Medium, *, by_link: bool) -> tuple[str, str]:
    """Subject and body with placeholders. SIGN_IN_CODE is that of all sign-in codes, those of MFA included."""
    if trigger == trigger_table.INVITATION:
        invite = settings.get("AdminCreateUserConfig", {}).get("InviteMessageTemplate") or {}
        body = invite.get("EmailMessage" if medium == "EMAIL" else "SMSMessage")
        return invite.get("EmailSubject") or _INVITATION_SUBJECT, body or _INVITATION_BODY
    if trigger == trigger_table.SIGN_IN_CODE:
        email = settings.get("EmailMfaConfiguration") or {}
        if medium == "SMS":
            return "", settings.get("SmsAuthenticationMessage") or _SIGN_IN_TEXT
        return email.get("Subject") or _SIGN_IN_SUBJECT, email.get("Message") or _SIGN_IN_BODY
    templates = settings.get("VerificationMessageTemplate") or {}
    if medium == "SMS":
        return "", templates.get("SmsMessage") or settings.get("SmsVerificationMessage") or _CODE_TEXT
    if by_link:
        return templates.get("EmailSubjectByLink") or _LINK_SUBJECT, templates.get("EmailMessageByLink") or _LINK_BODY
    forgot = trigger == trigger_table.FORGOTTEN_PASSWORD
    subject = templates.get("EmailSubject") or (_RESET_SUBJECT if forgot else _CODE_SUBJECT)
    return subject, templates.get("EmailMessage") or (_RESET_BODY if forgot else _CODE_BODY)
