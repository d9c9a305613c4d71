using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Ezw.Tests.Support;

/// <summary>
/// AWS Cognito as cognito-local plays it: a user pool with one app client that allows USER_PASSWORD_AUTH and refresh. Two differences
/// to AWS meet a test: the endpoint is plain HTTP on this machine, and tokens are issued by <see cref="Issuer"/>, below that endpoint.
/// </summary>
public sealed class CognitoEmulator : IAsyncDisposable
{
    private const string Program = "tests/node/node_modules/cognito-local/lib/bin/start.js";

    // The emulator keeps its data in .cognito below its working folder and says in its log when it listens.
    private const string Script = """
        program=$1 folder=$2 port=$3
        mkdir -m 700 "$folder"
        cd "$folder"
        HOST=127.0.0.1 PORT=$port node "$program" >log 2>&1 &
        emulator=$!
        trap 'kill $emulator 2>/dev/null || true; wait $emulator || true; cd /; rm -rf "$folder"' EXIT
        until grep -q 'Cognito Local running on' log; do
          kill -0 $emulator || { cat log; exit 1; }
          sleep 0.1
        done
        ready
        """;

    private static readonly Lazy<Task<CognitoEmulator>> OnePerProcess = new(() => StartAsync());

    private readonly ChildServer server;
    private readonly HttpClient http;

    private CognitoEmulator(ChildServer server, Uri endpoint)
    {
        this.server = server;
        Endpoint = endpoint;
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = endpoint };
    }

    /// <summary>Whether Node and the npm package are there.</summary>
    public static bool IsAvailable =>
        File.Exists(RepositoryRoot.Of(Program)) && NodeScript.HasNode;

    /// <summary>Where the Cognito API answers, instead of https://cognito-idp.{region}.amazonaws.com.</summary>
    public Uri Endpoint { get; }

    public string PoolId { get; private set; } = "";

    public string ClientId { get; private set; } = "";

    /// <summary>The tokens' <c>iss</c>; the key set is at <c>{Issuer}/.well-known/jwks.json</c>.</summary>
    public string Issuer => new Uri(Endpoint, PoolId).ToString();

    /// <summary>The emulator of this process; started by the first caller.</summary>
    public static Task<CognitoEmulator> SharedAsync() => OnePerProcess.Value;

    /// <summary>An emulator of the caller's own, for tests that stop it.</summary>
    public static async Task<CognitoEmulator> StartAsync()
    {
        if (!IsAvailable)
        {
            throw new InvalidOperationException("cognito-local or Node is not installed: run ./dev setup.");
        }

        var port = FreePort();
        var folder = Path.Combine(Path.GetTempPath(), $"ezw-cognito-{Guid.CreateVersion7():n}");
        var server = await ChildServer.StartAsync(Script, user: null, RepositoryRoot.Of(Program), folder, $"{port}");
        var emulator = new CognitoEmulator(server, new Uri($"http://127.0.0.1:{port}"));
        await emulator.CreatePoolAsync();
        return emulator;
    }

    /// <summary>Adds a confirmed user with a permanent password; answers the user's <c>sub</c>.</summary>
    public async Task<string> AddUserAsync(string email, string password)
    {
        var user = await CallAsync("AdminCreateUser", new()
        {
            ["UserPoolId"] = PoolId,
            ["Username"] = email,
            ["MessageAction"] = "SUPPRESS",
            ["UserAttributes"] = new JsonArray(Attribute("email", email), Attribute("email_verified", "true")),
        });
        await CallAsync("AdminSetUserPassword", new()
        {
            ["UserPoolId"] = PoolId,
            ["Username"] = email,
            ["Password"] = password,
            ["Permanent"] = true,
        });
        var attributes = user["User"]!["Attributes"]!.AsArray();
        return attributes.Single(attribute => (string?)attribute!["Name"] == "sub")!["Value"]!.GetValue<string>();
    }

    /// <summary>One call of the Cognito API, e.g. <c>InitiateAuth</c>; throws when it is refused.</summary>
    public async Task<JsonNode> CallAsync(string operation, JsonObject input)
    {
        using var content = new StringContent(input.ToJsonString());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = content };
        request.Headers.Add("X-Amz-Target", $"AWSCognitoIdentityProviderService.{operation}");
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(text is "" ? "{}" : text)!
            : throw new InvalidOperationException($"{operation} was refused with {(int)response.StatusCode}: {text}");
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await server.DisposeAsync();
    }

    private async Task CreatePoolAsync()
    {
        var pool = await CallAsync("CreateUserPool", new()
        {
            ["PoolName"] = "workspace",
            ["UsernameAttributes"] = new JsonArray("email"),
        });
        PoolId = pool["UserPool"]!["Id"]!.GetValue<string>();
        var client = await CallAsync("CreateUserPoolClient", new()
        {
            ["UserPoolId"] = PoolId,
            ["ClientName"] = "server",
            ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
        });
        ClientId = client["UserPoolClient"]![nameof(ClientId)]!.GetValue<string>();
    }

    private static JsonObject Attribute(string name, string value) => new() { ["Name"] = name, ["Value"] = value };

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
