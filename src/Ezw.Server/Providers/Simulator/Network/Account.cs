namespace Ezw.Providers.Simulator.Network;

/// <summary>A WhatsApp account: a phone, and the devices linked to it.</summary>
internal sealed class Account(Person owner)
{
    private readonly Dictionary<string, LinkedDevice> devices = new(1);
    private HashSet<string>? removed;
    private Dictionary<string, ChatState>? chatStates;
    private Dictionary<string, string>? lastRead;

    public Person Owner { get; } = owner;

    public string PhoneNumber => Owner.PhoneNumber;

    /// <summary>Null when the network-wide faults hold.</summary>
    public NetworkFaults? Faults { get; set; }

    public IReadOnlyCollection<LinkedDevice> Devices => devices.Values;

    public LinkedDevice? Find(string deviceId) => devices.GetValueOrDefault(deviceId);

    public bool WasRemoved(string deviceId) => removed?.Contains(deviceId) == true;

    public LinkedDevice Link()
    {
        var number = 1;
        while (devices.ContainsKey(Name(number)) || WasRemoved(Name(number)))
        {
            number++;
        }

        return Link(Name(number));
    }

    public LinkedDevice Link(string deviceId) => devices[deviceId] = new LinkedDevice(this, deviceId);

    public void Remove(LinkedDevice device)
    {
        devices.Remove(device.DeviceId);
        (removed ??= []).Add(device.DeviceId);
        device.Remove();
    }

    public LineIdentity IdentityOf(LinkedDevice device) => new(PhoneNumber, Owner.Lid, device.DeviceId);

    public void Show(IChatPartner chat, ChatState state) => (chatStates ??= [])[chat.Key] = state;

    public ChatState? Shown(IChatPartner chat) => chatStates?.TryGetValue(chat.Key, out var state) == true ? state : null;

    public void MarkRead(IChatPartner chat, string providerMessageId) => (lastRead ??= [])[chat.Key] = providerMessageId;

    public string? LastRead(IChatPartner chat) => lastRead?.GetValueOrDefault(chat.Key);

    private string Name(int number) => $"{PhoneNumber.TrimStart('+')}:{number}@simulator";
}
