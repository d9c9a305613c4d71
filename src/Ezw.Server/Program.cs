using Ezw.Demo;
using Ezw.Doctor;
using Ezw.Foundation.Http;
using Ezw.Foundation.Security.Outbound;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Telemetry;
using Ezw.History;
using Ezw.Identity;
using Ezw.Inbox;
using Ezw.Lines;
using Ezw.Live;
using Ezw.Media;
using Ezw.Messaging;
using Ezw.Providers.LinkedDevice;
using Ezw.Providers.Simulator;
using Ezw.WebApp;
using Ezw.Webhooks;
using Microsoft.Extensions.Options;

if (args is [SimulatorProcess.Verb, .. var simulatorArgs])
    return await SimulatorProcess.RunAsync(simulatorArgs);

if (args is [DoctorProcess.Verb, .. var doctorArgs])
    return await DoctorProcess.RunAsync(doctorArgs, Console.Out);

return await EzwServer.RunAsync(args);

/// <summary>The table of contents: what a server is made of and which routes it has.</summary>
internal static class EzwServer
{
    private const string DefaultUrl = "http://127.0.0.1:3010";

    /// <summary>No request of today's routes is larger: a text of 65,536 characters, each escaped, with room to spare.</summary>
    private const long MaxBodyBytes = 1024 * 1024;

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = await BuildAsync(args);
            await app.RunAsync();
            return 0;
        }
        catch (Exception refusal) when (refusal is InvalidOperationException or OptionsValidationException or IOException)
        {
            await Console.Error.WriteLineAsync($"The server does not start. {refusal.Message}");
            return 1;
        }
    }

    /// <param name="adjust">Last word on the services, for tests that bring their own clock.</param>
    public static async Task<WebApplication> BuildAsync(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = WebApplication.CreateBuilder(DemoArguments.Translate(args));
        builder.Configuration["urls"] = builder.Configuration["urls"] is { Length: > 0 } urls ? urls : DefaultUrl;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        builder.AddTelemetry();
        builder.AddProblems();
        builder.AddStorage();
        builder.AddOutbound();
        builder.AddIdentity();
        builder.AddMedia();
        builder.AddSimulator();
        builder.AddLinkedDevices();
        builder.AddLines();
        builder.AddMessaging();
        builder.AddInbox();
        builder.AddWebhooks();
        builder.AddHistory();
        builder.AddLive();
        builder.AddWebApp();
        builder.AddApiDocs();
        builder.AddDemo();
        adjust?.Invoke(builder);

        var app = builder.Build();
        await Migrator.MigrateAsync(
            app.Services.GetRequiredService<Database>(), app.Services.GetRequiredService<TimeProvider>(), CancellationToken.None);
        await app.KeepDemoApartAsync();
        app.UseProblems();
        app.MapApiDocs();
        app.MapProbes();
        app.MapIdentity();
        app.MapMedia();
        var workspace = app.MapGroup("/api").RequireWorkspace();
        var channel = app.MapGroup("/api/v1").RequireLineToken();
        LinesDoor.MapLines(workspace, channel);
        MessagingDoor.MapMessaging(workspace, channel);
        InboxDoor.MapInbox(workspace);
        WebhooksDoor.MapWebhooks(workspace, channel);
        HistoryDoor.MapHistory(workspace);
        LiveDoor.MapLive(app, workspace);
        app.MapWebApp();
        return app;
    }
}
