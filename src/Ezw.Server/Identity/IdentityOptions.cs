using Microsoft.Extensions.Options;

namespace Ezw.Identity;

/// <summary>Who vouches for people. Section "Ezw:Identity". Without Cognito the embedded directory does.</summary>
public sealed class IdentityOptions
{
    public const string Section = "Ezw:Identity";

    /// <summary>"iss" of the embedded directory's tokens; the same on every node.</summary>
    public string Issuer { get; set; } = "https://ezwhatsapp.local";

    /// <summary>"aud" of the embedded directory's tokens.</summary>
    public string Audience { get; set; } = "ezwhatsapp";

    public CognitoOptions? Cognito { get; set; }
}

/// <summary>The AWS Cognito user pool that keeps the passwords. Its app client needs USER_PASSWORD_AUTH and no secret.</summary>
public sealed class CognitoOptions
{
    /// <summary>e.g. eu-central-1.</summary>
    public string Region { get; set; } = "";

    /// <summary>e.g. eu-central-1_AbCdEfGhI.</summary>
    public string UserPoolId { get; set; } = "";

    public string ClientId { get; set; } = "";

    /// <summary>Empty: AWS's endpoint of the region. An emulator's base address otherwise.</summary>
    public string Endpoint { get; set; } = "";

    internal Uri BaseAddress => new(Endpoint.Length > 0 ? Endpoint : $"https://cognito-idp.{Region}.amazonaws.com");

    internal string Issuer => $"{BaseAddress.AbsoluteUri.TrimEnd('/')}/{UserPoolId}";
}

internal sealed class IdentityOptionsCheck : IValidateOptions<IdentityOptions>
{
    public ValidateOptionsResult Validate(string? name, IdentityOptions options)
    {
        var errors = Errors(options).ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Errors(IdentityOptions options)
    {
        const string section = IdentityOptions.Section;
        if (!Uri.TryCreate(options.Issuer, UriKind.Absolute, out _))
            yield return $"{section}:Issuer must be an absolute URL.";
        if (string.IsNullOrWhiteSpace(options.Audience))
            yield return $"{section}:Audience must not be empty.";
        if (options.Cognito is not { } cognito)
            yield break;
        if (string.IsNullOrWhiteSpace(cognito.UserPoolId))
            yield return $"{section}:Cognito:UserPoolId is required with Cognito.";
        if (string.IsNullOrWhiteSpace(cognito.ClientId))
            yield return $"{section}:Cognito:ClientId is required with Cognito.";
        if (cognito.Endpoint.Length == 0 && string.IsNullOrWhiteSpace(cognito.Region))
            yield return $"{section}:Cognito:Region is required unless Cognito:Endpoint is set.";
        if (cognito.Endpoint.Length > 0 && !IsWebAddress(cognito.Endpoint))
            yield return $"{section}:Cognito:Endpoint must be an http or https URL.";
    }

    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
}
