using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Identity;
using Ezw.Inbox.Search;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Inbox.Contacts;

/// <summary>Handlers of contacts. A contact is seen through a conversation on a visible line, and not otherwise.</summary>
internal static class ContactsApi
{
    private const int DefaultPage = 25;
    private const int MaxPage = 100;
    private const int MaxName = 100;
    private const int MaxEmail = 254;

    public static async Task<Results<Ok<Page<ContactView>>, ProblemHttpResult>> List(
        string? q, string? cursor, int? limit, Caller caller, ContactReader contacts, CancellationToken ct)
    {
        if (limit is < 1 or > MaxPage)
            return Problems.Invalid("limit", "limit is a number from 1 to 100.");
        if (q is not null && SearchQuery.Sentence(q) is { } sentence)
            return Problems.Invalid("q", sentence);
        if (!Cursor.TryRead(cursor, caller.OrganizationId, ContactReader.Fingerprint(q), out var after))
            return Problems.Invalid("cursor", "cursor is not one that this list gave for the same q.");
        return TypedResults.Ok(q is null
            ? await contacts.ListAsync(caller, after, limit ?? DefaultPage, ct)
            : await contacts.SearchAsync(caller, q, after, limit ?? DefaultPage, ct));
    }

    public static async Task<Results<Ok<ContactProfile>, ProblemHttpResult>> Get(
        Guid contactId, Caller caller, ContactReader contacts, CancellationToken ct) =>
        await contacts.FindAsync(caller, contactId, ct) is { } profile ? TypedResults.Ok(profile) : Problems.NotFound();

    public static async Task<Results<Ok<ContactView>, ProblemHttpResult>> Change(
        Guid contactId, ContactChange input, Caller caller, ContactChanges changes, CancellationToken ct)
    {
        if (!IsText(input.DisplayName, MaxName))
            return Problems.Invalid("displayName", "displayName has at most 100 characters and no control characters.");
        if (!IsText(input.Company, MaxName))
            return Problems.Invalid("company", "company has at most 100 characters and no control characters.");
        if (!IsText(input.Email, MaxEmail) || input.Email is { Length: > 0 } email && (!email.Contains('@') || email.Any(char.IsWhiteSpace)))
            return Problems.Invalid("email", "email is an address of at most 254 characters, or empty.");
        return await changes.ApplyAsync(caller, contactId, input, ct) switch
        {
            ContactOutcome.Changed changed => TypedResults.Ok(changed.Current),
            ContactOutcome.NotFound => Problems.NotFound(),
            ContactOutcome.MayOnlySee => ContactProblems.MayOnlySee(),
            ContactOutcome.Stale stale => ContactProblems.StaleVersion(stale.Current),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static bool IsText(string? text, int longest) => text is null || text.Length <= longest && !text.Any(char.IsControl);
}
