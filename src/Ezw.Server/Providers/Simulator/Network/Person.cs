namespace Ezw.Providers.Simulator.Network;

/// <summary>Somebody with a phone. Made on demand: every number exists until a test says that it does not.</summary>
internal sealed class Person(string phoneNumber, string lid) : IChatPartner
{
    public string PhoneNumber { get; } = phoneNumber;

    public string Key => PhoneNumber;

    public string Lid { get; } = lid;

    public string Name { get; set; } = "";

    public bool OnWhatsApp { get; set; } = true;

    public bool SendsReadReceipts { get; set; } = true;

    /// <summary>WhatsApp shows one person now by number, now by LID; a line must survive both.</summary>
    public AddressShown Shown { get; set; } = AddressShown.Both;

    public ChatAddress Chat => Shown switch
    {
        AddressShown.PhoneNumber => new ChatAddress(PhoneNumber, null),
        AddressShown.Lid => new ChatAddress(null, Lid),
        AddressShown.Both => new ChatAddress(PhoneNumber, Lid),
        _ => throw new InvalidOperationException($"Unknown way to show an address: {Shown}."),
    };

    public ProviderError? Refuse(string account) => OnWhatsApp
        ? null
        : new ProviderError(ErrorClass.RecipientInvalid, "not_on_whatsapp", "This number is not on WhatsApp.");
}

internal enum AddressShown { Both, PhoneNumber, Lid }
