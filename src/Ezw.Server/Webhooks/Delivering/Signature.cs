using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ezw.Webhooks.Delivering;

/// <summary>
/// The signature of Standard Webhooks (standardwebhooks.com, v1): HMAC-SHA256 over "id.timestamp.body", one for each live secret, so that
/// a receiver may know the old one or the new one while they overlap.
/// </summary>
internal static class Signature
{
    public static string Of(IReadOnlyList<byte[]> keys, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        var signed = new byte[head.Length + body.Length];
        head.CopyTo(signed, 0);
        body.CopyTo(signed.AsSpan(head.Length));
        return string.Join(' ', keys.Select(key => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}"));
    }
}
