using Ezw.Inbox.Reading;

namespace Ezw.Inbox;

/// <summary>The door of the slice.</summary>
internal static class InboxDoor
{
    public static void AddInbox(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ConversationReader>();
        builder.Services.AddSingleton<ThreadReader>();
    }

    /// <param name="workspace">The group /api, which already asks for an ID token.</param>
    public static void MapInbox(RouteGroupBuilder workspace) => ReadingRoutes.Map(workspace);
}
