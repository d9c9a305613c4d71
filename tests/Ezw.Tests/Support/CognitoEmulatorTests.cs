using System.Buffers.Text;
using System.Text.Json.Nodes;

namespace Ezw.Tests.Support;

public sealed class CognitoEmulatorTests
{
    [Fact]
    public async Task A_user_with_a_password_gets_an_id_token_of_the_pool()
    {
        Prerequisite.Cognito();
        var cognito = await CognitoEmulator.SharedAsync();
        var sub = await cognito.AddUserAsync("ana@example.com", "Correct-horse-1");

        var answer = await cognito.CallAsync("InitiateAuth", new()
        {
            ["AuthFlow"] = "USER_PASSWORD_AUTH",
            ["ClientId"] = cognito.ClientId,
            ["AuthParameters"] = new JsonObject { ["USERNAME"] = "ana@example.com", ["PASSWORD"] = "Correct-horse-1" },
        });

        var token = answer["AuthenticationResult"]!["IdToken"]!.GetValue<string>().Split('.');
        var (head, claims) = (Decode(token[0]), Decode(token[1]));
        Assert.Equal("RS256", (string?)head["alg"]);
        Assert.Equal(cognito.Issuer, (string?)claims["iss"]);
        Assert.Equal(cognito.ClientId, (string?)claims["aud"]);
        Assert.Equal("id", (string?)claims["token_use"]);
        Assert.Equal(sub, (string?)claims["sub"]);
        Assert.Equal("ana@example.com", (string?)claims["email"]);
        Assert.Contains(await KeyIdsAsync(cognito), id => id == (string?)head["kid"]);
    }

    private static async Task<IReadOnlyList<string?>> KeyIdsAsync(CognitoEmulator cognito)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var keys = JsonNode.Parse(await http.GetStringAsync($"{cognito.Issuer}/.well-known/jwks.json"))!;
        return [.. keys["keys"]!.AsArray().Select(key => (string?)key!["kid"])];
    }

    private static JsonNode Decode(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part))!;
}
