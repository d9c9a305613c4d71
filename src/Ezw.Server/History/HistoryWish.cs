using Ezw.ChatExports.Headers;
using Ezw.Lines;

namespace Ezw.History;

/// <summary>What a caller says about an export; checked and normalised. See <see cref="HistoryImport"/>.</summary>
internal sealed record HistoryWish(
    Guid LineId, string FileName, string? Me, string? PhoneNumber, string TimeZone, DateOrder? DateOrder)
{
    private const int MaxText = 255;

    public static (HistoryWish? Wish, Dictionary<string, string[]> Errors) Read(
        Guid lineId, string? fileName, string? me, string? phoneNumber, string? timeZone, string? dateOrder)
    {
        var errors = new Dictionary<string, string[]>();
        if (fileName is not { Length: > 0 and <= MaxText } || fileName.Any(char.IsControl))
            errors["fileName"] = ["fileName is what the exported file is called, e.g. WhatsApp Chat with Noa.zip."];
        if (me is { Length: > MaxText or 0 })
            errors["me"] = ["me is your name as the file shows it."];
        var number = phoneNumber is null ? null : Lines.PhoneNumber.Parse(phoneNumber);
        if (phoneNumber is not null && number is null)
            errors["phoneNumber"] = ["phoneNumber is not a phone number in international form, e.g. +972501234567."];
        var zone = timeZone ?? "UTC";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            errors["timeZone"] = ["timeZone is an IANA name such as Asia/Jerusalem: where the phone was."];
        var order = HistoryStore.Parse(dateOrder);
        if (dateOrder is not (null or "day_first" or "month_first"))
            errors["dateOrder"] = ["dateOrder is day_first, month_first, or left out."];
        return errors.Count > 0 ? (null, errors) : (new HistoryWish(lineId, fileName!, me, number, zone, order), errors);
    }
}
