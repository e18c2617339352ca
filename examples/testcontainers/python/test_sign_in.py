"""The emulator in a container, for tests in Python: pip install -r requirements.txt && pytest"""

from pathlib import Path

import boto3
import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import HttpWaitStrategy

PORT = 26464
SEED = Path(__file__).resolve().parent.parent / "seed.yaml"


@pytest.fixture(scope="session")
def cognito():
    container = (
        DockerContainer("cognito-emulator")
        .with_command("--ephemeral --seed /seed.yaml")
        .with_volume_mapping(SEED, "/seed.yaml")
        .with_exposed_ports(PORT)
        .waiting_for(HttpWaitStrategy(PORT, "/health").for_status_code(200))
    )
    with container:
        yield boto3.client(
            "cognito-idp",
            endpoint_url=f"http://{container.get_container_host_ip()}:{container.get_exposed_port(PORT)}",
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )


def sign_in(cognito, password):
    return cognito.initiate_auth(
        ClientId="1example23456789",
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": password},
    )


def test_a_user_of_the_seed_signs_in(cognito):
    tokens = sign_in(cognito, "Correct-horse-7")["AuthenticationResult"]
    assert cognito.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ada"


def test_a_wrong_password_is_refused(cognito):
    with pytest.raises(cognito.exceptions.NotAuthorizedException, match="Incorrect username or password"):
        sign_in(cognito, "Wrong-horse-7")
