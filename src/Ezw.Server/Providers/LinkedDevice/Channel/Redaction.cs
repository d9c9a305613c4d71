using System.Text.RegularExpressions;

namespace Ezw.Providers.LinkedDevice.Channel;

/// <summary>
/// Masks whatever may be key material or a phone number in words that an engine or its runtime chose: they may reach a log, an error or an
/// answer, and promise nothing. Names of lines and times stay.
/// </summary>
internal static partial class Redaction
{
    private const string Mask = "…";

    /// <summary>What a cut may leave of something long is too short to be told from words.</summary>
    private const int CutOff = 64;

    public static string Of(string text, int mostCharacters)
    {
        var whole = text.Length <= mostCharacters;
        var safe = Secret().Replace(whole ? text : text[..mostCharacters], match => Id().IsMatch(match.Value) ? match.Value : Mask);
        return whole ? safe : safe[..Math.Max(0, safe.Length - CutOff)] + Mask;
    }

    // In this order: a name or a time, which stay; bytes in hexadecimal with something between them, as numbers, and by their index; a run
    // of base64 or hexadecimal; seven digits and more.
    [GeneratedRegex(
        """(?<![0-9A-Za-z-])[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9A-Za-z-])|(?<="at":)\d{13}"""
        + """|(?:\b[0-9A-Fa-f]{2}[\s:-]+){7,}[0-9A-Fa-f]{2}\b|(?:\b\d{1,3}\s*,\s*){7,}\d{1,3}\b"""
        + """|(?:"?\b\d{1,3}"?\s*:\s*\d{1,3}[\s,]+){7,}(?:"?\d{1,3}"?\s*:\s*\d{1,3})?"""
        + """|[A-Za-z0-9+/=_-]{24,}|\d{7,}""")]
    private static partial Regex Secret();

    [GeneratedRegex("""^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|1\d{12})$""")]
    private static partial Regex Id();
}
