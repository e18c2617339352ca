"""An application that knows nothing of the emulator: its SDK finds it by the environment (see compose.yaml).

Its pool, its app client and ada are there before it starts: the emulator is healthy once its seed is applied.
"""

import os

import boto3

cognito = boto3.client("cognito-idp", region_name=os.environ["AWS_REGION"])
tokens = cognito.initiate_auth(
    ClientId=os.environ["CLIENT_ID"],
    AuthFlow="USER_PASSWORD_AUTH",
    AuthParameters={"USERNAME": "ada", "PASSWORD": "Correct-horse-7"},
)["AuthenticationResult"]
user = cognito.get_user(AccessToken=tokens["AccessToken"])
attributes = {each["Name"]: each["Value"] for each in user["UserAttributes"]}
print(f"{user['Username']} <{attributes['email']}> signed in; the token is good for {tokens['ExpiresIn']} s")
