using System.Data.Common;
using Ezw.Foundation.Storage;

namespace Ezw.Identity;

/// <summary>A person, what they are in the organization that was asked for (else their oldest one), and whether they may still come in.</summary>
/// <param name="SessionsSince">Epoch-milliseconds; logins before it are over.</param>
internal sealed record Access(
    Guid UserId, string Email, string DisplayName, bool Disabled, long SessionsSince, Guid? OrganizationId, Role? Role);

/// <summary>The one query of every workspace request.</summary>
internal static class AccessStore
{
    private static readonly SqlText Select = new(
        """
        select u.id, u.email, u.display_name, u.disabled_at is not null, u.sessions_since, m.organization_id, m.role
        from user_account u left join membership m on m.user_id = u.id
        """);

    private static readonly SqlText OldestMembership = new("order by m.created_at, m.organization_id limit 1");

    public static Task<Access?> OfUserAsync(DbSession db, Guid userId, Guid? organizationId, CancellationToken cancellationToken) =>
        organizationId is { } chosen
            ? db.FirstAsync($"{Select} and m.organization_id = {chosen} where u.id = {userId}", Read, cancellationToken)
            : db.FirstAsync($"{Select} where u.id = {userId} {OldestMembership}", Read, cancellationToken);

    public static Task<Access?> OfSubjectAsync(DbSession db, string subject, Guid? organizationId, CancellationToken cancellationToken) =>
        organizationId is { } chosen
            ? db.FirstAsync($"{Select} and m.organization_id = {chosen} where u.external_subject = {subject}", Read, cancellationToken)
            : db.FirstAsync($"{Select} where u.external_subject = {subject} {OldestMembership}", Read, cancellationToken);

    private static Access Read(DbDataReader row) => new(
        row.Uuid(0), row.GetString(1), row.GetString(2), row.Truth(3), row.GetInt64(4), row.UuidOrNull(5), Roles.Parse(row.TextOrNull(6)));
}
