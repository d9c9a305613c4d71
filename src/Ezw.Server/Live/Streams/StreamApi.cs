using Ezw.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Ezw.Live.Streams;

internal static class StreamApi
{
    private const string LastEventId = "Last-Event-ID";

    /// <summary>A browser that reconnects repeats its address and adds the header, which is then the newer of the two.</summary>
    public static Results<EventStream, ProblemHttpResult> Open(
        string? after, [FromHeader(Name = LastEventId)] string? lastEventId, Caller caller, CallerSession session, LiveHub hub,
        HttpResponse response)
    {
        var last = string.IsNullOrEmpty(lastEventId) ? null : lastEventId;
        if (!ChangeCursor.TryRead(last ?? after, caller.OrganizationId, out var position))
            return LiveProblems.BadCursor(last is null ? "after" : LastEventId);
        return hub.TakeSeat(caller.UserId) switch
        {
            Seating.Taken => new EventStream(caller, session, position),
            Seating.UserFull => LiveProblems.TooManyStreams(response),
            _ => LiveProblems.NoStreamsLeft(response),
        };
    }
}
