using Ezw.Client;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Identity.Accounts;
using Microsoft.Extensions.Options;

namespace Ezw.Identity.Members;

/// <summary>
/// Changes who is in an organization and as what. Each change holds the organization's lock, so that two owners who demote each other
/// at once cannot leave it without one.
/// </summary>
internal sealed class Team(
    Database database, People people, IEnumerable<IAccessPart> parts, IOptions<IdentityOptions> options, TimeProvider time)
{
    public async Task<TeamChange> AddAsync(Caller caller, NewMember request, Role role, CancellationToken cancellationToken)
    {
        var external = options.Value.Cognito is not null;
        if (role == Role.Owner && caller.Role != Role.Owner)
            return new TeamChange.OwnersOnly();
        if (external && request.Password is not null)
            return new TeamChange.PasswordElsewhere();
        var temporary = external || request.Password is not null ? null : Passwords.MakeTemporary();
        var account = await people.NewAccountAsync(
            request.Email, request.DisplayName.Trim(), request.Password ?? temporary, People.TemporaryPasswordLifetime, cancellationToken);
        return await database.WriteAsync<TeamChange>(async db =>
        {
            var addition = await people.AddAsync(db, caller.OrganizationId, account, request.Password is not null, role, cancellationToken);
            return addition switch
            {
                MemberAddition.Added added => new TeamChange.Added(
                    (await MemberStore.FindAsync(db, caller.OrganizationId, added.UserId, cancellationToken))!,
                    added.AccountCreated ? temporary : null),
                MemberAddition.AlreadyMember => new TeamChange.AlreadyMember(),
                MemberAddition.AccountExists => new TeamChange.AccountExists(),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }, cancellationToken);
    }

    public Task<TeamChange> ChangeRoleAsync(Caller caller, Guid userId, Role role, CancellationToken cancellationToken) =>
        AlterAsync(caller, userId, role, async (db, member) =>
        {
            await MemberStore.SetRoleAsync(db, caller.OrganizationId, userId, role, cancellationToken);
            await TellAsync(db, caller, "member.changed", userId, role.Name(), cancellationToken);
            return new TeamChange.Changed(member with { Role = role });
        }, cancellationToken);

    public Task<TeamChange> RemoveAsync(Caller caller, Guid userId, CancellationToken cancellationToken) =>
        AlterAsync(caller, userId, null, async (db, _) =>
        {
            await MemberStore.DeleteAsync(db, caller.OrganizationId, userId, cancellationToken);
            await TellAsync(db, caller, "member.removed", userId, null, cancellationToken);
            return new TeamChange.Removed();
        }, cancellationToken);

    private Task<TeamChange> AlterAsync(
        Caller caller, Guid userId, Role? role, Func<DbSession, MemberRow, Task<TeamChange>> change, CancellationToken cancellationToken) =>
        database.WriteAsync(async db =>
        {
            await db.QueryAsync(EventStore.Lock(db.Dialect, [caller.OrganizationId]), _ => 0, cancellationToken);
            if (await MemberStore.FindAsync(db, caller.OrganizationId, userId, cancellationToken) is not { } member)
                return new TeamChange.NotFound();
            if ((member.Role == Role.Owner || role == Role.Owner) && caller.Role != Role.Owner)
                return new TeamChange.OwnersOnly();
            if (member.Role == Role.Owner && role != Role.Owner
                && !await MemberStore.HasOtherOwnerAsync(db, caller.OrganizationId, userId, cancellationToken))
                return new TeamChange.LastOwner();
            var changed = await change(db, member);
            foreach (var part in parts)
                await part.NarrowedAsync(db, caller.OrganizationId, userId, cancellationToken);
            return changed;
        }, cancellationToken);

    private Task TellAsync(DbSession db, Caller caller, string kind, Guid userId, string? detail, CancellationToken cancellationToken) =>
        EventStore.AppendAsync(
            db, [new NewEvent(caller.OrganizationId, kind, null, null, userId, detail, time.NowMs())], cancellationToken);
}

internal abstract record TeamChange
{
    private TeamChange()
    {
    }

    public sealed record Added(MemberRow Member, string? TemporaryPassword) : TeamChange;

    public sealed record Changed(MemberRow Member) : TeamChange;

    public sealed record Removed : TeamChange;

    public sealed record NotFound : TeamChange;

    public sealed record OwnersOnly : TeamChange;

    public sealed record LastOwner : TeamChange;

    public sealed record AlreadyMember : TeamChange;

    public sealed record AccountExists : TeamChange;

    public sealed record PasswordElsewhere : TeamChange;
}
