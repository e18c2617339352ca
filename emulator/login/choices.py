"""The pages with a choice: of a first factor, of a second factor, and of one to set up. The field is `answer`."""

from __future__ import annotations

from msgspec import Struct

from emulator import refusals
from emulator.domain.factors import mfa_methods
from emulator.faults import InvalidParameterException
from emulator.login import steps
from emulator.login.carried import Carried
from emulator.login.outcomes import GoTo, Outcome, Page
from emulator.login.visit import Visit


class Choice(Struct, frozen=True):
    """A page with a choice. `asks` is the key of its heading."""

    PATH: str
    asks: str

    def show(self, visit: Visit) -> Outcome:
        """The methods to choose from."""
        return Page("choose", {"asks": self.asks, "methods": visit.under_way.data["methods"]})

    def submit(self, visit: Visit) -> Outcome:
        """Go on with the chosen method."""
        chosen, kept = refusals.required(visit.form, "answer"), visit.under_way
        if chosen not in kept.data["methods"]:
            raise InvalidParameterException("The selected challenge is not available.")
        if self.PATH == steps.SET_UP:
            return _set_up(visit, chosen)
        if chosen == "PASSWORD":
            return GoTo(steps.PASSWORD, _same(visit, steps.PASSWORD))
        return steps.answer(visit, ANSWER=chosen)


PAGES = (
    Choice(steps.CHOOSE, "choose.first"),
    Choice(steps.CHOOSE_MFA, "choose.mfa"),
    Choice(steps.SET_UP, "choose.setup"),
)


def _set_up(visit: Visit, method: str) -> Outcome:
    """Go to the page that sets a second factor up."""
    if method == mfa_methods.SOFTWARE_TOKEN:
        return steps.associate_app(visit, visit.under_way.username, str(visit.under_way.session))
    kept = visit.carried_to(
        steps.SET_UP_ADDRESS,
        visit.under_way.username,
        challenge=visit.under_way.challenge,
        session=visit.under_way.session,
        data={"attribute": mfa_methods.ADDRESSES[method]},
    )
    return GoTo(steps.SET_UP_ADDRESS, kept)


def _same(visit: Visit, path: str) -> Carried:
    """The sign-in under way, at another page that answers the same challenge."""
    kept = visit.under_way
    return visit.carried_to(path, kept.username, challenge=kept.challenge, session=kept.session)
