using System.Diagnostics;
using System.Globalization;

namespace Ezw.Tests.Durability;

/// <summary>Other programs of this machine, looked up in /proc.</summary>
internal static class Programs
{
    /// <summary>The first line of a test that looks them up.</summary>
    public static void AreListed() => Assert.SkipUnless(Directory.Exists("/proc/self"), "Processes are looked up in /proc.");

    /// <summary>All that run the script.</summary>
    public static List<int> Running(string script) => [.. All().Where(process => Runs(process, script))];

    /// <summary>Those that a program started itself.</summary>
    public static List<int> Running(string script, int startedBy) =>
        [.. Running(script).Where(process => ParentOf(process) == startedBy)];

    /// <summary>Of the parent's own command line the script may be a part; here it is an argument. What has died runs nothing.</summary>
    public static bool Runs(int process, string script) => (Read(process, "cmdline") ?? "").Split('\0').Contains(script);

    /// <summary>As the out-of-memory killer would end it.</summary>
    public static void Kill(int process)
    {
        using var running = Process.GetProcessById(process);
        running.Kill();
    }

    private static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
        .Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture));

    // After the name, which stands in brackets and may hold anything: the state, and then the parent.
    private static int? ParentOf(int process) => Read(process, "stat") is { } stat
        ? int.Parse(stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
        : null;

    private static string? Read(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (IOException)
        {
            return null;
        }
    }
}
