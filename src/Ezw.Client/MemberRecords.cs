using System.Text.Json.Serialization;

namespace Ezw.Client;

/// <param name="Role">owner, admin or operator.</param>
public sealed record Member(Guid UserId, string Email, string DisplayName, string Role, DateTimeOffset CreatedAt);

/// <summary>POST /api/members.</summary>
/// <param name="Password">Left out: the server makes a temporary one. Not allowed for an address that has an account already.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewMember(string Email, string DisplayName, string Role, string? Password = null);

/// <param name="TemporaryPassword">Shown this once, and only if the server made it. It works for 7 days.</param>
public sealed record MemberAdded(Member Member, string? TemporaryPassword);

/// <summary>PATCH /api/members/{userId}.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record MemberChange(string Role);

/// <summary>The organization of the request.</summary>
public sealed record OrganizationView(Guid Id, string Name, DateTimeOffset CreatedAt);

/// <summary>PATCH /api/organization.</summary>
/// <param name="Name">1 to 100 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record OrganizationChange(string Name);
