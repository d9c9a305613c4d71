using Ezw.Client;
using Ezw.Foundation.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Inbox.Working;

/// <summary>The place in a list that a caller asks for, checked.</summary>
internal readonly record struct Paging(Guid OrganizationId, Guid? After, int Size)
{
    private const int DefaultSize = 25;
    private const int MaxSize = 100;

    public static ProblemHttpResult? Refusal(Guid organizationId, string? cursor, int? limit, out Paging paging)
    {
        paging = new Paging(organizationId, null, limit ?? DefaultSize);
        if (limit is < 1 or > MaxSize)
            return Problems.Invalid("limit", "limit is a number from 1 to 100.");
        if (!Cursor.TryRead(cursor, organizationId, out var after))
            return Problems.Invalid("cursor", "cursor is not one that this list gave.");
        paging = paging with { After = after };
        return null;
    }

    /// <param name="rows">One more than the page holds, if there is more.</param>
    public Page<T> PageOf<T>(List<T> rows, Func<T, Guid> id) => rows.Count > Size
        ? new Page<T>(rows[..Size], Cursor.Write(OrganizationId, id(rows[Size - 1])))
        : new Page<T>(rows, null);
}
