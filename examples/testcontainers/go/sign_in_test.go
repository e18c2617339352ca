// The emulator in a container, for tests in Go: go mod tidy && go test ./...
package example

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

const port = "26464/tcp"

func newClient(t *testing.T) *cognitoidentityprovider.Client {
	t.Helper()
	ctx := context.Background()
	container, err := testcontainers.GenericContainer(ctx, testcontainers.GenericContainerRequest{
		ContainerRequest: testcontainers.ContainerRequest{
			Image:        "cognito-emulator",
			Cmd:          []string{"--ephemeral", "--seed", "/seed.yaml"},
			ExposedPorts: []string{port},
			Files: []testcontainers.ContainerFile{
				{HostFilePath: "../seed.yaml", ContainerFilePath: "/seed.yaml", FileMode: 0o644},
			},
			WaitingFor: wait.ForHTTP("/health").WithPort(port),
		},
		Started: true,
	})
	testcontainers.CleanupContainer(t, container)
	if err != nil {
		t.Fatal(err)
	}
	endpoint, err := container.PortEndpoint(ctx, port, "http")
	if err != nil {
		t.Fatal(err)
	}
	return cognitoidentityprovider.New(cognitoidentityprovider.Options{
		BaseEndpoint: aws.String(endpoint),
		Region:       "us-east-1",
		Credentials:  credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
}

func signIn(client *cognitoidentityprovider.Client, password string) (*cognitoidentityprovider.InitiateAuthOutput, error) {
	return client.InitiateAuth(context.Background(), &cognitoidentityprovider.InitiateAuthInput{
		ClientId:       aws.String("1example23456789"),
		AuthFlow:       types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "ada", "PASSWORD": password},
	})
}

func TestSignIn(t *testing.T) {
	client := newClient(t)

	t.Run("a user of the seed signs in", func(t *testing.T) {
		answer, err := signIn(client, "Correct-horse-7")
		if err != nil {
			t.Fatal(err)
		}
		user, err := client.GetUser(context.Background(), &cognitoidentityprovider.GetUserInput{
			AccessToken: answer.AuthenticationResult.AccessToken,
		})
		if err != nil {
			t.Fatal(err)
		}
		if *user.Username != "ada" {
			t.Fatalf("signed in as %s", *user.Username)
		}
	})

	t.Run("a wrong password is refused", func(t *testing.T) {
		_, err := signIn(client, "Wrong-horse-7")
		var refused *types.NotAuthorizedException
		if !errors.As(err, &refused) {
			t.Fatalf("not refused: %v", err)
		}
	})
}
