using System.Collections.Frozen;
using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Live;

/// <summary>SQL of who may still listen and to what, for many people at once.</summary>
internal static class SightStore
{
    public static Task<List<Standing>> StandingsAsync(
        DbSession db, IReadOnlyList<(Guid OrganizationId, Guid UserId)> people, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", people).Uuid("organization_id", p => p.OrganizationId).Uuid("user_id", p => p.UserId);
        return db.QueryAsync($"""
            select r.organization_id, r.user_id, u.disabled_at is not null, u.sessions_since, m.role
            from {rows} join user_account u on u.id = r.user_id
            left join membership m on m.organization_id = r.organization_id and m.user_id = r.user_id
            """,
            row => new Standing(
                row.Uuid(0), row.Uuid(1), row.Truth(2), row.GetInt64(3), Roles.Parse(row.TextOrNull(4))),
            ct);
    }

    /// <summary>What each of these members of one organization may see. Who is no member any more sees nothing.</summary>
    public static async Task<Dictionary<Guid, Sight>> SightsAsync(
        DbSession db, Guid organizationId, IReadOnlyList<Standing> people, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", people).Uuid("user_id", p => p.UserId);
        var granted = await db.QueryAsync($"""
            select p.user_id, p.line_id from {rows}
            join line_permission p on p.organization_id = {organizationId} and p.user_id = r.user_id
            """, row => (UserId: row.Uuid(0), LineId: row.Uuid(1)), ct);
        var lines = granted.ToLookup(one => one.UserId, one => one.LineId);
        return people.ToDictionary(person => person.UserId, person => new Sight(
            person.UserId, person.Manages, person.Manages ? FrozenSet<Guid>.Empty : lines[person.UserId].ToFrozenSet()));
    }

    /// <summary>A member's sight, for one request.</summary>
    public static async Task<Sight> OfAsync(DbSession db, Caller caller, CancellationToken ct)
    {
        var standing = new Standing(caller.OrganizationId, caller.UserId, false, 0, caller.Role);
        return caller.Manages
            ? new Sight(caller.UserId, true, FrozenSet<Guid>.Empty)
            : (await SightsAsync(db, caller.OrganizationId, [standing], ct))[caller.UserId];
    }
}

/// <param name="SessionsSince">Epoch-milliseconds; logins before it are over.</param>
/// <param name="Role">Null: not a member.</param>
internal sealed record Standing(Guid OrganizationId, Guid UserId, bool Disabled, long SessionsSince, Role? Role)
{
    public bool Manages => Role is Identity.Role.Owner or Identity.Role.Admin;

    /// <summary>Why a session may not go on, or null.</summary>
    public string? Ends(CallerSession session) => this switch
    {
        { Disabled: true } => "account_disabled",
        { Role: null } => "membership_ended",
        _ when Doorkeeper.IsOver(session, SessionsSince) => "session_ended",
        _ => null,
    };
}
