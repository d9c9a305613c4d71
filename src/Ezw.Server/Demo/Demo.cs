using Ezw.Demo.Replay;
using Ezw.Foundation.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ezw.Demo;

/// <summary>The door of the slice.</summary>
internal static class DemoDoor
{
    /// <summary>Adds the demo workspace when the server was started with --demo.</summary>
    public static void AddDemo(this WebApplicationBuilder builder)
    {
        var replay = ReplayOptions.Read(builder.Configuration);
        if (builder.Configuration["Ezw:Demo"] is not "true")
        {
            if (replay is not null)
                throw new InvalidOperationException("--replay plays people of the demo; start with --demo, too.");
            return;
        }
        // Side by side, each demo has its own folder; a fixed port finds its data again.
        if (string.IsNullOrEmpty(builder.Configuration["Ezw:DataFolder"]))
            builder.Configuration["Ezw:DataFolder"] = Path.Combine(".data", $"demo-{PortOf(builder.Configuration["urls"])}");
        builder.Services.TryAddSingleton(new DemoConsole(Console.Out));
        builder.Services.AddHostedService<DemoWorkspace>();
        if (replay is not null)
        {
            builder.Services.AddSingleton(replay);
            builder.Services.AddHostedService<ReplayStage>();
            // The people of the export have the line to themselves.
            builder.Configuration["Ezw:DemoPeople"] = "false";
        }
    }

    /// <summary>Keeps a server without --demo off a database whose owner's password everybody knows.</summary>
    public static async Task KeepDemoApartAsync(this WebApplication app)
    {
        if (app.Configuration["Ezw:Demo"] is "true")
            return;
        await using var db = await app.Services.GetRequiredService<Database>().ReadAsync(CancellationToken.None);
        if (await DemoStore.IsMarkedAsync(db, CancellationToken.None))
        {
            throw new InvalidOperationException(
                "This database holds the demo workspace, to which everybody knows the password. "
                + "Start with --demo, or use another database.");
        }
    }

    private static string PortOf(string? urls) => Uri.TryCreate(urls?.Split(';')[0], UriKind.Absolute, out var url) && url.Port > 0
        ? $"{url.Port}"
        : $"{Environment.ProcessId}";
}
