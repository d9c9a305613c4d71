using System.Buffers.Text;
using System.Text.Json;

namespace Ezw.Identity.Tokens;

/// <summary>
/// What a compact RS256 ID token must look like before its signature is worth checking. Stricter than the JWT RFCs: our two issuers
/// write only these header members, and everything refused here (jwk, jku, x5u, crit, zip, duplicates, odd base64) has been an attack.
/// </summary>
internal sealed record TokenShape(
    string KeyId, string Issuer, string Audience, string Subject, string? Email, bool EmailVerified,
    long ExpiresAt, long IssuedAt, long NotBefore, long AuthenticatedAt)
{
    public const int MaxCharacters = 16 * 1024;
    private const int MaxKeyIdCharacters = 128;
    private const int MaxSubjectCharacters = 255;

    /// <summary>9999-12-31, the last second that .NET's clock knows.</summary>
    private const long MaxSeconds = 253_402_300_799;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    public static TokenShape? Read(string token)
    {
        if (token.Length > MaxCharacters || token.Split('.') is not [var head, var body, var signature]
            || Decode(signature) is not { Length: > 0 })
            return null;
        using var header = Parse(head);
        using var payload = Parse(body);
        return header is not null && payload is not null && KeyIdOf(header.RootElement) is { } keyId
            ? Read(keyId, payload.RootElement)
            : null;
    }

    public bool IsLive(DateTimeOffset now, TimeSpan skew)
    {
        var seconds = now.ToUnixTimeSeconds();
        var allowed = (long)skew.TotalSeconds;
        return seconds < ExpiresAt + allowed && NotBefore <= seconds + allowed && IssuedAt <= seconds + allowed;
    }

    private static TokenShape? Read(string keyId, JsonElement claims)
    {
        if (Text(claims, "iss") is not { } issuer || Text(claims, "aud") is not { } audience || Text(claims, "token_use") != "id"
            || Text(claims, "sub") is not { Length: > 0 and <= MaxSubjectCharacters } subject
            || Seconds(claims, "exp") is not { } expires || Seconds(claims, "iat") is not { } issued)
            return null;
        if (OptionalSeconds(claims, "nbf", 0) is not { } notBefore || OptionalSeconds(claims, "auth_time", issued) is not { } authenticated)
            return null;
        var verified = claims.TryGetProperty("email_verified", out var flag) && flag.ValueKind == JsonValueKind.True;
        return new TokenShape(
            keyId, issuer, audience, subject, Text(claims, "email"), verified, expires, issued, notBefore, authenticated);
    }

    private static string? KeyIdOf(JsonElement header)
    {
        foreach (var member in header.EnumerateObject())
        {
            if (member.Name is not ("alg" or "kid" or "typ"))
                return null;
        }
        return Text(header, "alg") == "RS256" && Text(header, "kid") is { Length: > 0 and <= MaxKeyIdCharacters } keyId ? keyId : null;
    }

    private static JsonDocument? Parse(string segment)
    {
        if (Decode(segment) is not { } json)
            return null;
        try
        {
            var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Only the one canonical spelling of the bytes: no padding, no whitespace, no stray bits.</summary>
    private static byte[]? Decode(string segment)
    {
        if (!Base64Url.IsValid(segment))
            return null;
        var bytes = Base64Url.DecodeFromChars(segment);
        return Base64Url.EncodeToString(bytes) == segment ? bytes : null;
    }

    private static string? Text(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate: valid JSON text, but not a string.
            return null;
        }
    }

    private static long? Seconds(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds)
        && seconds is >= 0 and <= MaxSeconds
            ? seconds
            : null;

    private static long? OptionalSeconds(JsonElement json, string name, long absent) =>
        json.TryGetProperty(name, out _) ? Seconds(json, name) : absent;
}
