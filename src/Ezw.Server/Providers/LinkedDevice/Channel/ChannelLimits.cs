namespace Ezw.Providers.LinkedDevice.Channel;

/// <summary>The numbers of sidecars/linked-device/PROTOCOL.md.</summary>
internal static class ChannelLimits
{
    public const int Protocol = 1;
    public const int LineBytes = 4 * 1024 * 1024;
    public const int ChunkBytes = 256 * 1024;

    /// <summary>Open requests in each direction.</summary>
    public const int OpenRequests = 1_024;

    public const int NumbersPerCheck = 50;
    public const int KeysPerGet = 1_000;
    public const int KeysPerSet = 2_000;
    public const int KeyTypeCharacters = 64;
    public const int KeyIdCharacters = 512;

    /// <summary>Of an error's code and message that are kept.</summary>
    public const int ErrorCharacters = 300;

    /// <summary>What WhatsApp must be asked for takes a while; what the sidecar does by itself does not.</summary>
    public static readonly TimeSpan Answer = TimeSpan.FromSeconds(30);

    /// <summary>Questions to WhatsApp that the sidecar itself gives up after a minute.</summary>
    public static readonly TimeSpan WhatsAppAnswer = TimeSpan.FromSeconds(75);
}
