namespace Ezw.Providers.Simulator.Network;

/// <summary>A group. Whoever writes in it on a phone has joined; a line must have been made a member.</summary>
internal sealed class Group(string id) : IChatPartner
{
    public const string Suffix = "@g.us";

    private readonly List<string> members = [];

    public string Key { get; } = id;

    public ChatAddress Chat { get; } = new(null, null, id);

    /// <summary>The subject.</summary>
    public string Name { get; set; } = "";

    /// <summary>Phone numbers in the order of joining.</summary>
    public IReadOnlyList<string> Members => members;

    public bool SendsReadReceipts => true;

    public static bool IsGroup(string key) => key.EndsWith(Suffix, StringComparison.Ordinal);

    public void Join(string phoneNumber)
    {
        if (!members.Contains(phoneNumber))
        {
            members.Add(phoneNumber);
        }
    }

    public ProviderError? Refuse(string account) => members.Contains(account)
        ? null
        : new ProviderError(ErrorClass.RecipientInvalid, "not_in_group", "This number is not a member of the group.");
}
