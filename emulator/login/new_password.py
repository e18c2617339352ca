"""`/changePassword`: a user with a temporary password chooses another, and fills in what the pool requires."""

from __future__ import annotations

from emulator.domain.credentials import password_policy
from emulator.login import fields, steps
from emulator.login.outcomes import Outcome, Page
from emulator.login.visit import Visit

PATH = steps.NEW_PASSWORD


def show(visit: Visit) -> Outcome:
    """The form. The attributes are those that the pool requires and the user lacks."""
    pool, given = visit.app.pool, fields.attributes(visit.form)
    asked = [
        fields.described(pool, name, required=True, value=given.get(name, ""))
        for name in visit.under_way.data["required"]
    ]
    return Page("new_password", {"attributes": asked, "rules": password_policy.rules(pool.settings)})


def submit(visit: Visit) -> Outcome:
    """Answer NEW_PASSWORD_REQUIRED with the password and the attributes of the form, which are stored."""
    password = fields.new_password(visit.form)
    visit.check("ConfirmForgotPassword", Username="-", ConfirmationCode="-", Password=password)
    given = {f"userAttributes.{name}": value for name, value in fields.attributes(visit.form).items()}
    return steps.answer(visit, NEW_PASSWORD=password, **given)
