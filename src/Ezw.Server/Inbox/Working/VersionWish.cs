using Microsoft.Extensions.Primitives;

namespace Ezw.Inbox.Working;

/// <summary>The version that a caller had read, told by If-Match or in the body. Told twice, it must be the same.</summary>
internal static class VersionWish
{
    /// <summary>True with null when the caller told none, or <c>*</c>: any.</summary>
    public static bool TryRead(HttpRequest request, long? inBody, out long? version)
    {
        version = inBody;
        var header = request.Headers.IfMatch;
        if (StringValues.IsNullOrEmpty(header) || header == "*")
            return true;
        if (header is not [{ } tag] || tag is not ['"', .. var inside, '"'] || !long.TryParse(inside, null, out var told))
            return false;
        version = told;
        return inBody is null || inBody == told;
    }

    public static void Tell(HttpResponse response, long version) => response.Headers.ETag = $"\"{version}\"";
}
