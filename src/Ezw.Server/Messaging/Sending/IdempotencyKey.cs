using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Ezw.Messaging.Sending;

/// <summary>1 to 255 visible ASCII characters, bare or in double quotes; the header wins over the body.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotent-Replayed";
    private const int MaxLength = 255;

    /// <summary>A key of its own for one of several sends that a request makes.</summary>
    public static string Derive(string key, Guid target) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{key}/{target:n}")));

    /// <returns>False when a key was given and is not valid; true with null when none was given.</returns>
    public static bool TryRead(StringValues header, string? body, out string? key)
    {
        key = null;
        if (header.Count > 1)
            return false;
        var given = header.Count == 1 ? header[0] : body;
        if (given is null)
            return true;
        var bare = given.Length >= 2 && given[0] == '"' && given[^1] == '"' ? given[1..^1] : given;
        key = bare;
        return bare.Length is >= 1 and <= MaxLength && bare.All(c => c is > ' ' and < '\x7f');
    }
}
