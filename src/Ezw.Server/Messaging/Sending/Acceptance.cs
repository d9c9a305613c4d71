using System.Data.Common;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Lines;
using Ezw.Messaging.Attachments;
using Microsoft.Extensions.Options;

namespace Ezw.Messaging.Sending;

/// <summary>A checked request with everything minted that its rows need.</summary>
/// <param name="TokenId">The line token that asks, checked again in the transaction; null when a person asks.</param>
/// <param name="Fingerprint">What the request means; null without a key.</param>
/// <param name="KnownConversationId">Where it goes, if that is known; else the contact and conversation of <c>Request.To</c> are made.</param>
internal sealed record Acceptance(
    Guid OrganizationId, Guid LineId, Guid? TokenId, string Family, string? Key, string? Fingerprint, SendRequest Request, string Origin,
    Guid? AuthorId, Guid MessageId, string ProviderMessageId, Guid? KnownConversationId, Guid NewContactId, Guid NewConversationId,
    Guid NewAttachmentId, long At);

/// <summary>
/// Accepts sends: key, message, queue row, event and answer commit together or not at all. The order of the statements is the order of
/// the rules: a key is taken only if the request is sound, and everything after it happens only for requests that took their key.
/// </summary>
internal sealed class Acceptances(IOptions<LineOptions> lines, IOptions<MessagingOptions> options) : CommitKind<Acceptance, AcceptOutcome>
{
    public override Guid OrganizationOf(Acceptance item) => item.OrganizationId;

    // Equal keys meet one batch later, so that one statement never sees two claims to the same key.
    public override object? ExclusiveKey(Acceptance item) => item.Key is null ? null : (item.LineId, item.Family, item.Key);

    public override IEnumerable<Sql> Write(CommitBatch<Acceptance> batch)
    {
        var rules = Rules(batch);
        yield return rules.TakeKeys();
        var resolving = rules.Unresolved.Count > 0;
        if (resolving)
        {
            yield return rules.MakeContacts();
            yield return rules.MakeAliases();
            yield return rules.MakeConversations();
        }
        yield return rules.StoreMessages();
        if (resolving)
            yield return rules.CompleteKeys();
        if (batch.Items.Any(item => item.Request.File is not null))
            yield return AttachmentStore.Attach(batch.Items);
        yield return rules.Enqueue();
        yield return rules.TakeIn();
        yield return rules.LogEvents();
        yield return EventStore.Advance(batch.Organizations);
    }

    public override Sql Outcomes(CommitBatch<Acceptance> batch) => Rules(batch).Outcomes();

    public override AcceptOutcome Read(Acceptance item, DbDataReader row)
    {
        if (!row.Truth(0))
            return new AcceptOutcome.Unauthorized();
        if (row.UuidOrNull(4) is { } stored)
            return new AcceptOutcome.Accepted(item.MessageId, stored, item.At, Replayed: false);
        if (row.TextOrNull(1) is { } fingerprint)
        {
            return fingerprint == item.Fingerprint
                ? new AcceptOutcome.Accepted(row.Uuid(2), row.Uuid(3), row.GetInt64(5), Replayed: true)
                : new AcceptOutcome.KeyReused();
        }
        if (row.Truth(6))
            return new AcceptOutcome.NotFound();
        return new AcceptOutcome.LineNotSendable(
            new LineCondition(StateNames.ParseLifecycle(row.GetString(7)), row.GetInt64(8), !row.IsDBNull(9)));
    }

    private AcceptanceStore Rules(CommitBatch<Acceptance> batch) =>
        new(batch.Items, batch.Now, lines.Value.GraceMs, options.Value.KeepKeysMs);
}
