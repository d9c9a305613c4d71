using Ezw.Messaging.Arriving;
using Ezw.Providers;

namespace Ezw.History;

/// <summary>
/// A piece of a phone's past as it will be stored. The phone names a person by number here and by LID there; whatever the piece tells of
/// who is who is used for all of it, so that nobody becomes two contacts only to be merged again.
/// </summary>
internal sealed class PhonePiece
{
    private readonly Dictionary<string, string> lids = [];
    private readonly Dictionary<string, string> phones = [];

    public PhonePiece(HistorySeen seen)
    {
        foreach (var person in seen.Identities)
            Pair(person.PhoneNumber, person.Lid);
        foreach (var address in seen.Messages.SelectMany(message => new[] { message.Chat, message.Sender }).OfType<ChatAddress>())
            Pair(address.PhoneNumber, address.Lid);
        Messages = [.. seen.Messages.Where(message => IsSomewhere(message.Chat)).Select(message => message with
        {
            Chat = Whole(message.Chat),
            Sender = message is { FromMe: false, Chat.GroupId: not null, Sender: { } sender } && IsSomewhere(sender) ? Whole(sender) : null,
        })];
        Chats = [.. Messages.Select(message => message.Chat).DistinctBy(chat => chat.Key)];
        Senders = [.. Messages.Where(message => message.Sender is not null).GroupBy(message => message.Sender!.Key)
            .Select(said => (said.First().Sender!, Last(said)))];
        Names = [.. seen.Names.Where(named => IsSomewhere(named.Chat))
            .Select(named => (Chat: Whole(named.Chat), Name: ArrivalStore.Storable(named.Name)!))
            .Concat(PeoplesOwnNames()).DistinctBy(named => named.Chat.Key)];
    }

    /// <summary>Numbers with their LIDs.</summary>
    public IReadOnlyList<(string PhoneNumber, string Lid)> People => [.. lids.Select(pair => (pair.Key, pair.Value))];

    public IReadOnlyList<ChatAddress> Chats { get; }

    /// <summary>Who wrote in groups, with the name that they chose last.</summary>
    public IReadOnlyList<(ChatAddress Address, string? Name)> Senders { get; }

    public IReadOnlyList<(ChatAddress Chat, string Name)> Names { get; }

    public IReadOnlyList<MessageSeen> Messages { get; }

    private static bool IsSomewhere(ChatAddress address) =>
        address is { GroupId: not null } or { Lid: not null } or { PhoneNumber: not null };

    private void Pair(string? phoneNumber, string? lid)
    {
        if (phoneNumber is null || lid is null || !lids.TryAdd(phoneNumber, lid))
            return;
        if (!phones.TryAdd(lid, phoneNumber))
            lids.Remove(phoneNumber);
    }

    private ChatAddress Whole(ChatAddress address) => address switch
    {
        { GroupId: not null } => address,
        { Lid: null, PhoneNumber: { } number } => address with { Lid = lids.GetValueOrDefault(number) },
        { Lid: { } lid, PhoneNumber: null } => address with { PhoneNumber = phones.GetValueOrDefault(lid) },
        _ => address,
    };

    // What the owner calls them comes first; the name that they chose themselves is better than none.
    private IEnumerable<(ChatAddress Chat, string Name)> PeoplesOwnNames() => Messages
        .Where(message => message is { FromMe: false, Chat.GroupId: null, SenderName: not null })
        .GroupBy(message => message.Chat.Key).Select(said => (said.First().Chat, Last(said)!));

    private static string? Last(IEnumerable<MessageSeen> said) =>
        ArrivalStore.Storable(said.Where(message => message.SenderName is not null).MaxBy(message => message.At)?.SenderName);
}
