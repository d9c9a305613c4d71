using System.Text;
using Ezw.Media;

namespace Ezw.Tests.Media;

public sealed class SafeFileNamesTests
{
    [Theory]
    [InlineData("holiday.jpg", "holiday.jpg")]
    [InlineData("חופשה בים.JPG", "חופשה בים.JPG")]
    [InlineData("👨‍👩‍👧.png", "👨‍👩‍👧.png")]
    [InlineData("a.php.jpg", "a.php.jpg")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData(@"..\..\windows\system.ini", "system.ini")]
    [InlineData("/etc/", "file")]
    [InlineData("..", "file")]
    [InlineData(".htaccess", "htaccess")]
    [InlineData("...hidden.txt", "hidden.txt")]
    [InlineData("report.pdf. . .", "report.pdf")]
    [InlineData("  spaced.pdf  ", "spaced.pdf")]
    [InlineData("CON", "_CON")]
    [InlineData("con.txt", "_con.txt")]
    [InlineData("NUL.tar.gz", "_NUL.tar.gz")]
    [InlineData("COM1.jpg", "_COM1.jpg")]
    [InlineData("LPT¹.jpg", "_LPT¹.jpg")]
    [InlineData("CONTRACT.pdf", "CONTRACT.pdf")]
    [InlineData("a\0b.txt", "ab.txt")]
    [InlineData("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie_ x=1.txt")]
    [InlineData("invoice\u202Egpj.exe", "invoicegpj.exe")]
    [InlineData("a\u2066b\u200B\uFEFF\u2028.txt", "ab.txt")]
    [InlineData("<script>alert(1)<", "_script_alert(1)_")]
    [InlineData("a.jpg%00.php", "a.jpg_00.php")]
    [InlineData("a:b*c?d\"e|f.txt", "a_b_c_d_e_f.txt")]
    [InlineData("\ud800x.txt", "x.txt")]
    [InlineData("", "file")]
    [InlineData(null, "file")]
    public void A_name_is_safe_everywhere_and_stays_readable(string? given, string safe)
    {
        Assert.Equal(safe, FileNames.Safe(given));
        Assert.Equal(safe, FileNames.Safe(safe));
    }

    [Theory]
    [InlineData('x')]
    [InlineData('ש')]
    public void A_long_name_is_cut_between_letters_and_keeps_its_extension(char letter)
    {
        var name = FileNames.Safe(new string(letter, 300) + ".docx");

        Assert.InRange(Encoding.UTF8.GetByteCount(name), 190, 200);
        Assert.EndsWith(".docx", name, StringComparison.Ordinal);
        Assert.DoesNotContain('\ufffd', name);
    }

    [Fact]
    public void A_family_is_not_torn_apart()
    {
        var name = FileNames.Safe(string.Concat(Enumerable.Repeat("👨‍👩‍👧‍👦", 50)));

        Assert.Equal(0, name.Length % "👨‍👩‍👧‍👦".Length);
    }

    [Theory]
    [InlineData("a.JPG", "jpg")]
    [InlineData("a.tar.gz", "gz")]
    [InlineData("a", "")]
    [InlineData(".jpg", "")]
    [InlineData("a.שלום", "")]
    [InlineData("a.jpg ", "jpg")]
    [InlineData("a.jpg.", "jpg")]
    [InlineData("a.verylongextension", "")]
    public void An_extension_is_what_a_system_would_take_for_one(string name, string extension) =>
        Assert.Equal(extension, FileNames.ExtensionOf(name));
}
