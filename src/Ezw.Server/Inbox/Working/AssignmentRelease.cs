using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Messaging;

namespace Ezw.Inbox.Working;

/// <summary>Nobody keeps a conversation that they may not answer: it goes back to the team together with the permission.</summary>
internal sealed class AssignmentRelease(TimeProvider time) : IAccessPart
{
    public async Task NarrowedAsync(DbSession db, Guid organizationId, Guid userId, CancellationToken cancellationToken)
    {
        var released = await AssignmentStore.ReleaseLostAsync(db, organizationId, userId, cancellationToken);
        if (released.Count > 0)
            await EventStore.AppendAsync(db, released.ConvertAll(conversation => new NewEvent(
                organizationId, MessageEvents.ConversationChanged, conversation.LineId, conversation.Id, conversation.Id, "assignment",
                time.NowMs())), cancellationToken);
    }
}
