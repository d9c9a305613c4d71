namespace Ezw.Webhooks.Relaying;

/// <summary>A page of an organization's log, turned into deliveries.</summary>
/// <param name="From">The position behind which it was read.</param>
/// <param name="To">The position of its last entry.</param>
/// <param name="IsLast">The log had no more.</param>
internal sealed record RelayedPage(Guid OrganizationId, long From, long To, IReadOnlyList<NewDelivery> Deliveries, bool IsLast);

/// <param name="Place">Order within the conversation.</param>
/// <param name="Once">There is no second attempt.</param>
internal sealed record NewDelivery(
    Guid Id, Guid WebhookId, Guid LineId, Guid ConversationId, long Place, string Event, Guid? SubjectId, string Body, bool Once);
