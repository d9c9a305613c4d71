using Ezw.Foundation.Storage;
using Ezw.Inbox.Contacts;
using Ezw.Inbox.Reading;
using Ezw.Inbox.Search;
using Ezw.Inbox.Working;

namespace Ezw.Inbox;

/// <summary>The door of the slice.</summary>
internal static class InboxDoor
{
    public static void AddInbox(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<ConversationReader>();
        services.AddSingleton<ThreadReader>();
        services.AddSingleton<IWordIndex>(s => s.GetRequiredService<Database>().Dialect.Kind == DatabaseKind.Postgres
            ? new PostgresWordsStore()
            : new SqliteWordsStore());
        services.AddSingleton<MessageSearch>();
        services.AddSingleton<ConversationSearch>();
        services.AddSingleton<ContactReader>();
        services.AddSingleton<ContactChanges>();
        services.AddHostedService<SearchIndexer>();
        builder.AddWorking();
    }

    /// <param name="workspace">The group /api, which already asks for an ID token.</param>
    public static void MapInbox(RouteGroupBuilder workspace)
    {
        ReadingRoutes.Map(workspace);
        SearchRoutes.Map(workspace);
        WorkingRoutes.MapWorking(workspace);
        ContactRoutes.Map(workspace);
    }
}
