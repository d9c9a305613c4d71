using Ezw.Client;
using Ezw.Foundation.Events;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Identity.Members;

/// <summary>The caller's organization itself. Everybody sees it, owners and admins change it.</summary>
internal static class OrganizationApi
{
    public static async Task<Ok<OrganizationView>> Get(Caller caller, Database database, CancellationToken cancellationToken)
    {
        await using var db = await database.ReadAsync(cancellationToken);
        return TypedResults.Ok(await ReadAsync(db, caller, cancellationToken));
    }

    public static async Task<Results<Ok<OrganizationView>, ProblemHttpResult>> Change(
        OrganizationChange request, Caller caller, Database database, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!caller.Manages)
            return Problems.Forbidden("Only owners and admins may do this.");
        var rules = new PersonRules();
        var name = rules.Name("name", request.Name);
        if (!rules.Passed)
            return Problems.Invalid(rules.Errors);
        return TypedResults.Ok(await EventStore.WriteAsync(database, caller.OrganizationId, async db =>
        {
            if (await OrganizationStore.RenameAsync(db, caller.OrganizationId, name, cancellationToken))
            {
                await EventStore.AppendAsync(
                    db, [new(caller.OrganizationId, "organization.changed", null, null, caller.OrganizationId, "name", time.NowMs())],
                    cancellationToken);
            }
            return await ReadAsync(db, caller, cancellationToken);
        }, cancellationToken));
    }

    // Who is a member of it was admitted a moment ago, and organizations are not deleted.
    private static async Task<OrganizationView> ReadAsync(DbSession db, Caller caller, CancellationToken cancellationToken) =>
        (await OrganizationStore.FindAsync(db, caller.OrganizationId, cancellationToken))!;
}
