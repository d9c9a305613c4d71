using System.Collections.Concurrent;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;

namespace Ezw.Messaging.Sending;

/// <summary>
/// The way in for every send, whoever asks. Remembers which conversation a number has on a line, so that a busy integration does not
/// resolve it per message; the transaction checks it again, and a memory that went stale is dropped and resolved anew.
/// </summary>
internal sealed class Sends(CommitQueue commits, Acceptances acceptances, Wakeups wakeups, TimeProvider time)
{
    private const int MaxRemembered = 100_000;
    private readonly ConcurrentDictionary<(Guid LineId, string PhoneNumber), Guid> conversations = new();

    public async Task<AcceptOutcome> AcceptAsync(SendOrigin origin, string? key, SendRequest request, CancellationToken ct)
    {
        var known = request.ConversationId ?? Recall(origin.LineId, request.To);
        var outcome = await commits.CommitAsync(acceptances, Prepare(origin, key, request, known), ct);
        if (outcome is AcceptOutcome.NotFound && request.ConversationId is null && known is not null)
        {
            conversations.TryRemove((origin.LineId, request.To!), out _);
            outcome = await commits.CommitAsync(acceptances, Prepare(origin, key, request, null), ct);
        }
        if (outcome is AcceptOutcome.Accepted { Replayed: false } accepted)
        {
            Remember(origin.LineId, request.To, accepted.ConversationId);
            wakeups.Wake(SendWorker.Topic, origin.LineId);
        }
        return outcome;
    }

    private Acceptance Prepare(SendOrigin origin, string? key, SendRequest request, Guid? conversationId) => new(
        origin.OrganizationId, origin.LineId, origin.TokenId, origin.Family, key, key is null ? null : request.Fingerprint(), request,
        origin.Origin, origin.AuthorId, Ids.New(time), ProviderMessageId.Mint(), conversationId, Ids.New(time), Ids.New(time),
        Ids.New(time), time.NowMs());

    private Guid? Recall(Guid lineId, string? phoneNumber) =>
        phoneNumber is not null && conversations.TryGetValue((lineId, phoneNumber), out var id) ? id : null;

    private void Remember(Guid lineId, string? phoneNumber, Guid conversationId)
    {
        if (phoneNumber is null)
            return;
        if (conversations.Count >= MaxRemembered)
            conversations.Clear();
        conversations.TryAdd((lineId, phoneNumber), conversationId);
    }
}

/// <summary>Who asks for a send and by which door.</summary>
/// <param name="Family">"channel" or "workspace": keys of the two do not meet.</param>
/// <param name="Origin">Stored on the message: channel_api, workspace or campaign.</param>
internal sealed record SendOrigin(Guid OrganizationId, Guid LineId, Guid? TokenId, string Family, string Origin, Guid? AuthorId);
