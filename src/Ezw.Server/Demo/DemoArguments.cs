using Ezw.Demo.Replay;

namespace Ezw.Demo;

/// <summary>The demo's own words on the command line: "--demo" is a switch without a value, and configuration knows only pairs.</summary>
internal static class DemoArguments
{
    private const string Switch = "--demo";

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["--replay"] = $"--{ReplayOptions.Section}:{nameof(ReplayOptions.File)}",
        ["--replay-speed"] = $"--{ReplayOptions.Section}:{nameof(ReplayOptions.Speed)}",
        ["--replay-me"] = $"--{ReplayOptions.Section}:{nameof(ReplayOptions.Me)}",
    };

    public static string[] Translate(string[] args) => [.. args.Select(Translate)];

    private static string Translate(string arg)
    {
        if (arg == Switch)
            return "--Ezw:Demo=true";
        var word = arg.Split('=')[0];
        return Settings.TryGetValue(word, out var setting) ? setting + arg[word.Length..] : arg;
    }
}
