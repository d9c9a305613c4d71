using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Ezw.Identity.Cognito;

/// <summary>The three unsigned calls of a Cognito user pool that we need; they do not earn the AWS SDK. Addresses come from settings.</summary>
internal sealed class CognitoClient(HttpClient http, IOptions<IdentityOptions> options, ILogger<CognitoClient> log)
{
    /// <summary>Login and refresh wait for it, so people wait for it.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>Three tokens or a few keys; more is not Cognito.</summary>
    public const int MaxAnswerBytes = 64 * 1024;

    /// <summary>The RS256 minimum; a smaller key would be somebody else's.</summary>
    private const int MinKeyBits = 2048;

    private const string ContentType = "application/x-amz-json-1.1";
    private const string TargetPrefix = "AWSCognitoIdentityProviderService.";

    private CognitoOptions Pool => options.Value.Cognito!;

    public Task<CognitoAnswer> SignInAsync(string email, string password, CancellationToken cancellationToken) =>
        CallAsync("InitiateAuth", new
        {
            AuthFlow = "USER_PASSWORD_AUTH",
            Pool.ClientId,
            AuthParameters = new { USERNAME = email, PASSWORD = password },
        }, cancellationToken);

    public Task<CognitoAnswer> RefreshAsync(string refreshToken, CancellationToken cancellationToken) =>
        CallAsync("InitiateAuth", new
        {
            AuthFlow = "REFRESH_TOKEN_AUTH",
            Pool.ClientId,
            AuthParameters = new { REFRESH_TOKEN = refreshToken },
        }, cancellationToken);

    public Task<CognitoAnswer> RevokeAsync(string refreshToken, CancellationToken cancellationToken) =>
        CallAsync("RevokeToken", new { Pool.ClientId, Token = refreshToken }, cancellationToken);

    /// <summary>Null when the keys cannot be had now.</summary>
    public async Task<IReadOnlyList<RsaSecurityKey>?> FetchKeysAsync(CancellationToken cancellationToken)
    {
        var address = new Uri($"{Pool.Issuer}/.well-known/jwks.json");
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (await SendAsync(request, cancellationToken) is not { Succeeded: true } reply)
            return null;
        try
        {
            var set = new JsonWebKeySet(Encoding.UTF8.GetString(reply.Body));
            return [.. set.Keys.Where(IsUsable).DistinctBy(key => key.Kid).Select(ToKey)];
        }
        catch (ArgumentException failure)
        {
            log.LogWarning(failure, "The key set of the Cognito pool could not be read");
            return null;
        }
    }

    private async Task<CognitoAnswer> CallAsync(string operation, object input, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Pool.BaseAddress);
        request.Headers.Add("X-Amz-Target", TargetPrefix + operation);
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(input)) { Headers = { ContentType = new(ContentType) } };
        if (await SendAsync(request, cancellationToken) is not { } reply)
            return new CognitoAnswer.Unreachable();
        try
        {
            return reply.Succeeded ? CognitoAnswer.Read(reply.Body) : Refusal(operation, reply);
        }
        catch (JsonException failure)
        {
            log.LogWarning(failure, "Cognito answered {Operation} with something else than JSON", operation);
            return new CognitoAnswer.Unreachable();
        }
    }

    private async Task<Reply?> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return new Reply(response.StatusCode, response.IsSuccessStatusCode, body);
        }
        catch (HttpRequestException failure)
        {
            log.LogWarning(failure, "Cognito could not be reached");
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogWarning(failure, "Cognito did not answer within {Deadline}", Deadline);
        }
        return null;
    }

    private CognitoAnswer Refusal(string operation, Reply reply)
    {
        var answer = CognitoAnswer.ReadError(reply.Status, reply.Body);
        if (answer is CognitoAnswer.Unreachable)
            log.LogWarning("Cognito refused {Operation} with {Status}: check pool, client id and auth flows", operation, (int)reply.Status);
        return answer;
    }

    private static bool IsUsable(JsonWebKey key) =>
        key is { Kty: "RSA", Kid.Length: > 0, N.Length: > 0, E.Length: > 0 } && key.Use is null or "sig" && key.KeySize >= MinKeyBits;

    private static RsaSecurityKey ToKey(JsonWebKey key) =>
        new(new System.Security.Cryptography.RSAParameters
        {
            Modulus = Base64UrlEncoder.DecodeBytes(key.N),
            Exponent = Base64UrlEncoder.DecodeBytes(key.E),
        })
        { KeyId = key.Kid };

    private sealed record Reply(HttpStatusCode Status, bool Succeeded, byte[] Body);
}
