using Ezw.Messaging;

namespace Ezw.Inbox.Search;

/// <summary>What a run of events asks to be looked at.</summary>
internal sealed record IndexBatch(Guid OrganizationId, IReadOnlyList<FollowedEvent> Events)
{
    public IEnumerable<Guid> Messages => Subjects(
        MessageEvents.Queued, MessageEvents.Received, MessageEvents.Echoed, MessageEvents.Edited);

    public IEnumerable<Guid> Attachments => Subjects(MessageEvents.AttachmentChanged);

    /// <summary>Imported history: one event stands for many messages, which share its position.</summary>
    public IEnumerable<FollowedEvent> Imports => Events.Where(e => e.Kind == MessageEvents.HistoryImported);

    public IEnumerable<Guid> Contacts => Subjects(
        MessageEvents.ContactChanged, MessageEvents.ContactsMerged, MessageEvents.ContactsParted);

    /// <summary>Whoever is met may have come to a name or a number that no event told of.</summary>
    public IEnumerable<Guid> Conversations => Events.Where(e => e.Kind != MessageEvents.StatusChanged).Select(e => e.ConversationId)
        .OfType<Guid>().Distinct();

    /// <summary>Conversations from which or to which messages moved.</summary>
    public IEnumerable<Guid> Moved => Events.Where(e => e.Kind is MessageEvents.ContactsMerged or MessageEvents.ContactsParted)
        .Select(e => e.ConversationId).OfType<Guid>().Distinct();

    private IEnumerable<Guid> Subjects(params string[] kinds) =>
        Events.Where(e => kinds.Contains(e.Kind)).Select(e => e.SubjectId).OfType<Guid>().Distinct();
}
