using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Identity.Members;

/// <summary>The team of an organization. Everybody sees it, owners and admins change it.</summary>
internal static class MembersApi
{
    private const int MaxLimit = 100;
    private const string ManagersOnly = "Only owners and admins may do this.";

    public static async Task<Results<Ok<Page<Member>>, ProblemHttpResult>> List(
        Caller caller, Database database, int limit = MaxLimit, string? cursor = null, CancellationToken cancellationToken = default)
    {
        if (limit is < 1 or > MaxLimit)
            return Problems.Invalid("limit", $"limit must be 1 to {MaxLimit}.");
        if (!Cursor.TryRead(cursor, caller.OrganizationId, out var after))
            return Problems.Invalid("cursor", "cursor must be the nextCursor of a page of this list.");
        await using var db = await database.ReadAsync(cancellationToken);
        var rows = await MemberStore.ListAsync(db, caller.OrganizationId, after ?? Guid.Empty, limit + 1, cancellationToken);
        var next = rows.Count > limit ? Cursor.Write(caller.OrganizationId, rows[limit - 1].UserId) : null;
        return TypedResults.Ok(new Page<Member>([.. rows.Take(limit).Select(ToWire)], next));
    }

    public static async Task<Results<Created<MemberAdded>, ProblemHttpResult>> Add(
        NewMember request, Caller caller, Team team, CancellationToken cancellationToken)
    {
        if (!caller.Manages)
            return Problems.Forbidden(ManagersOnly);
        var rules = new PersonRules();
        rules.Email(request.Email);
        rules.Name("displayName", request.DisplayName);
        var role = rules.Role(request.Role);
        if (request.Password is not null)
            rules.Password("password", request.Password, request.Email);
        if (!rules.Passed)
            return Problems.Invalid(rules.Errors);
        return await team.AddAsync(caller, request, role, cancellationToken) switch
        {
            TeamChange.Added added => TypedResults.Created(
                $"/api/members/{added.Member.UserId}", new MemberAdded(ToWire(added.Member), added.TemporaryPassword)),
            var refused => Refusal(refused),
        };
    }

    public static async Task<Results<Ok<Member>, ProblemHttpResult>> Change(
        Guid userId, MemberChange request, Caller caller, Team team, CancellationToken cancellationToken)
    {
        if (!caller.Manages)
            return Problems.Forbidden(ManagersOnly);
        var rules = new PersonRules();
        var role = rules.Role(request.Role);
        if (!rules.Passed)
            return Problems.Invalid(rules.Errors);
        return await team.ChangeRoleAsync(caller, userId, role, cancellationToken) switch
        {
            TeamChange.Changed changed => TypedResults.Ok(ToWire(changed.Member)),
            var refused => Refusal(refused),
        };
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        Guid userId, Caller caller, Team team, CancellationToken cancellationToken)
    {
        if (!caller.Manages && userId != caller.UserId)
            return Problems.Forbidden(ManagersOnly);
        return await team.RemoveAsync(caller, userId, cancellationToken) switch
        {
            TeamChange.Removed => TypedResults.NoContent(),
            var refused => Refusal(refused),
        };
    }

    private static ProblemHttpResult Refusal(TeamChange outcome) => outcome switch
    {
        TeamChange.NotFound => Problems.NotFound(),
        TeamChange.OwnersOnly => Problems.Forbidden("Only owners may make, change or remove owners."),
        TeamChange.LastOwner => IdentityProblems.LastOwner(),
        TeamChange.AlreadyMember => IdentityProblems.AlreadyMember(),
        TeamChange.AccountExists => IdentityProblems.AccountExists(),
        TeamChange.PasswordElsewhere => IdentityProblems.PasswordElsewhere(),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Member ToWire(MemberRow row) => new(
        row.UserId, row.Email, row.DisplayName, row.Role.Name(), DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt));
}
