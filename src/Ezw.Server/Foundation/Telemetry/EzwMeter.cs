namespace Ezw.Foundation.Telemetry;

/// <summary>The name under which all instruments of the product are found.</summary>
internal static class EzwMeter
{
    public const string Name = "EZWhatsApp";
}
