namespace Ezw.Providers.Simulator.Network;

/// <summary>A message that reached the network from a line. Phones show it once, however often it arrived.</summary>
/// <param name="ChatKey">The recipient's phone number, also when the line wrote to the LID; or the group's id.</param>
/// <param name="Arrivals">Every arrival under this id; the first is the one with an effect.</param>
internal sealed record RecordedMessage(
    long Position, string AccountPhoneNumber, string DeviceId, string ChatKey, string ProviderMessageId, string Body, string? ButtonText,
    string? ButtonUrl, string? QuotedProviderMessageId, IReadOnlyList<DateTimeOffset> Arrivals)
{
    public int ArrivalCount => Arrivals.Count;
}
