package example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cognitoidentityprovider.CognitoIdentityProviderClient;
import software.amazon.awssdk.services.cognitoidentityprovider.model.AuthFlowType;
import software.amazon.awssdk.services.cognitoidentityprovider.model.InitiateAuthResponse;
import software.amazon.awssdk.services.cognitoidentityprovider.model.NotAuthorizedException;

@Testcontainers
class SignInTest {
    private static final int PORT = 26464;

    @Container
    private static final GenericContainer<?> CONTAINER =
            new GenericContainer<>(DockerImageName.parse("cognito-emulator"))
                    .withCommand("--ephemeral", "--seed", "/seed.yaml")
                    .withCopyFileToContainer(MountableFile.forHostPath("../seed.yaml", 0644), "/seed.yaml")
                    .withExposedPorts(PORT)
                    .waitingFor(Wait.forHttp("/health").forPort(PORT));

    private static CognitoIdentityProviderClient cognito;

    @BeforeAll
    static void connect() {
        cognito = CognitoIdentityProviderClient.builder()
                .endpointOverride(URI.create("http://" + CONTAINER.getHost() + ":" + CONTAINER.getMappedPort(PORT)))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .build();
    }

    private static InitiateAuthResponse signIn(String password) {
        return cognito.initiateAuth(request -> request
                .clientId("1example23456789")
                .authFlow(AuthFlowType.USER_PASSWORD_AUTH)
                .authParameters(Map.of("USERNAME", "ada", "PASSWORD", password)));
    }

    @Test
    void aUserOfTheSeedSignsIn() {
        String token = signIn("Correct-horse-7").authenticationResult().accessToken();
        assertEquals("ada", cognito.getUser(request -> request.accessToken(token)).username());
    }

    @Test
    void aWrongPasswordIsRefused() {
        assertThrows(NotAuthorizedException.class, () -> signIn("Wrong-horse-7"));
    }
}
