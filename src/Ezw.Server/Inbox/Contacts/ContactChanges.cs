using Ezw.Client;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Inbox.Reading;
using Ezw.Messaging;

namespace Ezw.Inbox.Contacts;

/// <summary>
/// Changes what the team says about a contact. Every conversation of the contact gets an event of its own, with its line, so that whoever
/// sees that line learns of it and nobody else.
/// </summary>
internal sealed class ContactChanges(Database database, TimeProvider time)
{
    public Task<ContactOutcome> ApplyAsync(Caller caller, Guid contactId, ContactChange change, CancellationToken ct) =>
        EventStore.WriteAsync(database, caller.OrganizationId, async db =>
        {
            var lines = await VisibleLinesStore.FindAsync(db, caller, ct);
            if (await ContactAccessStore.FindAsync(db, caller.OrganizationId, lines, contactId, ct) is not { } contact)
                return new ContactOutcome.NotFound() as ContactOutcome;
            if (!contact.MayOperate)
                return new ContactOutcome.MayOnlySee();
            var changed = await ContactStore.ChangeAsync(db, caller.OrganizationId, contact.Id, change, ct) > 0;
            var current = (await ContactStore.ViewsAsync(db, caller.OrganizationId, [contact.Id], ct))[contact.Id];
            if (!changed)
                return new ContactOutcome.Stale(current);
            var conversations = await ContactStore.ConversationsAsync(db, caller.OrganizationId, contact.Id, ct);
            await EventStore.AppendAsync(db, conversations.ConvertAll(c => new NewEvent(
                caller.OrganizationId, MessageEvents.ContactChanged, c.Line, c.Conversation, contact.Id, null, time.NowMs())), ct);
            return new ContactOutcome.Changed(current);
        }, ct);
}

/// <summary>What became of a wish to change a contact.</summary>
internal abstract record ContactOutcome
{
    private ContactOutcome() { }

    public sealed record Changed(ContactView Current) : ContactOutcome;

    public sealed record NotFound : ContactOutcome;

    public sealed record MayOnlySee : ContactOutcome;

    public sealed record Stale(ContactView Current) : ContactOutcome;
}
