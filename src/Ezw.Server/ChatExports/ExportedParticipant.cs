namespace Ezw.ChatExports;

/// <param name="Sender">The same text as <see cref="ExportedMessage.Sender"/>.</param>
/// <param name="Messages">How many messages carry the name.</param>
internal sealed record ExportedParticipant(string Sender, int Messages)
{
    private const int FewestDigits = 6;
    private const int MostDigits = 15;

    /// <summary>False when the person chose the name: WhatsApp puts a tilde before names that are not in the phone's contacts.</summary>
    public bool IsSavedContact => !Sender.StartsWith('~') && PhoneNumber is null;

    public string DisplayName => Sender.TrimStart('~').Trim();

    /// <summary>A plus sign and digits when the sender is a number instead of a name.</summary>
    public string? PhoneNumber
    {
        get
        {
            var digits = Sender.Count(char.IsAsciiDigit);
            return digits is >= FewestDigits and <= MostDigits && Sender.StartsWith('+') && Sender.All(IsOfNumber)
                ? "+" + string.Concat(Sender.Where(char.IsAsciiDigit))
                : null;
        }
    }

    private static bool IsOfNumber(char c) => char.IsAsciiDigit(c) || c is '+' or ' ' or '-' or '(' or ')' or '.';
}
