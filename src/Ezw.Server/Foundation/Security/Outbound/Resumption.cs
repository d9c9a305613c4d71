using System.Net.Http.Headers;

namespace Ezw.Foundation.Security.Outbound;

/// <summary>
/// What proves that the rest of a file belongs to its beginning (RFC 9110, 13.1.5): a strong entity tag, or a date of change that lies at
/// least a second before the answer, so that no second change hides in it.
/// </summary>
internal sealed record Resumption(RangeConditionHeaderValue Condition, EntityTagHeaderValue? Tag)
{
    private static readonly TimeSpan StrongDateAge = TimeSpan.FromSeconds(1);

    /// <summary>Null when the answer gives no such proof, or the server serves no ranges.</summary>
    public static Resumption? Of(HttpResponseMessage response)
    {
        if (response.Headers.AcceptRanges.Contains("none"))
            return null;
        if (response.Headers.ETag is { IsWeak: false } tag)
            return new Resumption(new RangeConditionHeaderValue(tag), tag);
        return response.Content.Headers.LastModified is { } changed && response.Headers.Date - changed >= StrongDateAge
            ? new Resumption(new RangeConditionHeaderValue(changed), null)
            : null;
    }

    public void Ask(HttpRequestMessage request, long from)
    {
        request.Headers.Range = new RangeHeaderValue(from, null);
        request.Headers.IfRange = Condition;
    }

    /// <summary>Whether a 206 is exactly the missing end of the file.</summary>
    /// <param name="size">The size of the whole file, if the first answer told it.</param>
    public bool IsAnsweredBy(HttpResponseMessage response, long from, long? size) =>
        response.Content.Headers.ContentRange is { Unit: "bytes", HasLength: true } range
        && range.From == from && range.To == range.Length - 1 && (size is null || size == range.Length)
        && (Tag is null || response.Headers.ETag is null || Tag.Equals(response.Headers.ETag));
}
