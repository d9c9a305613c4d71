using Ezw.Foundation.Http;

namespace Ezw.Inbox.Reading;

internal static class ReadingRoutes
{
    public static void Map(RouteGroupBuilder workspace)
    {
        var conversations = workspace.MapGroup("/conversations").WithTags("Inbox");
        conversations.MapGet("/", ConversationsApi.List).WithSummary("List conversations").MayRefuse(404);
        conversations.MapGet("/counts", ConversationsApi.Counts).WithSummary("Count what there is to do");
        conversations.MapGet("/{conversationId:guid}", ConversationsApi.Get).WithSummary("Read a conversation");
        conversations.MapGet("/{conversationId:guid}/messages", ThreadApi.List).WithSummary("Read the messages of a conversation");
        workspace.MapGet("/messages/{messageId:guid}", ThreadApi.Get).WithTags("Inbox").WithSummary("Read a message");
    }
}
