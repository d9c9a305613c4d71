using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Ezw.Identity.Cognito;

/// <summary>The three unsigned calls of a Cognito user pool that we need; they do not earn the AWS SDK. Addresses come from settings only.</summary>
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
        try
        {
            var json = await http.GetStringAsync(new Uri($"{Pool.Issuer}/.well-known/jwks.json"), cancellationToken);
            return [.. new JsonWebKeySet(json).Keys.Where(IsUsable).DistinctBy(key => key.Kid).Select(ToKey)];
        }
        catch (Exception failure) when (failure is HttpRequestException or ArgumentException or FormatException || IsDeadline(failure, cancellationToken))
        {
            log.LogWarning(failure, "The key set of the Cognito pool could not be read");
            return null;
        }
    }

    private async Task<CognitoAnswer> CallAsync(string operation, object input, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Pool.BaseAddress);
            request.Headers.Add("X-Amz-Target", TargetPrefix + operation);
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(input)) { Headers = { ContentType = new(ContentType) } };
            using var response = await http.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return response.IsSuccessStatusCode ? CognitoAnswer.Read(body) : Refusal(operation, response.StatusCode, body);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException || IsDeadline(failure, cancellationToken))
        {
            log.LogWarning(failure, "Cognito did not answer {Operation}", operation);
            return new CognitoAnswer.Unreachable();
        }
    }

    private CognitoAnswer Refusal(string operation, HttpStatusCode status, byte[] body)
    {
        var answer = CognitoAnswer.ReadError(status, body);
        if (answer is CognitoAnswer.Unreachable)
            log.LogWarning("Cognito answered {Operation} with {Status}: check the pool, the client id and its auth flows", operation, (int)status);
        return answer;
    }

    private static bool IsDeadline(Exception failure, CancellationToken cancellationToken) =>
        failure is OperationCanceledException && !cancellationToken.IsCancellationRequested;

    private static bool IsUsable(JsonWebKey key) =>
        key is { Kty: "RSA", Kid.Length: > 0, N.Length: > 0, E.Length: > 0 } && key.Use is null or "sig" && key.KeySize >= MinKeyBits;

    private static RsaSecurityKey ToKey(JsonWebKey key) =>
        new(new System.Security.Cryptography.RSAParameters
        {
            Modulus = Base64UrlEncoder.DecodeBytes(key.N),
            Exponent = Base64UrlEncoder.DecodeBytes(key.E),
        })
        { KeyId = key.Kid };
}
