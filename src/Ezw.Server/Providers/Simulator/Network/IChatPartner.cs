namespace Ezw.Providers.Simulator.Network;

/// <summary>The other side of a chat: a person or a group.</summary>
internal interface IChatPartner
{
    /// <summary>The phone number, or the group's id.</summary>
    string Key { get; }

    ChatAddress Chat { get; }

    string Name { get; set; }

    bool SendsReadReceipts { get; }

    /// <returns>Why an account cannot write here; null when it can.</returns>
    ProviderError? Refuse(string account);
}
