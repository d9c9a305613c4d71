using System.Net;
using System.Text.Json;

namespace Ezw.Identity.Cognito;

/// <summary>What Cognito's answers mean to us. Source: the API reference of InitiateAuth, its errors and challenges.</summary>
internal abstract record CognitoAnswer
{
    private const int DefaultLifetimeSeconds = 3600;

    private CognitoAnswer()
    {
    }

    /// <param name="IdToken">Null for operations that answer with nothing.</param>
    /// <param name="RefreshToken">Null when the present one goes on working.</param>
    public sealed record Accepted(string? IdToken, string? RefreshToken, TimeSpan Lifetime) : CognitoAnswer;

    public sealed record Refused : CognitoAnswer;

    public sealed record Challenged : CognitoAnswer;

    public sealed record Throttled : CognitoAnswer;

    public sealed record Unreachable : CognitoAnswer;

    public static CognitoAnswer Read(byte[] body)
    {
        if (body.Length == 0)
            return new Accepted(null, null, TimeSpan.Zero);
        using var json = JsonDocument.Parse(body);
        if (json.RootElement.ValueKind != JsonValueKind.Object)
            throw new JsonException("Cognito's answer is not an object.");
        if (Text(json.RootElement, "ChallengeName") is not null)
            return new Challenged();
        if (!json.RootElement.TryGetProperty("AuthenticationResult", out var result) || result.ValueKind != JsonValueKind.Object)
            return new Accepted(null, null, TimeSpan.Zero);
        var seconds = result.TryGetProperty("ExpiresIn", out var lifetime) && lifetime.TryGetInt32(out var given)
            ? given
            : DefaultLifetimeSeconds;
        return new Accepted(Text(result, "IdToken"), Text(result, "RefreshToken"), TimeSpan.FromSeconds(seconds));
    }

    public static CognitoAnswer ReadError(HttpStatusCode status, byte[] body)
    {
        if (status == HttpStatusCode.TooManyRequests)
            return new Throttled();
        using var json = JsonDocument.Parse(body);
        var type = json.RootElement.ValueKind == JsonValueKind.Object ? Text(json.RootElement, "__type") : null;
        // Some endpoints write the name with its namespace: com.amazonaws…#NotAuthorizedException.
        return type?.Split('#')[^1] switch
        {
            // The emulator calls a wrong password InvalidPassword; AWS calls it NotAuthorized.
            "NotAuthorizedException" or "UserNotFoundException" or "InvalidParameterException"
                or "InvalidPasswordException" => new Refused(),
            "PasswordResetRequiredException" or "UserNotConfirmedException" => new Challenged(),
            "TooManyRequestsException" or "LimitExceededException" => new Throttled(),
            _ => new Unreachable(),
        };
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
