using Ezw.Foundation.Http;
using Ezw.Identity;
using Ezw.Live.Presence;
using Ezw.Live.Streams;
using Ezw.Live.Tickets;

namespace Ezw.Live;

/// <summary>The door of the slice.</summary>
internal static class LiveDoor
{
    public static void AddLive(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<LiveOptions>().BindConfiguration("Ezw:Live").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<CatchUp>();
        services.AddSingleton<LiveHub>();
        services.AddHostedService(s => s.GetRequiredService<LiveHub>());
        services.AddSingleton<PresenceBoard>();
        services.AddHostedService(s => s.GetRequiredService<PresenceBoard>());
    }

    /// <param name="workspace">The group /api, which already asks for an ID token.</param>
    public static void MapLive(IEndpointRouteBuilder routes, RouteGroupBuilder workspace)
    {
        var live = workspace.MapGroup("").WithTags("Live");
        live.MapGet("/changes", ChangesApi.List).WithSummary("What changed after a cursor");
        live.MapPost("/live/ticket", TicketApi.Create).WithSummary("Get a ticket for one stream");

        var presence = live.MapGroup("/conversations/{conversationId:guid}/presence");
        presence.MapPut("/", PresenceApi.Put).WithSummary("Say that you look at a conversation or type");
        presence.MapGet("/", PresenceApi.List).WithSummary("Who looks at a conversation or types");

        // Outside the group: a browser's EventSource cannot send the header, and brings a ticket.
        var stream = routes.MapGroup("/api/live").RequireWorkspace(TicketDoor.EnterAsync).WithTags("Live");
        stream.MapGet("/stream", StreamApi.Open).WithSummary("Follow what changes, as hints").MayRefuse(400, 429, 503);
    }
}
