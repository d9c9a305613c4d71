using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Inbox.Reading;
using Ezw.Messaging.Contacts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Inbox.Contacts;

/// <summary>Handlers of making two contacts one and of taking that back.</summary>
internal static class ContactMergesApi
{
    public static async Task<Results<Ok<ContactProfile>, ProblemHttpResult>> Merge(
        Guid contactId, NewContactMerge input, Caller caller, ContactReader contacts, ContactMerges merges, Database database,
        CancellationToken ct)
    {
        var (kept, merged) = await BothAsync(database, caller, contactId, input.ContactId, ct);
        if (kept is null || merged is null)
            return Problems.NotFound();
        if (!kept.MayOperate || !merged.MayOperate)
            return ContactProblems.MayOnlySee();
        if (kept.Id == merged.Id)
            return ContactProblems.NotMergeable();
        return await merges.MergeByHandAsync(caller.OrganizationId, caller.UserId, kept.Id, merged.Id, ct) switch
        {
            MergeOutcome.Merged => TypedResults.Ok((await contacts.FindAsync(caller, kept.Id, ct))!),
            MergeOutcome.NotMergeable => ContactProblems.NotMergeable(),
            _ => Problems.NotFound(),
        };
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Part(
        Guid contactId, Guid mergeId, Caller caller, ContactMerges merges, Database database, CancellationToken ct)
    {
        await using (var db = await database.ReadAsync(ct))
        {
            var lines = await VisibleLinesStore.FindAsync(db, caller, ct);
            if (await ContactAccessStore.FindAsync(db, caller.OrganizationId, lines, contactId, ct) is not { } contact
                || await ContactAccessStore.MergeAsync(db, caller.OrganizationId, lines, mergeId, ct) is not { } merge
                || merge.KeptId != contactId && merge.KeptId != contact.Id)
                return Problems.NotFound();
            if (!contact.MayOperate || !merge.MayOperate)
                return ContactProblems.MayOnlySee();
        }
        return await merges.PartAsync(caller.OrganizationId, caller.UserId, mergeId, ct) switch
        {
            MergeOutcome.Parted => TypedResults.NoContent(),
            MergeOutcome.Superseded => ContactProblems.Superseded(),
            _ => Problems.NotFound(),
        };
    }

    private static async Task<(VisibleContact? Kept, VisibleContact? Merged)> BothAsync(
        Database database, Caller caller, Guid kept, Guid merged, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        var lines = await VisibleLinesStore.FindAsync(db, caller, ct);
        return (await ContactAccessStore.FindAsync(db, caller.OrganizationId, lines, kept, ct),
            await ContactAccessStore.FindAsync(db, caller.OrganizationId, lines, merged, ct));
    }
}
