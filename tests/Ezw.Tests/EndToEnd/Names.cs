using Ezw.Providers;

namespace Ezw.Tests.EndToEnd;

/// <summary>Who is who: every name that WhatsApp told, and which of them are one person's.</summary>
internal sealed class Names
{
    private readonly Dictionary<string, HashSet<string>> groups = [];

    /// <summary>Everybody, each as all names of theirs.</summary>
    public IEnumerable<string> Everybody => groups.Values.Distinct().Select(Join);

    public static Names Of(Story story)
    {
        var names = new Names();
        foreach (var happened in story.Deliveries.SelectMany(told => told))
        {
            switch (happened)
            {
                case MessageSeen seen:
                    names.Hear(seen.Chat);
                    names.Hear(seen.Sender);
                    break;
                case ReactionSeen seen:
                    names.Hear(seen.Target.Chat);
                    names.Hear(seen.Target.Chat.GroupId is null ? null : seen.Sender);
                    break;
                case MessageEdited seen:
                    names.Hear(seen.Target.Chat);
                    break;
                case MessageDeleted seen:
                    names.Hear(seen.Target.Chat);
                    break;
                case IdentityLinked linked:
                    names.Hear(new ChatAddress(linked.PhoneNumber, linked.Lid));
                    break;
            }
        }

        return names;
    }

    /// <summary>All names of whoever is addressed so, in one text.</summary>
    public string Of(ChatAddress address) => Join(groups[address.GroupId ?? address.Lid ?? address.PhoneNumber!]);

    public static string Join(IEnumerable<string> names) => string.Join(',', names.Order(StringComparer.Ordinal));

    private void Hear(ChatAddress? address)
    {
        string[] told = [.. new[] { address?.GroupId, address?.Lid, address?.PhoneNumber }.OfType<string>()];
        var one = told.SelectMany(name => groups.TryGetValue(name, out var known) ? known : [name]).ToHashSet();
        foreach (var name in one)
            groups[name] = one;
    }
}
