"""The Flask application: everything that is neither a call of a service nor a key set."""

from __future__ import annotations

from flask import Flask, Response

from emulator.dispatch import Dispatcher
from emulator.web import (
    about,
    branding,
    certificate,
    confirm,
    control,
    control_credentials,
    control_export,
    control_factors,
    control_faults,
    control_oauth,
    control_requests,
    control_seed,
    control_tokens,
    cors,
    dropping,
    federated,
    feedback,
    guard,
    images,
    login,
    oauth,
    saml,
    stand_in,
    stand_in_people,
    stand_in_saml,
    sts_documents,
    uploads,
    well_known,
)
from emulator.web.api_request import LARGEST_BODY
from emulator.web.console import routes as console
from emulator.web.well_known import Documents


def create(dispatcher: Dispatcher, documents: Documents, ca: str | None = None) -> Flask:
    """The application. `front.py` goes in front of it. `ca` is the certificate of the local CA, if there is one."""
    app = Flask("emulator", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_BODY
    app.json.sort_keys = False  # type: ignore[attr-defined]
    guard.install(app, dispatcher)
    cors.install(app)
    about.install(app, dispatcher.store)
    control_requests.install(app)
    dropping.install(app)
    app.register_blueprint(well_known.blueprint(documents))
    app.register_blueprint(control.blueprint(dispatcher))
    app.register_blueprint(control_seed.blueprint(dispatcher))
    app.register_blueprint(control_export.blueprint(dispatcher))
    app.register_blueprint(console.blueprint(dispatcher))
    app.register_blueprint(certificate.blueprint(ca))
    app.register_blueprint(control_credentials.blueprint(dispatcher))
    app.register_blueprint(sts_documents.blueprint(dispatcher))
    app.register_blueprint(control_oauth.blueprint(dispatcher))
    app.register_blueprint(control_tokens.blueprint(dispatcher))
    app.register_blueprint(control_factors.blueprint(dispatcher))
    app.register_blueprint(control_faults.blueprint(dispatcher))
    app.register_blueprint(stand_in.blueprint(dispatcher))
    app.register_blueprint(stand_in_saml.blueprint(dispatcher))
    app.register_blueprint(stand_in_people.blueprint(dispatcher))
    app.register_blueprint(confirm.blueprint(dispatcher))
    app.register_blueprint(oauth.blueprint(dispatcher))
    app.register_blueprint(federated.blueprint(dispatcher))
    app.register_blueprint(saml.blueprint(dispatcher))
    app.register_blueprint(login.blueprint(dispatcher))
    app.register_blueprint(branding.blueprint(dispatcher))
    app.register_blueprint(images.blueprint(dispatcher))
    app.register_blueprint(feedback.blueprint(dispatcher))
    app.register_blueprint(uploads.blueprint(dispatcher))
    app.after_request(_undated)
    return app


def _undated(response: Response) -> Response:
    """The answer without the Date that Flask gives to files: the server writes one of its own."""
    response.headers.pop("Date", None)
    return response
