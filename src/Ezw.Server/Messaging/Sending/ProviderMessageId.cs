using System.Security.Cryptography;

namespace Ezw.Messaging.Sending;

/// <summary>The WhatsApp message id, minted before the first attempt: "3EB0" and 18 hex digits, as WhatsApp's own web client writes them.</summary>
internal static class ProviderMessageId
{
    private const string WebPrefix = "3EB0";
    private const int RandomBytes = 9;

    public static string Mint() => WebPrefix + Convert.ToHexString(RandomNumberGenerator.GetBytes(RandomBytes));
}
