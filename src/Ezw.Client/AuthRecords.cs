using System.Text.Json.Serialization;

namespace Ezw.Client;

/// <summary>POST /api/auth/login.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LoginRequest(string Email, string Password);

/// <summary>POST /api/auth/refresh. A refresh token works once; its answer carries the next one.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RefreshRequest(string RefreshToken);

/// <summary>POST /api/auth/logout. Ends the login that the token descends from, or with Everywhere all logins of its user.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LogoutRequest(string RefreshToken, bool Everywhere = false);

/// <summary>POST /api/auth/password and …/browser-session/password. The new one has 10 to 256 characters and is not the address.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PasswordChange(string CurrentPassword, string NewPassword);

/// <summary>POST /api/setup: the first owner, with the token of the one-time link.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SetupRequest(string Token, string OrganizationName, string DisplayName, string Email, string Password);

/// <summary>An open session.</summary>
/// <param name="IdToken">RS256 JWT for Authorization: Bearer on workspace routes.</param>
/// <param name="ExpiresIn">Seconds until the ID token ends.</param>
/// <param name="TokenType">Always "Bearer".</param>
/// <param name="Organizations">Those the user is a member of, the oldest membership first: it is the default organization.</param>
public sealed record Session(
    string IdToken, string RefreshToken, int ExpiresIn, string TokenType, Person User, IReadOnlyList<UserOrganization> Organizations);

public sealed record Person(Guid Id, string Email, string DisplayName);

/// <param name="Role">owner, admin or operator.</param>
public sealed record UserOrganization(Guid Id, string Name, string Role);

/// <summary>GET /api/auth/me: who the token belongs to, and the organization this request chose.</summary>
public sealed record Me(Person User, IReadOnlyList<UserOrganization> Organizations, Guid OrganizationId, string Role);

/// <summary>GET /.well-known/jwks.json.</summary>
public sealed record PublicKeySet(IReadOnlyList<PublicKey> Keys);

/// <summary>One RSA key as a JWK (RFC 7517); N and E are base64url.</summary>
public sealed record PublicKey(string Kty, string Use, string Alg, string Kid, string N, string E);

/// <summary>POST /api/auth/browser-session …/renewal and …/password: a session whose refresh token stays in a cookie that no script can read.</summary>
/// <param name="ExpiresIn">Seconds until the ID token ends.</param>
public sealed record BrowserSession(string IdToken, int ExpiresIn, Person User, IReadOnlyList<UserOrganization> Organizations);

/// <summary>GET /api/about, for whoever asks.</summary>
/// <param name="IsDemo">The workspace whose password everybody knows.</param>
/// <param name="IsSetUp">False: nobody can log in before the one-time link, which the server printed, was used.</param>
public sealed record About(bool IsDemo, bool IsSetUp, string Version);
