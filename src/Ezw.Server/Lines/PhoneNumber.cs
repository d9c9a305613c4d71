using PhoneNumbers;

namespace Ezw.Lines;

/// <summary>E.164 as the whole system writes it: a plus sign and digits.</summary>
internal static class PhoneNumber
{
    /// <summary>Longer input is no phone number, whatever it contains.</summary>
    private const int MaxInput = 32;

    private static readonly PhoneNumberUtil Library = PhoneNumberUtil.GetInstance();

    /// <summary>The number in E.164, or null when it is not one. Spaces, dashes and brackets may stand in it; the plus sign may be missing.</summary>
    public static string? Parse(string? input)
    {
        if (input is null || input.Length is 0 or > MaxInput || !input.All(IsPhoneCharacter))
            return null;
        try
        {
            var trimmed = input.Trim();
            var number = Library.Parse(trimmed.Contains('+', StringComparison.Ordinal) ? trimmed : "+" + trimmed, null);
            return Library.IsPossibleNumber(number) ? Library.Format(number, PhoneNumberFormat.E164) : null;
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    /// <summary>The digits that one dials in the number's own country, e.g. 0501234567; null when that country is not known.</summary>
    public static string? AtHome(string e164)
    {
        try
        {
            return string.Concat(Library.Format(Library.Parse(e164, null), PhoneNumberFormat.NATIONAL).Where(char.IsAsciiDigit));
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    private static bool IsPhoneCharacter(char c) => char.IsAsciiDigit(c) || c is '+' or ' ' or '-' or '(' or ')' or '.' or '\u00a0';
}
