using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ezw.Demo;

/// <summary>The door of the slice.</summary>
internal static class DemoDoor
{
    /// <summary>Adds the demo workspace when the server was started with --demo.</summary>
    public static void AddDemo(this WebApplicationBuilder builder)
    {
        if (builder.Configuration["Ezw:Demo"] is not "true")
        {
            builder.Services.AddHostedService<DemoTrace>();
            return;
        }
        // Side by side, each demo has its own folder; a fixed port finds its data again.
        if (string.IsNullOrEmpty(builder.Configuration["Ezw:DataFolder"]))
            builder.Configuration["Ezw:DataFolder"] = Path.Combine(".data", $"demo-{PortOf(builder.Configuration["urls"])}");
        builder.Services.TryAddSingleton(new DemoConsole(Console.Out));
        builder.Services.AddHostedService<DemoWorkspace>();
    }

    private static string PortOf(string? urls) => Uri.TryCreate(urls?.Split(';')[0], UriKind.Absolute, out var url) && url.Port > 0
        ? $"{url.Port}"
        : $"{Environment.ProcessId}";
}
