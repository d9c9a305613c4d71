using Ezw.Foundation.Storage;
using Ezw.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Ezw.Lines;

/// <summary>Which lines a person may see and what they may do there. Owners and admins manage all lines of their organization.</summary>
internal sealed class LineAccess(Database database, EzwContexts contexts, TimeProvider time, IOptions<LineOptions> options)
{
    public const string Manage = "manage";

    /// <summary>The line with the caller's permission, or null when it is absent or not visible: the two look the same.</summary>
    public async Task<VisibleLine?> FindAsync(Caller caller, Guid lineId, CancellationToken ct) =>
        (await ListAsync(caller, lineId, null, 1, ct)).FirstOrDefault();

    /// <summary>Visible lines in order of id, after the given one.</summary>
    public async Task<List<VisibleLine>> ListAsync(Caller caller, Guid? only, Guid? after, int limit, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        await using var context = contexts.For(db, caller.OrganizationId);
        var permissions = context.Set<LinePermission>().Where(p => p.UserId == caller.UserId);
        var visible = from line in context.Set<Line>()
                      join permission in permissions on line.Id equals permission.LineId into granted
                      from permission in granted.DefaultIfEmpty()
                      where caller.Manages || permission != null
                      select new { line, Level = permission == null ? null : permission.Level };
        if (only is { } lineId)
            visible = visible.Where(v => v.line.Id == lineId);
        else
            visible = visible.Where(v => v.line.LifecycleState != "archived");
        if (after is { } cursor)
            visible = visible.Where(v => v.line.Id.CompareTo(cursor) > 0);
        var rows = await visible.OrderBy(v => v.line.Id).Take(limit).ToListAsync(ct);
        return rows.ConvertAll(row => new VisibleLine(
            row.line, caller.Manages ? Manage : row.Level!, row.line.Condition.EffectiveSendState(time.NowMs(), options.Value.GraceMs)));
    }
}

/// <param name="Permission">manage, operate or see.</param>
internal sealed record VisibleLine(Line Line, string Permission, EffectiveSendState SendState)
{
    public bool MayManage => Permission == LineAccess.Manage;

    public bool MayOperate => Permission is LineAccess.Manage or LinePermission.Operate;

    public Client.LineView View() => new(
        Line.Id, Line.DisplayName, Line.Provider, Line.PhoneNumber, Line.LifecycleState, Line.LifecycleReason,
        DateTimeOffset.FromUnixTimeMilliseconds(Line.LifecycleSince),
        Line.RestrictedUntil is { } until ? DateTimeOffset.FromUnixTimeMilliseconds(until) : null, SendState.Name(),
        SendState == EffectiveSendState.Sendable, Line.DesiredState, Line.PausedAt is not null, Permission, Line.Version,
        DateTimeOffset.FromUnixTimeMilliseconds(Line.CreatedAt));
}
