namespace Ezw.Demo;

/// <summary>"--demo" is a switch without a value; configuration knows only pairs.</summary>
internal static class DemoArguments
{
    private const string Switch = "--demo";

    public static string[] Translate(string[] args) =>
        args.Contains(Switch) ? [.. args.Where(arg => arg != Switch), "--Ezw:Demo=true"] : args;
}
