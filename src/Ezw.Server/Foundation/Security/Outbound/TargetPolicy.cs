using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Options;

namespace Ezw.Foundation.Security.Outbound;

/// <summary>
/// Reads a customer's URL. Used when it is saved, so that mistakes are told at once, and again before every request and redirect. It
/// resolves no name: what a name leads to is decided when connecting, by <see cref="TargetConnector"/>.
/// </summary>
internal sealed class TargetPolicy(IOptions<OutboundOptions> options, AddressPolicy addresses)
{
    public const int MaxLength = 2048;

    /// <summary>The longest name that DNS can carry.</summary>
    private const int MaxHostLength = 253;

    private static readonly int[] UsualPorts = [80, 443, 8080, 8443];
    private static readonly string[] LocalSuffixes = [".local", ".internal", ".localhost", ".localdomain", ".home.arpa"];
    private static readonly SearchValues<char> EndOfAuthority = SearchValues.Create("/?#");

    private readonly int[] ports = [.. UsualPorts, .. options.Value.AllowedPorts];
    private readonly bool localNames = options.Value.AllowedNetworks.Any();
    private readonly bool requireHttps = options.Value.RequireHttps;

    public TargetUrl Check(string? text)
    {
        if (text is { Length: > MaxLength })
            return TooLong();
        if (string.IsNullOrEmpty(text) || text.Any(IsUnsafe) || !Uri.TryCreate(text, UriKind.Absolute, out var uri))
            return Invalid();
        TargetUrl? refused = Scheme(text, uri) ?? Authority(text, uri) ?? Host(uri);
        return refused ?? (uri.AbsoluteUri.Length > MaxLength ? TooLong() : new TargetUrl.Accepted(uri));
    }

    private static bool IsUnsafe(char letter) => char.IsControl(letter) || letter == '\\';

    private TargetUrl.Refused? Scheme(string text, Uri uri)
    {
        if (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            return new TargetUrl.Refused("url_scheme_refused", "The URL must begin with https:// or http://.");
        if (requireHttps && uri.Scheme != Uri.UriSchemeHttps)
            return new TargetUrl.Refused("url_https_required", "The URL must begin with https://.");
        return text.AsSpan().TrimStart().StartsWith($"{uri.Scheme}://", StringComparison.OrdinalIgnoreCase) ? null : Invalid();
    }

    private TargetUrl.Refused? Authority(string text, Uri uri)
    {
        var authority = text.AsSpan(text.IndexOf("://", StringComparison.Ordinal) + "://".Length);
        var end = authority.IndexOfAny(EndOfAuthority);
        // The text and not Uri.UserInfo, which does not tell "http://@host" from "http://host".
        if (authority[..(end < 0 ? authority.Length : end)].Contains('@'))
            return new TargetUrl.Refused("url_credentials_refused", "The URL must not carry a user name or password.");
        if (text.Contains('#'))
            return new TargetUrl.Refused("url_fragment_refused", "The URL must not have a part after #.");
        return ports.Contains(uri.Port) ? null : new TargetUrl.Refused("url_port_refused", "The URL names a port that is not called.");
    }

    private TargetUrl.Refused? Host(Uri uri)
    {
        // Not Uri.Host: ①②⑦.⓪.⓪.① stands there as written, while the connection goes to 127.0.0.1.
        var host = uri.IdnHost.TrimEnd('.');
        if (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6)
            return IPAddress.TryParse(host, out var address) && addresses.Allows(address) ? null : NotPublic();
        if (uri.HostNameType != UriHostNameType.Dns || !uri.Host.All(IsNameLetter))
            return Invalid();
        if (host.Length is 0 or > MaxHostLength || !Ascii.IsValid(host))
            return Invalid();
        return EndsInNumber(host) || !localNames && IsLocal(host) ? NotPublic() : null;
    }

    // Circled digits, ideographic dots and soft hyphens become others on the way; who means them can write what they become.
    private static bool IsNameLetter(char letter) => char.IsAscii(letter) || char.IsLetter(letter) || char.GetUnicodeCategory(letter)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    // No top-level domain is a number; such a name is an address in disguise (the WHATWG URL standard draws the same line).
    private static bool EndsInNumber(string host)
    {
        var last = host.AsSpan(host.LastIndexOf('.') + 1);
        return !last.ContainsAnyExceptInRange('0', '9')
            || last.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && last[2..].ToString().All(char.IsAsciiHexDigit);
    }

    private static bool IsLocal(string host) =>
        !host.Contains('.') || LocalSuffixes.Any(suffix => host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));

    private static TargetUrl.Refused Invalid() =>
        new TargetUrl.Refused("url_invalid", "This is not a complete URL such as https://example.com/path.");

    private static TargetUrl.Refused TooLong() =>
        new TargetUrl.Refused("url_too_long", $"The URL is longer than {MaxLength} characters.");

    private static TargetUrl.Refused NotPublic() => new TargetUrl.Refused(
        "url_address_refused", "The URL must lead to a public address; local names and private addresses are not called.");
}
