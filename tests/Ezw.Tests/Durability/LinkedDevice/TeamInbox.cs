using Ezw.Client;

namespace Ezw.Tests.Durability.LinkedDevice;

/// <summary>One line as the team reads it, through the Workspace API.</summary>
internal sealed class TeamInbox(ChannelClient client)
{
    /// <summary>The most that the API gives at once.</summary>
    private const int PageSize = 100;

    public async Task<IReadOnlyList<ConversationView>> ConversationsAsync() => (await client.AskAsync<Page<ConversationView>>(
        HttpMethod.Get, $"/api/conversations?lineId={client.LineId}&limit={PageSize}")).Items;

    /// <summary>All messages of a conversation, the oldest first.</summary>
    public async Task<IReadOnlyList<MessageView>> ThreadAsync(Guid conversationId)
    {
        var thread = new List<MessageView>();
        var path = $"/api/conversations/{conversationId}/messages?limit={PageSize}";
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await client.AskAsync<Page<MessageView>>(HttpMethod.Get, cursor is "" ? path : $"{path}&cursor={cursor}");
            thread.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        thread.Reverse();
        return thread;
    }
}
