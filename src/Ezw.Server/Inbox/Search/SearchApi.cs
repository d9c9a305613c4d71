using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Inbox.Search;

/// <summary>Handlers of the search.</summary>
internal static class SearchApi
{
    public static async Task<Results<Ok<Page<MessageFound>>, ProblemHttpResult>> Messages(
        [AsParameters] SearchQuery query, Caller caller, MessageSearch search, CancellationToken ct)
    {
        if (query.Fault() is { } fault)
            return Problems.Invalid(fault.Member, fault.Sentence);
        if (!Cursor.TryRead(query.Cursor, caller.OrganizationId, query.Fingerprint, out var after))
            return Problems.Invalid("cursor", "cursor is not one that this search gave.");
        return await search.FindAsync(caller, query, after?.Key, ct) is { } page ? TypedResults.Ok(page) : Problems.NotFound();
    }
}
