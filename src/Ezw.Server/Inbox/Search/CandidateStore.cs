using Ezw.Foundation.Storage;
using Ezw.Inbox.Reading;

namespace Ezw.Inbox.Search;

/// <summary>Which conversations a list may hold that is also searched.</summary>
internal static class CandidateStore
{
    public static Task<List<Guid>> OfContactsAsync(
        DbSession db, Guid organizationId, VisibleLines lines, IEnumerable<Guid> contacts, CancellationToken ct) => db.QueryAsync($"""
            select c.id from conversation c
            where c.organization_id = {organizationId} and c.contact_id {IdSet.Of(contacts)} and c.merged_into_id is null
              {lines.On("c.line_id")}
            """, row => row.Uuid(0), ct);
}
