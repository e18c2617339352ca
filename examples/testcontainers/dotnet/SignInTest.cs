using Amazon.CognitoIdentityProvider;
using Amazon.CognitoIdentityProvider.Model;
using Amazon.Runtime;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using Xunit;

namespace Example;

public sealed class SignInTest : IAsyncLifetime
{
    private const int Port = 26464;

    private readonly IContainer _container = new ContainerBuilder("cognito-emulator:latest")
        .WithCommand("--ephemeral", "--seed", "/seed.yaml")
        .WithResourceMapping(new FileInfo(Path.Combine(AppContext.BaseDirectory, "seed.yaml")), new FileInfo("/seed.yaml"))
        .WithPortBinding(Port, assignRandomHostPort: true)
        .WithWaitStrategy(Wait.ForUnixContainer()
            .UntilHttpRequestIsSucceeded(request => request.ForPort(Port).ForPath("/health")))
        .Build();

    private AmazonCognitoIdentityProviderClient _cognito = null!;

    public async Task InitializeAsync()
    {
        await _container.StartAsync();
        _cognito = new AmazonCognitoIdentityProviderClient(
            new BasicAWSCredentials("local", "local"),
            new AmazonCognitoIdentityProviderConfig
            {
                ServiceURL = $"http://{_container.Hostname}:{_container.GetMappedPublicPort(Port)}",
                AuthenticationRegion = "us-east-1",
            });
    }

    public async Task DisposeAsync()
    {
        _cognito?.Dispose();
        await _container.DisposeAsync();
    }

    private Task<InitiateAuthResponse> SignIn(string password) => _cognito.InitiateAuthAsync(new InitiateAuthRequest
    {
        ClientId = "1example23456789",
        AuthFlow = AuthFlowType.USER_PASSWORD_AUTH,
        AuthParameters = new Dictionary<string, string> { ["USERNAME"] = "ada", ["PASSWORD"] = password },
    });

    [Fact]
    public async Task AUserOfTheSeedSignsIn()
    {
        var tokens = (await SignIn("Correct-horse-7")).AuthenticationResult;
        var user = await _cognito.GetUserAsync(new GetUserRequest { AccessToken = tokens.AccessToken });
        Assert.Equal("ada", user.Username);
    }

    [Fact]
    public async Task AWrongPasswordIsRefused() =>
        await Assert.ThrowsAsync<NotAuthorizedException>(() => SignIn("Wrong-horse-7"));
}
