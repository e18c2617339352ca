"""The headings of docs/differences.md, and which files are about each."""

from __future__ import annotations

HEADINGS: dict[str, tuple[str, ...]] = {
    "User pools and app clients": (
        "emulator/domain/pools",
        "emulator/domain/access/client_secrets.py",
        "emulator/domain/access/published_secrets.py",
        "emulator/userpools/pools.py",
        "emulator/userpools/clients.py",
        "emulator/userpools/client_secrets.py",
        "emulator/userpools/resource_servers.py",
        "emulator/userpools/views.py",
    ),
    "Domains, replicas and quotas": (
        "emulator/domain/pools/domains.py",
        "emulator/domain/pools/replicas.py",
        "emulator/domain/pools/regions.py",
        "emulator/domain/pools/request_rates.py",
        "emulator/userpools/domains.py",
        "emulator/userpools/replicas.py",
        "emulator/userpools/provisioned_limits.py",
    ),
    "Client ID metadata documents (CIMD)": (
        "emulator/domain/pools/cimd_policies.py",
        "emulator/domain/pools/client_id_urls.py",
        "emulator/domain/pools/client_metadata.py",
        "emulator/userpools/cimd.py",
    ),
    "Users and groups": (
        "emulator/domain/accounts",
        "emulator/userpools/users.py",
        "emulator/userpools/groups.py",
        "emulator/userpools/attributes.py",
    ),
    "Seed files and exports": ("emulator/seed",),
    "Point-in-time recovery": (
        "emulator/domain/recovery",
        "emulator/userpools/recovery.py",
        "emulator/jobs/recoveries.py",
        "storage/history",
        "storage/repositories/history.py",
    ),
    "Sign-up, confirmation and forgotten passwords": (
        "emulator/domain/registration",
        "emulator/domain/credentials",
        "emulator/userpools/signup.py",
        "emulator/userpools/passwords.py",
        "emulator/web/confirm.py",
        "emulator/web/links.py",
    ),
    "Sign-in": ("emulator/domain/sign_in", "emulator/userpools/signin.py"),
    "MFA, passkeys and devices": (
        "emulator/domain/factors",
        "emulator/domain/sign_in/mfa.py",
        "emulator/domain/sign_in/step_up.py",
        "emulator/domain/sign_in/known_device.py",
        "emulator/domain/sign_in/challenges/device_password_verifier.py",
        "emulator/domain/sign_in/challenges/device_srp_auth.py",
        "emulator/domain/sign_in/challenges/mfa_setup.py",
        "emulator/domain/sign_in/challenges/select_mfa_type.py",
        "emulator/domain/sign_in/challenges/software_token_mfa.py",
        "emulator/domain/sign_in/challenges/sms_mfa.py",
        "emulator/domain/sign_in/challenges/web_authn.py",
        "emulator/userpools/devices.py",
        "emulator/userpools/mfa.py",
        "emulator/userpools/passkeys.py",
        "keys/passkeys.py",
        "keys/totp.py",
    ),
    "Tokens and sessions": (
        "emulator/domain/access",
        "emulator/domain/tokens",
        "emulator/userpools/sessions.py",
        "emulator/userpools/tokens.py",
    ),
    "OAuth 2.0 and OpenID Connect": (
        "emulator/oauth",
        "emulator/domain/pools/oauth_settings.py",
        "emulator/domain/tokens/authorization_codes.py",
        "emulator/domain/tokens/browser_sessions.py",
        "emulator/domain/tokens/revocation.py",
        "emulator/web/oauth.py",
        "emulator/web/well_known.py",
    ),
    "Login pages": (
        "emulator/login",
        "emulator/domain/sign_in/new_account.py",
        "emulator/web/branding.py",
        "emulator/web/html.py",
        "emulator/web/login.py",
    ),
    "Lambda triggers": (
        "emulator/domain/triggers",
        "emulator/domain/registration/sign_up_triggers.py",
        "emulator/domain/registration/user_migration.py",
        "emulator/domain/sign_in/challenges/custom_challenge.py",
        "emulator/domain/sign_in/custom_auth.py",
        "emulator/domain/sign_in/migration.py",
        "emulator/domain/sign_in/sign_in_triggers.py",
        "emulator/domain/tokens/token_overrides.py",
        "emulator/domain/messages/custom_senders.py",
        "emulator/outside",
    ),
    "Messages": ("emulator/domain/messages", "emulator/outside/mailbox.py", "emulator/outside/smtp.py"),
    "Threat protection and log delivery": (
        "emulator/domain/access/risk_context.py",
        "emulator/domain/access/user_agents.py",
        "emulator/domain/messages/log_delivery.py",
        "emulator/domain/sign_in/sign_in_protection.py",
        "emulator/domain/threats",
        "emulator/outside/exports.py",
        "emulator/userpools/threat_protection.py",
        "emulator/web/feedback.py",
    ),
    "Identity providers and linked users": ("emulator/domain/providers", "emulator/userpools/providers.py"),
    "Sign-in at identity providers": (
        "emulator/domain/federated",
        "emulator/federation",
        "emulator/login/pending_sign_ins.py",
        "emulator/login/single_logout.py",
        "emulator/refusals.py",
        "emulator/web/saml.py",
        "keys/xml_decryption.py",
        "keys/xml_signatures.py",
    ),
    "Branding and terms": (
        "emulator/domain/branding",
        "emulator/userpools/branding.py",
        "emulator/userpools/terms.py",
        "emulator/web/images.py",
    ),
    "Imports of users": (
        "emulator/domain/imports",
        "emulator/jobs/imports.py",
        "emulator/userpools/imports.py",
        "emulator/web/uploads.py",
    ),
    "Identity pools": ("emulator/domain/identities", "emulator/identitypools"),
    "STS": (
        "emulator/domain/identities/aws_credentials.py",
        "emulator/domain/identities/signatures.py",
        "emulator/domain/trust",
        "emulator/policies",
        "emulator/sts",
    ),
    "Requests, answers and errors": (
        "emulator/call.py",
        "emulator/dispatch.py",
        "emulator/registry.py",
        "emulator/server",
        "emulator/web",
        "emulator/wire",
    ),
}
"""A heading → files and directories. What names a file most exactly counts."""


def heading(path: str) -> str:
    """The heading under which a file's differences stand. Raises LookupError for a file that has none."""
    fits = [
        (len(place), title)
        for title, places in HEADINGS.items()
        for place in places
        if path == place or path.startswith(f"{place}/")
    ]
    if not fits:
        raise LookupError(f"no heading of scripts/features.py is about {path}")
    return max(fits)[1]
