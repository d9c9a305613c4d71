namespace Ezw.Demo;

/// <summary>Where the demo introduces itself: the console, so that its lines can be copied.</summary>
internal sealed record DemoConsole(TextWriter Out);
