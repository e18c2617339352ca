"""A tour of the user pool API: every operation once, with success, as boto3 sends and reads it.

Each stop leaves what later ones need in the tour's fields. It is long because the API is.
"""

from __future__ import annotations

import base64
import urllib.request
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.keys.authenticator import Authenticator
from tests.sdk import place
from tests.sdk.conftest import Server

PASSWORD, CHANGED = "Correct-Horse-1", "Correct-Horse-2"
KEY = "arn:aws:kms:us-east-1:000000000000:key/mrk-0123456789abcdef"
ROLE = "arn:aws:iam::000000000000:role/r"
ARN = "arn:aws:logs:us-east-1:000000000000:log-group:cognito"
FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
EXCHANGE = ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION"]
LINKS = {"cognito:default": "https://example.com/terms"}
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def pairs(**attributes: str) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in attributes.items()]


@dataclass
class Tour:
    """One pool, and whoever is met on the way. `seen` are the operations that succeeded."""

    server: Server
    seen: set[str] = field(default_factory=set)
    pool: str = ""
    arn: str = ""
    web: str = ""
    token: str = ""

    def __post_init__(self) -> None:
        self.idp = self.server.client("cognito-idp")
        self.idp.meta.events.register("after-call.cognito-idp", self._note)

    def _note(self, model: Any, http_response: Any, **_: Any) -> None:
        if http_response.status_code == 200:
            self.seen.add(model.name)

    def code(self) -> str:
        """The code in the newest message to the pool's users."""
        return str(place.asked(f"{self.server.url}/_emulator/messages?pool={self.pool}")["messages"][-1]["code"])

    def client(self, **members: Any) -> dict[str, Any]:
        """An app client of the pool."""
        given = {"UserPoolId": self.pool, "ClientName": "client", "ExplicitAuthFlows": FLOWS, **members}
        return dict(self.idp.create_user_pool_client(**given)["UserPoolClient"])

    def sign_in(self, username: str = "ana", password: str = PASSWORD, client: str = "") -> dict[str, Any]:
        """What InitiateAuth answers to a password."""
        answers = {"USERNAME": username, "PASSWORD": password}
        flow = {"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": answers}
        return dict(self.idp.initiate_auth(ClientId=client or self.web, **flow))

    def run(self) -> None:
        """Visit every stop."""
        for stop in (
            self.pools,
            self.clients,
            self.servers_and_domains,
            self.providers,
            self.looks,
            self.client_metadata,
            self.sign_up,
            self.administered_users,
            self.attributes,
            self.passwords,
            self.groups,
            self.second_factors,
            self.devices,
            self.passkeys,
            self.tokens,
            self.sessions,
            self.linked_users,
            self.threats,
            self.imports,
            self.account,
            self.recoveries,
            self.ends,
        ):
            stop()

    def pools(self) -> None:
        idp = self.idp
        made = idp.create_user_pool(
            PoolName="tour",
            UserPoolTier="PLUS",
            AutoVerifiedAttributes=["email"],
            UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"},
            DeviceConfiguration={"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": True},
            Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}},
            KeyConfiguration={"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": KEY},
        )["UserPool"]
        self.pool, self.arn = made["Id"], made["Arn"]
        idp.add_custom_attributes(
            UserPoolId=self.pool, CustomAttributes=[{"Name": "plan", "AttributeDataType": "String", "Mutable": True}]
        )
        idp.set_user_pool_mfa_config(
            UserPoolId=self.pool,
            MfaConfiguration="OPTIONAL",
            SoftwareTokenMfaConfiguration={"Enabled": True},
            WebAuthnConfiguration={"RelyingPartyId": "localhost", "FactorConfiguration": "SINGLE_FACTOR"},
        )
        assert idp.get_user_pool_mfa_config(UserPoolId=self.pool)["MfaConfiguration"] == "OPTIONAL"
        tracking = {"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 20}}
        idp.set_user_pool_session_configuration(UserPoolId=self.pool, **tracking)
        idp.get_user_pool_session_configuration(UserPoolId=self.pool)
        assert self.pool in [pool["Id"] for pool in idp.list_user_pools(MaxResults=60)["UserPools"]]
        assert idp.get_signing_certificate(UserPoolId=self.pool)["Certificate"]

    def clients(self) -> None:
        idp = self.idp
        self.web = self.client()["ClientId"]
        here = {"UserPoolId": self.pool, "ClientId": self.web}
        idp.update_user_pool_client(**here, ClientName="web", ExplicitAuthFlows=FLOWS)
        assert idp.describe_user_pool_client(**here)["UserPoolClient"]["ClientName"] == "web"
        assert idp.list_user_pool_clients(UserPoolId=self.pool)["UserPoolClients"]
        idp.set_user_pool_client_session_configuration(**here, SSOSession={"MaxValidityMinutes": 10})
        idp.get_user_pool_client_session_configuration(**here)
        secret = {"UserPoolId": self.pool, "ClientId": self.client(GenerateSecret=True)["ClientId"]}
        added = idp.add_user_pool_client_secret(**secret)["ClientSecretDescriptor"]["ClientSecretId"]
        assert len(idp.list_user_pool_client_secrets(**secret)["ClientSecrets"]) == 2
        idp.delete_user_pool_client_secret(**secret, ClientSecretId=added)
        idp.delete_user_pool_client(**secret)

    def servers_and_domains(self) -> None:
        idp, there = self.idp, {"UserPoolId": self.pool, "Identifier": "https://api"}
        idp.create_resource_server(**there, Name="api", Scopes=[{"ScopeName": "read", "ScopeDescription": "Reading"}])
        idp.update_resource_server(**there, Name="API", Scopes=[{"ScopeName": "read", "ScopeDescription": "To read"}])
        assert idp.describe_resource_server(**there)["ResourceServer"]["Name"] == "API"
        assert len(idp.list_resource_servers(UserPoolId=self.pool)["ResourceServers"]) == 1
        other = {"UserPoolId": self.pool, "Identifier": "https://other"}
        idp.create_resource_server(**other, Name="other")
        idp.delete_resource_server(**other)
        idp.create_user_pool_domain(UserPoolId=self.pool, Domain="tour-of-it")
        idp.update_user_pool_domain(UserPoolId=self.pool, Domain="tour-of-it", ManagedLoginVersion=2)
        found = idp.describe_user_pool_domain(Domain="tour-of-it")["DomainDescription"]
        assert (found["UserPoolId"], found["ManagedLoginVersion"]) == (self.pool, 2)

    def providers(self) -> None:
        idp, google = self.idp, {"UserPoolId": self.pool, "ProviderName": "Google"}
        details = {"client_id": "web", "client_secret": "secret", "authorize_scopes": "openid email"}
        idp.create_identity_provider(**google, ProviderType="Google", ProviderDetails=details, IdpIdentifiers=["g"])
        idp.update_identity_provider(**google, AttributeMapping={"email": "email"})
        assert idp.describe_identity_provider(**google)["IdentityProvider"]["AttributeMapping"]["email"] == "email"
        found = idp.get_identity_provider_by_identifier(UserPoolId=self.pool, IdpIdentifier="g")
        assert found["IdentityProvider"]["ProviderName"] == "Google"
        assert len(idp.list_identity_providers(UserPoolId=self.pool)["Providers"]) == 1

    def looks(self) -> None:
        idp, here = self.idp, {"UserPoolId": self.pool, "ClientId": self.web}
        made = idp.create_managed_login_branding(**here, UseCognitoProvidedValues=True)["ManagedLoginBranding"]
        style = {"UserPoolId": self.pool, "ManagedLoginBrandingId": made["ManagedLoginBrandingId"]}
        idp.update_managed_login_branding(**style, UseCognitoProvidedValues=True)
        assert idp.describe_managed_login_branding(**style)["ManagedLoginBranding"]["UseCognitoProvidedValues"]
        assert idp.describe_managed_login_branding_by_client(**here)["ManagedLoginBranding"]["UserPoolId"] == self.pool
        idp.delete_managed_login_branding(**style)
        idp.set_ui_customization(**here, CSS=".label-customizable { font-weight: 400; }", ImageFile=PNG)
        assert idp.get_ui_customization(**here)["UICustomization"]["ClientId"] == self.web
        document = {"TermsName": "terms-of-use", "TermsSource": "LINK", "Enforcement": "NONE", "Links": LINKS}
        terms = {"UserPoolId": self.pool, "TermsId": idp.create_terms(**here, **document)["Terms"]["TermsId"]}
        idp.update_terms(**terms, Links=LINKS | {"cognito:english": "https://example.com/en"})
        assert len(idp.describe_terms(**terms)["Terms"]["Links"]) == 2
        idp.describe_terms_by_client(**here, TermsName="terms-of-use")
        assert len(idp.list_terms(UserPoolId=self.pool)["Terms"]) == 1
        idp.delete_terms(**terms)

    def client_metadata(self) -> None:
        idp, given = self.idp, {"ClientId": self.web, "URLPatterns": ["https://claude.ai/oauth/*"]}
        made = idp.create_cimd_policy(UserPoolId=self.pool, PolicyName="tools", **given)["CIMDPolicy"]
        policy = {"UserPoolId": self.pool, "CIMDPolicyId": made["CIMDPolicyId"]}
        idp.update_cimd_policy(**policy, **given, CacheDuration=172_800)
        assert idp.describe_cimd_policy(**policy)["CIMDPolicy"]["CacheDuration"] == 172_800
        assert [each["ClientId"] for each in idp.list_cimd_policies(UserPoolId=self.pool)["CIMDPolicies"]] == [self.web]
        assert idp.list_client_metadata_urls(**policy)["ClientMetadataURLs"] == []
        idp.delete_cimd_policy(**policy)

    def sign_up(self) -> None:
        idp, ada = self.idp, {"ClientId": self.web, "Username": "ada"}
        idp.sign_up(**ada, Password=PASSWORD, UserAttributes=pairs(email="ada@example.com"))
        idp.resend_confirmation_code(**ada)
        idp.confirm_sign_up(**ada, ConfirmationCode=self.code())
        idp.sign_up(ClientId=self.web, Username="bob", Password=PASSWORD)
        idp.admin_confirm_sign_up(UserPoolId=self.pool, Username="bob")
        token = self.sign_in("bob")["AuthenticationResult"]["AccessToken"]
        idp.delete_user(AccessToken=token)

    def administered_users(self) -> None:
        idp, ana = self.idp, {"UserPoolId": self.pool, "Username": "ana"}
        idp.admin_create_user(**ana, UserAttributes=pairs(email="ana@example.com", email_verified="true"))
        idp.admin_set_user_password(**ana, Password=PASSWORD, Permanent=True)
        assert idp.admin_get_user(**ana)["UserStatus"] == "CONFIRMED"
        idp.admin_disable_user(**ana)
        idp.admin_enable_user(**ana)
        assert [user["Username"] for user in idp.list_users(UserPoolId=self.pool, Filter='username = "ana"')["Users"]]
        idp.admin_create_user(UserPoolId=self.pool, Username="cyd", TemporaryPassword=PASSWORD)
        asked = self.sign_in("cyd")
        idp.respond_to_auth_challenge(
            ClientId=self.web,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "cyd", "NEW_PASSWORD": CHANGED},
        )
        idp.admin_set_user_password(UserPoolId=self.pool, Username="cyd", Password=PASSWORD, Permanent=False)
        flow = {"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": "cyd", "PASSWORD": PASSWORD}}
        asked = idp.admin_initiate_auth(UserPoolId=self.pool, ClientId=self.web, **flow)
        idp.admin_respond_to_auth_challenge(
            UserPoolId=self.pool,
            ClientId=self.web,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "cyd", "NEW_PASSWORD": CHANGED},
        )
        idp.admin_delete_user(UserPoolId=self.pool, Username="cyd")

    def attributes(self) -> None:
        idp, ana = self.idp, {"UserPoolId": self.pool, "Username": "ana"}
        idp.admin_update_user_attributes(**ana, UserAttributes=pairs(nickname="Annie", **{"custom:plan": "gold"}))
        idp.admin_delete_user_attributes(**ana, UserAttributeNames=["nickname"])
        self.token = self.sign_in()["AuthenticationResult"]["AccessToken"]
        bearer = {"AccessToken": self.token}
        idp.update_user_attributes(**bearer, UserAttributes=pairs(email="ana@example.org", nickname="Annie"))
        idp.get_user_attribute_verification_code(**bearer, AttributeName="email")
        idp.verify_user_attribute(**bearer, AttributeName="email", Code=self.code())
        idp.delete_user_attributes(**bearer, UserAttributeNames=["nickname"])
        found = {each["Name"]: each["Value"] for each in idp.get_user(**bearer)["UserAttributes"]}
        assert (found["email"], found["email_verified"], found["custom:plan"]) == ("ana@example.org", "true", "gold")

    def passwords(self) -> None:
        idp, ana = self.idp, {"ClientId": self.web, "Username": "ana"}
        idp.change_password(AccessToken=self.token, PreviousPassword=PASSWORD, ProposedPassword=CHANGED)
        idp.forgot_password(**ana)
        idp.confirm_forgot_password(**ana, ConfirmationCode=self.code(), Password=PASSWORD)
        idp.admin_reset_user_password(UserPoolId=self.pool, Username="ana")
        idp.confirm_forgot_password(**ana, ConfirmationCode=self.code(), Password=PASSWORD)
        self.token = self.sign_in()["AuthenticationResult"]["AccessToken"]

    def groups(self) -> None:
        idp, staff = self.idp, {"UserPoolId": self.pool, "GroupName": "staff"}
        idp.create_group(**staff)
        idp.update_group(**staff, Description="All of them")
        assert idp.get_group(**staff)["Group"]["Description"] == "All of them"
        assert "staff" in [group["GroupName"] for group in idp.list_groups(UserPoolId=self.pool)["Groups"]]
        idp.admin_add_user_to_group(**staff, Username="ana")
        assert [user["Username"] for user in idp.list_users_in_group(**staff)["Users"]] == ["ana"]
        found = idp.admin_list_groups_for_user(UserPoolId=self.pool, Username="ana")["Groups"]
        assert [group["GroupName"] for group in found] == ["staff"]
        idp.admin_remove_user_from_group(**staff, Username="ana")
        idp.delete_group(**staff)

    def second_factors(self) -> None:
        idp, ana, bearer = self.idp, {"UserPoolId": self.pool, "Username": "ana"}, {"AccessToken": self.token}
        secret = idp.associate_software_token(**bearer)["SecretCode"]
        code = place.Authenticator(self.server, secret).code()
        assert idp.verify_software_token(**bearer, UserCode=code)["Status"] == "SUCCESS"
        preference = {"SoftwareTokenMfaSettings": {"Enabled": True, "PreferredMfa": True}}
        idp.set_user_mfa_preference(**bearer, **preference)
        idp.admin_set_user_mfa_preference(**ana, SoftwareTokenMfaSettings={"Enabled": False, "PreferredMfa": False})
        idp.get_user_auth_factors(**bearer)
        idp.admin_get_user_auth_factors(**ana)
        idp.admin_delete_software_token(**ana)
        idp.set_user_settings(**bearer, MFAOptions=[])
        idp.admin_set_user_settings(**ana, MFAOptions=[])

    def confirm(self, signed_in: dict[str, Any]) -> dict[str, str]:
        """Confirm the device of a sign-in; answers its key."""
        key = {"DeviceKey": signed_in["NewDeviceMetadata"]["DeviceKey"]}
        text = base64.b64encode(b"x" * 16).decode()
        verifier = {"PasswordVerifier": text, "Salt": text}
        token = signed_in["AccessToken"]
        self.idp.confirm_device(AccessToken=token, **key, DeviceSecretVerifierConfig=verifier, DeviceName="laptop")
        return key

    def devices(self) -> None:
        idp, ana = self.idp, {"UserPoolId": self.pool, "Username": "ana"}
        for forget in ("forget_device", "admin_forget_device"):
            signed_in = self.sign_in()["AuthenticationResult"]
            bearer = {"AccessToken": signed_in["AccessToken"]}
            key = self.confirm(signed_in)
            idp.update_device_status(**bearer, **key, DeviceRememberedStatus="not_remembered")
            idp.admin_update_device_status(**ana, **key, DeviceRememberedStatus="remembered")
            assert idp.get_device(**bearer, **key)["Device"]["DeviceKey"] == key["DeviceKey"]
            assert idp.admin_get_device(**ana, **key)["Device"]["DeviceKey"] == key["DeviceKey"]
            assert len(idp.list_devices(**bearer)["Devices"]) == 1
            assert len(idp.admin_list_devices(**ana)["Devices"]) == 1
            getattr(idp, forget)(**key, **(bearer if forget == "forget_device" else ana))

    def passkeys(self) -> None:
        idp, bearer = self.idp, {"AccessToken": self.token}
        options = idp.start_web_authn_registration(**bearer)["CredentialCreationOptions"]
        credential = Authenticator().create(options)
        idp.complete_web_authn_registration(**bearer, Credential=credential)
        assert len(idp.list_web_authn_credentials(**bearer)["Credentials"]) == 1
        idp.delete_web_authn_credential(**bearer, CredentialId=credential["id"])

    def tokens(self) -> None:
        idp = self.idp
        rotating = self.client(
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
            RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
        )["ClientId"]
        signed_in = self.sign_in(client=rotating)["AuthenticationResult"]
        old, device = signed_in["RefreshToken"], self.confirm(signed_in)
        fresh = idp.get_tokens_from_refresh_token(ClientId=rotating, RefreshToken=old, **device)
        idp.revoke_token(ClientId=rotating, Token=fresh["AuthenticationResult"]["RefreshToken"])
        service = self.client(GenerateSecret=True, ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"])
        given = idp.get_client_token(ClientId=service["ClientId"], Secret=service["ClientSecret"])
        assert given["ClientAuthenticationResult"]["TokenType"] == "Bearer"
        exchanger = self.client(ExplicitAuthFlows=EXCHANGE)["ClientId"]
        subject = {"SubjectToken": self.token, "SubjectTokenType": "ACCESS_TOKEN"}
        assert idp.get_derived_token(ClientId=exchanger, **subject)["IssuedToken"]

    def sessions(self) -> None:
        idp, ana = self.idp, {"UserPoolId": self.pool, "Username": "ana"}
        self.sign_in()
        self.token = self.sign_in()["AuthenticationResult"]["AccessToken"]
        mine = idp.list_user_sessions(AccessToken=self.token)["Sessions"]
        others = [session["SessionId"] for session in mine if not session["IsCurrentSession"]]
        idp.revoke_user_session(AccessToken=self.token, SessionId=others[0])
        assert len(idp.admin_list_user_sessions(**ana)["Sessions"]) == len(mine) - 1
        idp.admin_revoke_user_session(**ana, SessionId=others[1])
        idp.global_sign_out(AccessToken=self.token)
        self.token = self.sign_in()["AuthenticationResult"]["AccessToken"]
        idp.admin_user_global_sign_out(**ana)

    def linked_users(self) -> None:
        google = {"ProviderName": "Google", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "42"}
        ana = {"ProviderName": "Cognito", "ProviderAttributeValue": "ana"}
        self.idp.admin_link_provider_for_user(UserPoolId=self.pool, DestinationUser=ana, SourceUser=google)
        self.idp.admin_disable_provider_for_user(UserPoolId=self.pool, User=google)
        self.idp.delete_identity_provider(UserPoolId=self.pool, ProviderName="Google")

    def threats(self) -> None:
        idp, ana = self.idp, {"UserPoolId": self.pool, "Username": "ana"}
        block = {"EventFilter": ["SIGN_IN"], "Actions": {"EventAction": "BLOCK"}}
        idp.set_risk_configuration(UserPoolId=self.pool, CompromisedCredentialsRiskConfiguration=block)
        assert idp.describe_risk_configuration(UserPoolId=self.pool)["RiskConfiguration"]["UserPoolId"] == self.pool
        event = idp.admin_list_user_auth_events(**ana)["AuthEvents"][0]["EventId"]
        idp.admin_update_auth_event_feedback(**ana, EventId=event, FeedbackValue="Valid")
        group = {"CloudWatchLogsConfiguration": {"LogGroupArn": ARN}}
        delivered = {"LogLevel": "ERROR", "EventSource": "userNotification", **group}
        idp.set_log_delivery_configuration(UserPoolId=self.pool, LogConfigurations=[delivered])
        found = idp.get_log_delivery_configuration(UserPoolId=self.pool)["LogDeliveryConfiguration"]
        assert found["LogConfigurations"] == [delivered]

    def imports(self) -> None:
        idp = self.idp
        assert idp.get_csv_header(UserPoolId=self.pool)["CSVHeader"][-1] == "cognito:username"
        made = {"UserPoolId": self.pool, "JobName": "job", "CloudWatchLogsRoleArn": ROLE}
        jobs = [idp.create_user_import_job(**made)["UserImportJob"] for _ in range(2)]
        header = idp.get_csv_header(UserPoolId=self.pool)["CSVHeader"]
        row = dict.fromkeys(header, "") | {
            "cognito:username": "ivy",
            "cognito:mfa_enabled": "false",
            "email": "ivy@example.com",
            "email_verified": "true",
            "phone_number_verified": "false",
        }
        text = ",".join(header) + "\n" + ",".join(row.values()) + "\n"
        sealed = {"x-amz-server-side-encryption": "aws:kms"}
        request = urllib.request.Request(jobs[0]["PreSignedUrl"], data=text.encode(), method="PUT", headers=sealed)
        assert urllib.request.urlopen(request, timeout=10).status == 200
        here = {"UserPoolId": self.pool, "JobId": jobs[0]["JobId"]}
        idp.start_user_import_job(**here)
        while (job := idp.describe_user_import_job(**here)["UserImportJob"])["Status"] in {"Pending", "InProgress"}:
            pass
        assert (job["Status"], job["ImportedUsers"]) == ("Succeeded", 1)
        assert len(idp.list_user_import_jobs(UserPoolId=self.pool, MaxResults=60)["UserImportJobs"]) == 2

    def account(self) -> None:
        idp = self.idp
        idp.tag_resource(ResourceArn=self.arn, Tags={"team": "red", "stage": "dev"})
        idp.untag_resource(ResourceArn=self.arn, TagKeys=["stage"])
        assert idp.list_tags_for_resource(ResourceArn=self.arn)["Tags"] == {"team": "red"}
        there = {"UserPoolId": self.pool, "RegionName": "eu-west-1"}
        idp.create_user_pool_replica(**there)
        idp.update_user_pool_replica(**there, Status="INACTIVE")
        assert len(idp.list_user_pool_replicas(UserPoolId=self.pool)["UserPoolReplicas"]) == 2
        idp.delete_user_pool_replica(**there)
        limit = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserList"}}
        idp.update_provisioned_limit(LimitDefinition=limit, RequestedLimitValue=40)
        assert idp.get_provisioned_limit(LimitDefinition=limit)["Limit"]["ProvisionedLimitValue"] == 40

    def recoveries(self) -> None:
        idp, named = self.idp, {"UserPoolId": self.pool}
        now = datetime.fromisoformat(place.asked(f"{self.server.url}/_emulator/clock", {"advance": "20m"})["now"])
        point = {"RestoreTimestamp": now - timedelta(minutes=16)}
        first = idp.initiate_point_in_time_recovery(**named, **point)["Restoration"]
        idp.cancel_point_in_time_recovery(**named, RestoreId=first["RestoreId"])
        second = idp.initiate_point_in_time_recovery(**named, **point)["Restoration"]
        assert second["RestoreStatus"] == "PREVIEW_GENERATING"
        self._wait_for(second["RestoreId"], "PREVIEW_GENERATED")
        idp.start_point_in_time_recovery(**named, RestoreId=second["RestoreId"])
        self._wait_for(second["RestoreId"], "RESTORE_COMPLETED")
        listed = idp.list_point_in_time_recoveries(**named)["Restorations"]
        assert [each["RestoreId"] for each in listed] == [second["RestoreId"], first["RestoreId"]]

    def _wait_for(self, recovery: str, status: str) -> None:
        named = {"UserPoolId": self.pool, "RestoreId": recovery}
        while (told := self.idp.describe_point_in_time_recovery(**named)["Restoration"])["RestoreStatus"] != status:
            assert told["RestoreStatus"] in {"PREVIEW_GENERATING", "RESTORING"}

    def ends(self) -> None:
        idp = self.idp
        idp.update_user_pool(UserPoolId=self.pool, UserPoolTier="PLUS", PoolName="ended")
        assert idp.describe_user_pool(UserPoolId=self.pool)["UserPool"]["Name"] == "ended"
        idp.delete_user_pool_domain(UserPoolId=self.pool, Domain="tour-of-it")
        idp.delete_user_pool(UserPoolId=self.pool)
