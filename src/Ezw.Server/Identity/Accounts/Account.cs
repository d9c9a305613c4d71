namespace Ezw.Identity.Accounts;

/// <summary>A person as stored: times in epoch-milliseconds.</summary>
internal sealed record Account(
    Guid Id, string Email, string DisplayName, string? PasswordHash, long? PasswordExpiresAt, long? DisabledAt)
{
    public bool AcceptsPasswordAt(long now) =>
        PasswordHash is not null && DisabledAt is null && (PasswordExpiresAt is null || PasswordExpiresAt > now);
}
