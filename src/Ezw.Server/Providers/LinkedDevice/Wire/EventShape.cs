using System.Text.Json.Serialization;

namespace Ezw.Providers.LinkedDevice.Wire;

/// <summary>An event as it stands in a line. The contract's records are what the server knows; these are what a sidecar writes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(State), "state")]
[JsonDerivedType(typeof(Qr), "qr")]
[JsonDerivedType(typeof(PairingCode), "pairing_code")]
[JsonDerivedType(typeof(Paired), "paired")]
[JsonDerivedType(typeof(PairingOver), "pairing_ended")]
[JsonDerivedType(typeof(Message), "message")]
[JsonDerivedType(typeof(Reaction), "reaction")]
[JsonDerivedType(typeof(Edit), "edit")]
[JsonDerivedType(typeof(Delete), "delete")]
[JsonDerivedType(typeof(Read), "chat_read")]
[JsonDerivedType(typeof(Name), "name")]
[JsonDerivedType(typeof(Receipt), "receipt")]
[JsonDerivedType(typeof(IdentityLink), "identity_link")]
[JsonDerivedType(typeof(History), "history")]
internal abstract record EventShape(DateTimeOffset At)
{
    /// <param name="references">Seals what the sidecar says about files, before anybody stores it.</param>
    public abstract LineEvent ToEvent(Func<string, MediaPointer> references);

    internal sealed record State(
        DateTimeOffset At, [property: JsonPropertyName("state")] LinkState Now, string? Reason = null, string? Detail = null,
        DateTimeOffset? UntilAt = null)
        : EventShape(At)
    {
        public override LineEvent ToEvent(Func<string, MediaPointer> references) =>
            new LinkStateChanged(At, Now, Reason ?? "", Detail ?? "", UntilAt);
    }

    internal sealed record Qr(DateTimeOffset At, string Payload, DateTimeOffset ExpiresAt) : EventShape(At)
    {
        public override LineEvent ToEvent(Func<string, MediaPointer> references) => new QrOffered(At, Payload, ExpiresAt);
    }

    internal sealed record PairingCode(DateTimeOffset At, string Code, DateTimeOffset ExpiresAt) : EventShape(At)
    {
        public override LineEvent ToEvent(Func<string, MediaPointer> references) => new PairingCodeOffered(At, Code, ExpiresAt);
    }

    internal sealed record Paired(DateTimeOffset At, LineIdentity Identity) : EventShape(At)
    {
        public override LineEvent ToEvent(Func<string, MediaPointer> references) => new LinePaired(At, Identity);
    }

    internal sealed record PairingOver(DateTimeOffset At, PairingOutcome Reason) : EventShape(At)
    {
        public override LineEvent ToEvent(Func<string, MediaPointer> references) => new PairingEnded(At, Reason switch
        {
            PairingOutcome.Expired => "expired",
            PairingOutcome.Canceled => "canceled",
            PairingOutcome.Refused => "refused",
            _ => "unreachable",
        });
    }

    internal sealed record Message(
        DateTimeOffset At, string ProviderMessageId, ChatAddress Chat, bool FromMe, ContentShape Content,
        string? QuotedProviderMessageId = null, string? SenderName = null, ChatAddress? Sender = null, string? ChatName = null)
        : EventShape(At)
    {
        public override MessageSeen ToEvent(Func<string, MediaPointer> references) => new(
            At, ProviderMessageId, Chat, FromMe, Content.ToContent(references), QuotedProviderMessageId, SenderName, Sender, ChatName);
    }

    internal sealed record Reaction(
        DateTimeOffset At, MessageReference Target, bool FromMe, ChatAddress? Sender = null, string? Emoji = null)
        : EventShape(At)
    {
        public override LineEvent ToEvent(Func<string, MediaPointer> references) => new ReactionSeen(At, Target, FromMe, Sender, Emoji);
    }

    internal sealed record Edit(DateTimeOffset At, MessageReference Target, string Body) : EventShape(At)
    {
        public override LineEvent ToEvent(Func<string, MediaPointer> references) => new MessageEdited(At, Target, Body);
    }

    internal sealed record Delete(DateTimeOffset At, MessageReference Target) : EventShape(At)
    {
        public override LineEvent ToEvent(Func<string, MediaPointer> references) => new MessageDeleted(At, Target);
    }

    internal sealed record Read(DateTimeOffset At, ChatAddress Chat) : EventShape(At)
    {
        public override LineEvent ToEvent(Func<string, MediaPointer> references) => new ChatRead(At, Chat);
    }

    internal sealed record Name(DateTimeOffset At, ChatAddress Chat, [property: JsonPropertyName("name")] string NewName) : EventShape(At)
    {
        public override LineEvent ToEvent(Func<string, MediaPointer> references) => new ChatNamed(At, Chat, NewName);
    }

    internal sealed record Receipt(
        DateTimeOffset At, IReadOnlyList<string> ProviderMessageIds, [property: JsonPropertyName("receipt")] ReceiptKind Progress)
        : EventShape(At)
    {
        public override LineEvent ToEvent(Func<string, MediaPointer> references) => new ReceiptSeen(At, ProviderMessageIds, Progress);
    }

    internal sealed record IdentityLink(DateTimeOffset At, string PhoneNumber, string Lid) : EventShape(At)
    {
        public override LineEvent ToEvent(Func<string, MediaPointer> references) => new IdentityLinked(At, PhoneNumber, Lid);
    }

    internal sealed record History(
        DateTimeOffset At, IReadOnlyList<PersonShape>? Identities = null, IReadOnlyList<NameShape>? Names = null,
        IReadOnlyList<Message>? Messages = null, int? Progress = null, bool Complete = false, bool Gap = false)
        : EventShape(At)
    {
        public override LineEvent ToEvent(Func<string, MediaPointer> references) => new HistorySeen(
            At, [.. (Identities ?? []).Select(person => new IdentityLinked(At, person.PhoneNumber, person.Lid))],
            [.. (Names ?? []).Select(named => new ChatNamed(At, named.Chat, named.Name))],
            [.. (Messages ?? []).Select(message => message.ToEvent(references))], Progress, Complete, Gap);
    }
}

internal sealed record PersonShape(string PhoneNumber, string Lid);

internal sealed record NameShape(ChatAddress Chat, string Name);

internal enum PairingOutcome { Expired, Canceled, Refused, Unreachable }
