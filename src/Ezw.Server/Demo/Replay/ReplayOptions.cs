using System.Globalization;

namespace Ezw.Demo.Replay;

/// <summary>Settings of a replay; on the command line --replay FILE, --replay-speed N and --replay-me NAME.</summary>
/// <param name="File">A chat export, .txt or .zip.</param>
/// <param name="Speed">Divides the pauses between messages.</param>
/// <param name="Me">The participant who is the line's owner; null to find out.</param>
internal sealed record ReplayOptions(string File, double Speed, string? Me)
{
    public const string Section = "Ezw:Replay";

    private const double Slowest = 0.01;
    private const double Fastest = 10_000;

    /// <returns>Null when nothing is to be replayed.</returns>
    public static ReplayOptions? Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        if (section[nameof(File)] is not { } file)
            return null;
        if (file.Length == 0)
            throw new InvalidOperationException("--replay needs the name of a chat export: --replay FILE.");
        var said = section[nameof(Speed)] ?? "1";
        var isNumber = double.TryParse(said, NumberStyles.Float, CultureInfo.InvariantCulture, out var speed);
        if (!isNumber || speed is not (>= Slowest and <= Fastest))
            throw new InvalidOperationException($"--replay-speed {said} is not a number from {Slowest:0.##} to {Fastest:0}.");
        return new ReplayOptions(file, speed, section[nameof(Me)]);
    }
}
