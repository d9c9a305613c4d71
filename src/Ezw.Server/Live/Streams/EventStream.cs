using System.Data.Common;
using System.Reflection;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;

namespace Ezw.Live.Streams;

/// <summary>The answer that does not end: server-sent events for one person, whose seat was taken before.</summary>
internal sealed class EventStream(Caller caller, CallerSession session, long? after) : IResult, IEndpointMetadataProvider
{
    private const string MediaType = "text/event-stream";
    private const double MinBytesPerSecond = 4_096;
    private static readonly TimeSpan StallGrace = TimeSpan.FromSeconds(10);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), [MediaType]));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var hub = services.GetRequiredService<LiveHub>();
        try
        {
            Prepare(httpContext);
            var stream = new LiveStream(
                httpContext.Response.BodyWriter, httpContext.Abort, caller.OrganizationId, caller.UserId, session, after,
                services.GetRequiredService<IOptions<LiveOptions>>().Value, services.GetRequiredService<TimeProvider>());
            await RunAsync(stream, hub, services.GetRequiredService<CatchUp>(), httpContext.RequestAborted);
        }
        finally
        {
            hub.GiveSeatBack(caller.UserId);
        }
    }

    private static void Prepare(HttpContext http)
    {
        // Kestrel would hold what a stalled reader does not take for minutes. HTTP/2 has no such feature, and flow control of its own.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = new MinDataRate(MinBytesPerSecond, StallGrace);
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = MediaType;
        http.Response.Headers.CacheControl = "no-store";
        // nginx would gather hints into blocks.
        http.Response.Headers["X-Accel-Buffering"] = "no";
    }

    private static async Task RunAsync(LiveStream stream, LiveHub hub, CatchUp catchUp, CancellationToken aborted)
    {
        hub.Join(stream);
        try
        {
            await using var leaving = aborted.UnsafeRegister(one => ((LiveStream)one!).Leave(), stream);
            while (await stream.AttentionAsync())
                await catchUp.RunAsync(stream, aborted);
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            // Nobody is there to be told.
        }
        catch (DbException away) when (StorageFault.IsUnavailable(away))
        {
            stream.End("end", "storage_unavailable");
        }
        finally
        {
            stream.Leave();
            hub.Leave(stream);
        }
    }
}
