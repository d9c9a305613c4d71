using System.Text;
using System.Text.RegularExpressions;

namespace Ezw.Tests.Providers.LinkedDevice.Secrets;

/// <param name="Name">What it is; shown, unlike the value.</param>
internal sealed record Secret(string Name, byte[] Value);

/// <summary>Something that may be read where no secret may be.</summary>
/// <param name="Text">Bytes as Latin-1, so that one search finds everything.</param>
internal sealed record Place(string Name, string Text)
{
    public static Place Of(string name, byte[] bytes) => new(name, Encoding.Latin1.GetString(bytes));
}

internal sealed record Leak(string Place, string Secret, string Form);

/// <summary>
/// Finds secrets, whole or in part, in every form in which bytes get into a text. Each form is looked for by pieces that are found at any
/// place of the secret, so 16 bytes of it are enough, wherever they begin.
/// </summary>
internal sealed partial class SecretSearch
{
    /// <summary>How the bytes from some place on look. All pieces of a form have its length; a text that is longer is cut.</summary>
    private sealed record Form(string Name, int Bytes, int Letters, Func<byte[], int, string> Write);

    private static readonly Form[] Forms =
    [
        new("raw", 16, 16, (bytes, at) => Encoding.Latin1.GetString(bytes, at, 16)),
        new("hexadecimal", 8, 16, (bytes, at) => Convert.ToHexStringLower(bytes, at, 8)),
        new("upper hexadecimal", 8, 16, (bytes, at) => Convert.ToHexString(bytes, at, 8)),
        // Three bytes are four letters: whatever stands before it, one of three neighbouring places begins a group.
        new("base64", 12, 16, (bytes, at) => Convert.ToBase64String(bytes, at, 12)),
        new("base64url", 12, 16, (bytes, at) => UrlOf(Convert.ToBase64String(bytes, at, 12))),
        new("numbers", 12, 23, (bytes, at) => string.Join(',', bytes[at..(at + 12)])),
        new("numbers by index", 8, 47, (bytes, at) => string.Join(',', bytes[at..(at + 8)].Select((one, i) => $"\"{at + i}\":{one}"))),
    ];

    private readonly Dictionary<int, Dictionary<string, (string Secret, string Form)>> pieces = [];

    public SecretSearch(IEnumerable<Secret> secrets)
    {
        foreach (var secret in secrets)
        {
            Add(secret, secret.Value, "");
            for (var from = 0; from < 3; from++)
                Add(secret, Encoding.ASCII.GetBytes(Convert.ToBase64String(secret.Value, from, secret.Value.Length - from)), " of base64");
        }
    }

    public IReadOnlyList<Leak> In(IEnumerable<Place> places) =>
        [.. places.AsParallel().SelectMany(place => ReadingsOf(place.Text).SelectMany(text => In(place.Name, text))).Distinct()
            .OrderBy(leak => leak.Place, StringComparer.Ordinal).ThenBy(leak => leak.Secret, StringComparer.Ordinal)];

    private void Add(Secret secret, byte[] value, string outer)
    {
        foreach (var form in Forms)
        {
            for (var at = 0; at + form.Bytes <= value.Length; at++)
            {
                var piece = form.Write(value, at);
                if (!pieces.TryGetValue(form.Letters, out var ofLength))
                    pieces[form.Letters] = ofLength = [];
                ofLength.TryAdd(piece.Length > form.Letters ? piece[..form.Letters] : piece, (secret.Name, form.Name + outer));
            }
        }
    }

    private IEnumerable<Leak> In(string place, string text)
    {
        foreach (var (length, ofLength) in pieces)
        {
            var found = ofLength.GetAlternateLookup<ReadOnlySpan<char>>();
            for (var at = 0; at + length <= text.Length; at++)
            {
                if (found.TryGetValue(text.AsSpan(at, length), out var piece))
                    yield return new Leak(place, piece.Secret, piece.Form);
            }
        }
    }

    /// <summary>As it is; with escapes of JSON and of URLs undone; and without what is put between bytes to make them readable.</summary>
    private static IEnumerable<string> ReadingsOf(string text)
    {
        yield return text;
        var plain = Escape().Replace(text, match => match.Groups[1].Success ? $"{(char)Convert.ToByte(match.Groups[1].Value, 16)}" : "/");
        if (plain.Length < text.Length)
            yield return plain;
        var dense = Between().Replace(plain, "");
        if (dense.Length < plain.Length)
            yield return dense;
    }

    private static string UrlOf(string base64) => base64.Replace('+', '-').Replace('/', '_');

    [GeneratedRegex("""\\+/|(?:\\+u00|%)([2-7][0-9A-Fa-f])""")]
    private static partial Regex Escape();

    [GeneratedRegex("""[\s-]|\\+[nrt]""")]
    private static partial Regex Between();
}
