using System.Globalization;

namespace Ezw.Tests.ChatExports;

/// <summary>How a phone of one language writes its exports. Renders the messages that a test wants to read back.</summary>
public sealed record PhoneFormat(string Name, Func<DateTime, string> Header, bool HasSeconds = false, bool IsIPhone = false)
{
    public const string NarrowSpace = "\u202f";
    public const string LeftToRight = "\u200e";
    public const string RightToLeft = "\u200f";

    public static IReadOnlyList<PhoneFormat> All { get; } =
    [
        IPhone("iPhone, English (UK)", "dd/MM/yyyy, HH:mm:ss"),
        IPhone("iPhone, English (US)", $"M/d/yy, h:mm:ss'{NarrowSpace}'tt"),
        IPhone("iPhone, English (US), older", "M/d/yy, h:mm:ss tt"),
        IPhone("iPhone, Hebrew", "d.M.yyyy, H:mm:ss"),
        new("iPhone, Hebrew, with marks", at => $"{RightToLeft}[{Of(at, $"dd.MM.yyyy, '{RightToLeft}'HH:mm:ss")}] ", true, true),
        IPhone("iPhone, German", "dd.MM.yy, HH:mm:ss"),
        IPhone("iPhone, French", "dd/MM/yyyy HH:mm:ss"),
        IPhone("iPhone, Dutch", "dd-MM-yyyy HH:mm:ss"),
        IPhone("iPhone, Swedish", "yyyy-MM-dd HH:mm:ss"),
        IPhone("iPhone, Japanese", "yyyy/MM/dd H:mm:ss"),
        new("iPhone, Spanish", at => $"[{Of(at, "d/M/yy, h:mm:ss")}{NarrowSpace}{Half(at, "a.\u00a0m.", "p.\u00a0m.")}] ", true, true),
        new("iPhone, Chinese", at => $"[{Of(at, "yyyy/M/d ")}{Half(at, "上午", "下午")}{Of(at, "h:mm:ss")}] ", true, true),
        IPhone("iPhone, Finnish", "d.M.yyyy 'klo' H.mm.ss"),
        Android("Android, English (UK)", "dd/MM/yyyy, HH:mm"),
        Android("Android, English (US)", $"M/d/yy, h:mm'{NarrowSpace}'tt"),
        Android("Android, English (US), older", "M/d/yy, h:mm tt"),
        new("Android, English (India)", at => $"{Of(at, "dd/MM/yy, h:mm")}{NarrowSpace}{Half(at, "am", "pm")} - "),
        new("Android, English (Canada)", at => $"{Of(at, "yyyy-MM-dd, h:mm")} {Half(at, "a.m.", "p.m.")} - "),
        Android("Android, English (South Africa)", "yyyy/MM/dd, HH:mm"),
        Android("Android, Hebrew", "dd.MM.yyyy, HH:mm"),
        Android("Android, Hebrew, short year", "d.M.yy, H:mm"),
        new("Android, Hebrew, 12 hours", at => $"{Of(at, "d.M.yyyy, h:mm")} {Half(at, "לפנה״צ", "אחה״צ")} - "),
        new("Android, Hebrew, 12 hours, slashes", at => $"{Of(at, "dd/MM/yyyy, h:mm")} {Half(at, "לפנה\"צ", "אחה\"צ")} - "),
        Android("Android, German", "dd.MM.yy, HH:mm"),
        Android("Android, French", "dd/MM/yyyy HH:mm"),
        new("Android, French, with a joint", at => $"{Of(at, "dd/MM/yyyy")} à {Of(at, "HH:mm")} - "),
        Android("Android, Italian", "dd/MM/yy, HH:mm"),
        Android("Android, Portuguese", "dd/MM/yyyy HH:mm"),
        Android("Android, Dutch", "dd-MM-yy HH:mm"),
        new("Android, Spanish (Mexico)", at => $"{Of(at, "dd/MM/yyyy, h:mm")} {Half(at, "a. m.", "p. m.")} - "),
        Android("Android, Danish", "dd.MM.yyyy HH.mm"),
        Android("Android, Finnish", "d.M.yyyy 'klo' H.mm"),
        Android("Android, Swedish", "yyyy-MM-dd HH:mm"),
        Android("Android, Czech", "dd. MM. yyyy H:mm"),
        new("Android, Arabic", at => $"{Digits(Of(at, $"d'{RightToLeft}/'M'{RightToLeft}/'yyyy"), '\u0660')}، "
            + $"{Digits(Of(at, "h:mm"), '\u0660')} {Half(at, "ص", "م")} - "),
        new("Android, Persian", at => $"{Digits(Of(at, "yyyy/M/d"), '\u06f0')}،\u200f {Digits(Of(at, "H:mm"), '\u06f0')} - "),
        new("Android, Greek", at => $"{Of(at, "d/M/yy, h:mm")} {Half(at, "π.μ.", "μ.μ.")} - "),
        new("iPhone before 2018", at => $"{Of(at, "dd/MM/yyyy, HH:mm:ss")}: ", HasSeconds: true),
    ];

    public static PhoneFormat Named(string name) => All.Single(format => format.Name == name);

    public static IEnumerable<TheoryDataRow<string>> Names => All.Select(format => new TheoryDataRow<string>(format.Name));

    /// <summary>What a reader can get back: Android writes no seconds.</summary>
    public DateTime Rounded(DateTime at) => HasSeconds ? at : at.AddSeconds(-at.Second);

    public string Line(DateTime at, string? sender, string text) => $"{Header(at)}{(sender is null ? "" : sender + ": ")}{text}\n";

    public override string ToString() => Name;

    private static PhoneFormat IPhone(string name, string format) =>
        new(name, at => $"[{Of(at, format)}] ", HasSeconds: true, IsIPhone: true);

    private static PhoneFormat Android(string name, string format) => new(name, at => $"{Of(at, format)} - ");

    private static string Half(DateTime at, string early, string late) => at.Hour < 12 ? early : late;

    private static string Of(DateTime at, string format) => at.ToString(format.Replace("/", "'/'"), CultureInfo.InvariantCulture);

    private static string Digits(string text, char zero) =>
        string.Concat(text.Select(c => char.IsAsciiDigit(c) ? (char)(zero + (c - '0')) : c));
}
