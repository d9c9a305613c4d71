using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Ezw.Client;

namespace Ezw.Tests.Identity;

/// <summary>
/// The attack list on ID tokens, JWT-01 to JWT-10. Each token but the named fault is right and signed with the server's own key, so
/// a refusal proves the check of that fault. JWT-10's hashing, rotation and revocation of line tokens belong to the lines slice,
/// the one-time ticket of the live stream to the live slice, and ECDSA or EdDSA malleability cannot occur where only RS256 is read.
/// </summary>
public sealed class ForgedTokensTests(TokenServer server) : IClassFixture<TokenServer>
{
    private static readonly Dictionary<string, Func<ForgedToken, IdentityApp, string>> Forgeries = new()
    {
        ["JWT-01 alg none"] = (token, _) => Unsigned(token, "none"),
        ["JWT-01 alg None"] = (token, _) => Unsigned(token, "None"),
        ["JWT-01 alg NONE"] = (token, _) => Unsigned(token, "NONE"),
        ["JWT-01 alg nOnE"] = (token, _) => Unsigned(token, "nOnE"),
        ["JWT-01 alg none with the signature kept"] = (token, _) => Unsigned(token, "none") + token.Signature,
        ["JWT-01 empty signature"] = (token, _) => $"{token.Head}.{token.Body}.",
        ["JWT-01 signature stripped"] = (token, _) => $"{token.Head}.{token.Body}",
        ["JWT-01 two dots only"] = (_, _) => "..",
        ["JWT-01 changed claims under the old signature"] = (token, _) =>
            $"{token.Head}.{token.WithClaims(("email", "eve@example.com")).Split('.')[1]}.{token.Signature}",
        ["JWT-02 HS256 with the public key as PEM"] = (token, _) => token.SignedWithSecret(token.PublicSpellings()[0]),
        ["JWT-02 HS256 with the public key as PKCS1 PEM"] = (token, _) => token.SignedWithSecret(token.PublicSpellings()[1]),
        ["JWT-02 HS256 with the public key as DER"] = (token, _) => token.SignedWithSecret(token.PublicSpellings()[2]),
        ["JWT-02 HS256 with the JWK n"] = (token, _) => token.SignedWithSecret(token.PublicSpellings()[3]),
        ["JWT-02 HS256 with the modulus"] = (token, _) => token.SignedWithSecret(token.PublicSpellings()[4]),
        ["JWT-02 RS384"] = (token, _) => token.SignedAs("RS384", HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
        ["JWT-02 PS256"] = (token, _) => token.SignedAs("PS256", HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        ["JWT-02 PS256 signature under RS256"] = (token, _) => token.SignedAs("RS256", HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        ["JWT-02 ES256"] = (token, _) => token.WithHeader(("alg", "ES256")),
        ["JWT-03 embedded jwk"] = (token, _) => token.WithHeader(("jwk", new JsonObject { ["kty"] = "RSA" })),
        ["JWT-03 crit unknown"] = (token, _) => token.WithHeader(("crit", new JsonArray("exp"))),
        ["JWT-03 x5c"] = (token, _) => token.WithHeader(("x5c", new JsonArray("AAAA"))),
        ["JWT-04 kid missing"] = (token, _) => token.WithHeader(("kid", null)),
        ["JWT-04 kid unknown"] = (token, _) => token.WithHeader(("kid", "unknown")),
        ["JWT-04 kid is a path"] = (token, _) => token.WithHeader(("kid", "../../dev/null")),
        ["JWT-04 kid is SQL"] = (token, _) => token.WithHeader(("kid", "' or 1=1 --")),
        ["JWT-04 kid of 10 kB"] = (token, _) => token.WithHeader(("kid", new string('k', 10_000))),
        ["JWT-04 kid is an array"] = (token, _) => token.WithHeader(("kid", new JsonArray((string)token.Header()["kid"]!))),
        ["JWT-04 kid twice"] = (token, _) => token.WithRawHeader($$"""{"alg":"RS256","kid":"x","kid":"{{token.Header()["kid"]}}"}"""),
        ["JWT-04 alg twice"] = (token, _) => token.WithRawHeader($$"""{"alg":"none","alg":"RS256","kid":"{{token.Header()["kid"]}}"}"""),
        ["JWT-04 sub twice"] = (token, _) => token.WithRawClaims(
            token.Claims().ToJsonString().Replace("\"token_use\"", "\"sub\":\"x\",\"token_use\"", StringComparison.Ordinal)),
        ["JWT-05 another issuer"] = (token, _) => token.WithClaims(("iss", "https://cognito-idp.eu-central-1.amazonaws.com/eu_x")),
        ["JWT-05 issuer with a trailing slash"] = (token, _) => token.WithClaims(("iss", "https://ezwhatsapp.local/")),
        ["JWT-05 issuer in another case"] = (token, _) => token.WithClaims(("iss", "https://EZWHATSAPP.local")),
        ["JWT-05 no issuer"] = (token, _) => token.WithClaims(("iss", null)),
        ["JWT-05 another audience"] = (token, _) => token.WithClaims(("aud", "another-client")),
        ["JWT-05 audience in a list"] = (token, _) => token.WithClaims(("aud", new JsonArray("ezwhatsapp", "another-client"))),
        ["JWT-05 client_id instead of an audience"] = (token, _) => token.WithClaims(("aud", null), ("client_id", "ezwhatsapp")),
        ["JWT-05 an access token"] = (token, _) => token.WithClaims(("token_use", "access")),
        ["JWT-05 no token_use"] = (token, _) => token.WithClaims(("token_use", null)),
        ["JWT-06 expired beyond the skew"] = (token, app) => token.WithClaims(("exp", Now(app) - 30)),
        ["JWT-06 not yet valid"] = (token, app) => token.WithClaims(("nbf", Now(app) + 31)),
        ["JWT-06 issued in the future"] = (token, app) => token.WithClaims(("iat", Now(app) + 31)),
        ["JWT-06 exp as a string"] = (token, app) => token.WithClaims(("exp", Now(app).ToString(CultureInfo.InvariantCulture) + "0")),
        ["JWT-06 exp as a fraction"] = (token, app) => token.WithClaims(("exp", Now(app) + 60.5)),
        ["JWT-06 exp negative"] = (token, _) => token.WithClaims(("exp", -1)),
        ["JWT-06 exp of 2^63"] = (token, _) => token.WithClaims(("exp", 9223372036854775808ul)),
        ["JWT-06 exp of 2^63 - 1"] = (token, _) => token.WithClaims(("exp", long.MaxValue)),
        ["JWT-06 no exp"] = (token, _) => token.WithClaims(("exp", null)),
        ["JWT-07 psychic signature of zeros"] = (token, _) => $"{token.Head}.{token.Body}.{Base64Url.EncodeToString(new byte[64])}",
        ["JWT-07 psychic signature under ES256"] = (token, _) =>
            $"{token.WithHeader(("alg", "ES256")).Split('.')[0]}.{token.Body}.{Base64Url.EncodeToString(new byte[64])}",
        ["JWT-07 zeros as long as an RSA signature"] = (token, _) => $"{token.Head}.{token.Body}.{Base64Url.EncodeToString(new byte[256])}",
        ["JWT-08 five parts like a JWE"] = (token, _) => $"{token.Head}.{token.Body}.{token.Signature}.{token.Body}.{token.Signature}",
        ["JWT-08 nested"] = (token, _) => token.Sign(
            ForgedToken.Encode($$"""{"alg":"RS256","kid":"{{token.Header()["kid"]}}","cty":"JWT"}"""),
            ForgedToken.Encode($"{token.Head}.{token.Body}.{token.Signature}")),
        ["JWT-08 compressed"] = (token, _) => token.WithHeader(("zip", "DEF")),
        ["JWT-08 padded"] = (token, _) => $"{token.Head}.{token.Body}.{token.Signature}==",
        ["JWT-08 stray bits in the last letter"] = (token, _) => $"{token.Head}.{token.Body}.{Bent(token.Signature)}",
        ["JWT-08 whitespace within"] = (token, _) => $"{token.Head}. {token.Body}.{token.Signature}",
        ["JWT-08 plain base64 letters"] = (token, _) => $"{token.Head}.{token.Body}.+/{token.Signature[2..]}",
        ["JWT-08 escaped member name"] = (token, _) => token.WithRawHeader(
            $$"""{"alg":"RS256","kid":"{{token.Header()["kid"]}}","\u006bid":"x"}"""),
        ["JWT-08 larger than 16 kB"] = (token, _) => token.WithClaims(("filler", new string('x', 16_384))),
        ["JWT-08 payload is an array"] = (token, _) => token.WithRawClaims("[]"),
        ["JWT-08 payload is deep"] = (token, _) => token.WithRawClaims(new string('[', 200) + new string(']', 200)),
        ["JWT-09 subject of nobody"] = (token, _) => token.WithClaims(("sub", Guid.CreateVersion7().ToString())),
        ["JWT-09 subject that is no id"] = (token, _) => token.WithClaims(("sub", "owner")),
        ["JWT-10 line token on a workspace route"] = (_, _) => "ezw_line_" + new string('A', 49),
        ["JWT-10 line token prefix before an ID token"] = (token, _) => $"ezw_line_{token.Head}.{token.Body}.{token.Signature}",
    };

    public static TheoryData<string> Names => [.. Forgeries.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_forged_token_is_refused(string name)
    {
        using var response = await server.App.GetAsync("/api/auth/me", Forgeries[name](server.Forge, server.App));

        await response.ShouldBeProblemAsync(401, "unauthorized");
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
    }

    /// <summary>Without this, a mistake in the forging tools would make every refusal above true for the wrong reason.</summary>
    [Fact]
    public async Task The_same_tools_make_a_token_that_is_accepted()
    {
        var token = server.Forge;

        Assert.Equal(200, await server.App.StatusOfMeAsync(token.WithClaims()));
        Assert.Equal(200, await server.App.StatusOfMeAsync(token.WithClaims(("exp", Now(server.App) - 29))));
        Assert.Equal(200, await server.App.StatusOfMeAsync(token.WithClaims(("iat", Now(server.App) + 30))));
        Assert.Equal(200, await server.App.StatusOfMeAsync(token.WithHeader(("typ", null))));
    }

    [Theory]
    [InlineData("jku")]
    [InlineData("x5u")]
    public async Task JWT_03_an_address_in_the_header_is_never_called(string member)
    {
        using var trap = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        trap.Start();

        var status = await server.App.StatusOfMeAsync(server.Forge.WithHeader((member, $"http://{trap.LocalEndpoint}/keys")));

        Assert.Equal(401, status);
        Assert.False(trap.Pending());
    }

    [Fact]
    public async Task JWT_09_a_group_or_role_in_the_token_gives_nothing()
    {
        var token = server.Forge.WithClaims(("role", "admin"), ("cognito:groups", new JsonArray("admin")));

        var me = await (await server.App.GetAsync("/api/auth/me", token)).ShouldBeAsync<Me>(200);

        Assert.Equal("owner", me.Role);
    }

    [Fact]
    public async Task JWT_10_a_token_in_the_query_string_is_refused()
    {
        var token = $"{server.Forge.Head}.{server.Forge.Body}.{server.Forge.Signature}";

        using var response = await server.App.GetAsync($"/api/auth/me?access_token={token}&token={token}");

        await response.ShouldBeProblemAsync(401, "unauthorized");
    }

    [Fact]
    public async Task JWT_10_two_tokens_in_one_request_are_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/auth/me");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {server.Forge.WithClaims()}");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer ezw_line_other");

        using var response = await server.App.Http.SendAsync(request, TestContext.Current.CancellationToken);

        await response.ShouldBeProblemAsync(401, "unauthorized");
    }

    private static string Unsigned(ForgedToken token, string algorithm) =>
        $"{ForgedToken.Encode($$"""{"alg":"{{algorithm}}","kid":"{{token.Header()["kid"]}}"}""")}.{token.Body}.";

    // 256 bytes end in a letter of which four bits count; the next letter decodes to the same bytes in a lax reader.
    private static string Bent(string signature)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return signature[..^1] + alphabet[alphabet.IndexOf(signature[^1], StringComparison.Ordinal) + 1];
    }

    private static long Now(IdentityApp app) => app.Time.GetUtcNow().ToUnixTimeSeconds();
}
