using System.Buffers;
using System.Collections.Frozen;

namespace Ezw.Foundation.Security.Outbound;

/// <summary>
/// Which static headers a customer may add to requests. The grammar is RFC 9110's, checked here because .NET writes what
/// TryAddWithoutValidation was given: a line feed in a value becomes a second header on the wire.
/// </summary>
internal static class HeaderRules
{
    public const int MaxHeaders = 5;
    public const int MaxNameLength = 64;
    public const int MaxValueLength = 1024;
    public const string RefusalCode = "header_refused";
    public const string Refusal = "A header of this request must not be sent.";

    private static readonly SearchValues<char> TokenLetters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static readonly FrozenSet<string> Reserved = new[]
    {
        // About one connection, not about the message.
        "Connection", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "HTTP2-Settings", "Expect", "Via", "Max-Forwards",
        // Where and what the message is; ours to say.
        "Host", "Date", "User-Agent", "Accept-Encoding", "Cookie", "Forwarded", "X-Real-IP",
        // Keys to the metadata of cloud machines.
        "Metadata", "Metadata-Flavor", "X-Google-Metadata-Request",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] ReservedPrefixes = ["Content-", "Proxy-", "X-Forwarded-", "X-aws-ec2-metadata-"];

    private static readonly string[] OurPrefixes = ["X-EZW-", "webhook-"];

    /// <summary>A sentence on the first fault, or null when all may be sent.</summary>
    public static string? FaultIn(IReadOnlyCollection<KeyValuePair<string, string>> headers)
    {
        if (headers.Count > MaxHeaders)
            return $"At most {MaxHeaders} headers can be added.";
        if (headers.Select(FaultIn).FirstOrDefault(fault => fault is not null) is { } found)
            return found;
        var repeated = headers.GroupBy(header => header.Key, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1);
        return repeated is null ? null : $"{repeated.Key} is there twice.";
    }

    /// <summary>Whether the pair is one harmless header on the wire, whoever wrote it and whenever it was saved.</summary>
    public static bool MaySend(KeyValuePair<string, string> header) =>
        IsName(header.Key) && IsValue(header.Value) && !Reserved.Contains(header.Key) && !HasPrefix(header.Key, ReservedPrefixes);

    // The fault of a malformed name does not repeat it: it would carry its line feeds into answers and logs.
    private static string? FaultIn(KeyValuePair<string, string> header) =>
        !IsName(header.Key) ? $"A header's name is 1 to {MaxNameLength} letters, digits or hyphens."
        : !IsValue(header.Value) ? $"The value of {header.Key} must be 1 to {MaxValueLength} visible ASCII characters without line breaks."
        : !MaySend(header) || HasPrefix(header.Key, OurPrefixes) ? $"{header.Key} cannot be set."
        : null;

    private static bool IsName(string? name) =>
        name is { Length: > 0 and <= MaxNameLength } && !name.AsSpan().ContainsAnyExcept(TokenLetters);

    private static bool IsValue(string? value) =>
        value is { Length: > 0 and <= MaxValueLength } && value.All(letter => letter is >= ' ' and <= '~' or '\t')
        && !IsBlank(value[0]) && !IsBlank(value[^1]);

    private static bool IsBlank(char letter) => letter is ' ' or '\t';

    private static bool HasPrefix(string name, string[] prefixes) =>
        prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
