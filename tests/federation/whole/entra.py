"""Federation metadata in the form in which Microsoft Entra ID publishes them, and the attributes that it sends."""

from __future__ import annotations

TENANT = "00000000-1111-2222-3333-444444444444"
ISSUER = f"https://sts.windows.net/{TENANT}/"
SIGN_ON = f"https://login.microsoftonline.example/{TENANT}/saml2"
_XMLSOAP, _MICROSOFT = "xmlsoap.org/ws/2005/05/identity/claims", "microsoft.com/identity/claims"
ATTRIBUTES = {
    f"{_MICROSOFT}/tenantid": TENANT,
    f"{_MICROSOFT}/objectidentifier": "55555555-6666-7777-8888-999999999999",
    f"{_MICROSOFT}/displayname": "Ana Example",
    f"{_XMLSOAP}/emailaddress": "ana@corp.example",
    f"{_XMLSOAP}/givenname": "Ana",
    f"{_XMLSOAP}/surname": "Example",
    f"{_XMLSOAP}/name": "ana@corp.example",
}
"""Name, without `http://schemas.` → value."""
_ROLE = """\
<RoleDescriptor xsi:type="fed:{kind}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706"
 protocolSupportEnumeration="http://docs.oasis-open.org/wsfed/federation/200706">{key}</RoleDescriptor>"""
_KEY = """\
<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>\
<X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>"""
_DOCUMENT = """\
\ufeff<?xml version="1.0" encoding="utf-8"?><EntityDescriptor ID="_e" entityID="{issuer}"
 xmlns="urn:oasis:names:tc:SAML:2.0:metadata">{roles}\
<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{key}\
<SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{url}"/>\
<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{url}"/>\
<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{url}"/>\
</IDPSSODescriptor></EntityDescriptor>"""


def metadata(certificate: str) -> str:
    """The document, which begins with a byte order mark and with the roles of WS-Federation."""
    key = _KEY.format(certificate=certificate)
    roles = "".join(_ROLE.format(kind=each, key=key) for each in ("SecurityTokenServiceType", "ApplicationServiceType"))
    return _DOCUMENT.format(issuer=ISSUER, roles=roles, key=key, url=SIGN_ON)
