"""An application that knows nothing of the emulator: its SDK finds it by the environment (see compose.yaml)."""

import os
import uuid

import boto3

cognito = boto3.client("cognito-idp", region_name=os.environ["AWS_REGION"])

pool = cognito.create_user_pool(PoolName="app")["UserPool"]["Id"]
client = cognito.create_user_pool_client(
    UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
)["UserPoolClient"]["ClientId"]

name, password = f"ada-{uuid.uuid4()}", "Correct-horse-7"
cognito.sign_up(ClientId=client, Username=name, Password=password)
cognito.admin_confirm_sign_up(UserPoolId=pool, Username=name)
tokens = cognito.initiate_auth(
    ClientId=client,
    AuthFlow="USER_PASSWORD_AUTH",
    AuthParameters={"USERNAME": name, "PASSWORD": password},
)["AuthenticationResult"]
user = cognito.get_user(AccessToken=tokens["AccessToken"])
print(f"{user['Username']} signed in to pool {pool}; the token is good for {tokens['ExpiresIn']} s")
