using Ezw.Foundation.Http;
using Ezw.Foundation.Security;
using Ezw.Foundation.Storage;
using Microsoft.Extensions.Options;

namespace Ezw.Lines;

/// <summary>The door of the slice.</summary>
internal static class LinesDoor
{
    public static void AddLines(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<LineOptions>().BindConfiguration("Ezw:Lines").ValidateDataAnnotations()
            .Validate(o => o.LeaseMs >= 3 * o.HeartbeatMs, "Ezw:Lines:LeaseMs must be at least three times Ezw:Lines:HeartbeatMs.")
            .ValidateOnStart();
        services.AddSingleton<IModelPart, LinesModel>();
        services.AddSingleton<LineAccess>();
        services.AddSingleton<LineChanges>();
        services.AddSingleton<LineCreation>();
        services.AddSingleton<LineReportStore>();
        services.AddMasterKey();
        services.AddSingleton<PairingSeals>();
        services.AddSingleton<NodeLease>();
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<SessionTools>(
            s, s.GetRequiredService<IOptions<LineOptions>>().Value, s.GetRequiredService<ILogger<LineSession>>()));
        services.AddSingleton<LineTokens>();
        services.AddHostedService(s => s.GetRequiredService<LineTokens>());
        services.AddSingleton<LineSupervisor>();
        services.AddHostedService(s => s.GetRequiredService<LineSupervisor>());
    }

    /// <param name="workspace">The group /api, which already asks for an ID token.</param>
    /// <param name="channel">The group /api/v1, which already asks for a line token.</param>
    public static void MapLines(RouteGroupBuilder workspace, RouteGroupBuilder channel)
    {
        workspace.MapGroup("/providers").WithTags("Lines").MapGet("/", ProvidersApi.List).WithSummary("List with what lines can be made");
        var lines = workspace.MapGroup("/lines").WithTags("Lines");
        lines.MapGet("/", LinesApi.List).WithSummary("List the lines you may see");
        lines.MapPost("/", LinesApi.Create).WithSummary("Create a line");

        var line = lines.MapGroup("/{lineId:guid}");
        line.MapGet("/", LinesApi.Get).WithSummary("Read a line");
        line.MapPatch("/", LinesApi.Rename).WithSummary("Rename a line").MayRefuse(409);
        line.MapDelete("/", LinesApi.Archive).WithSummary("Archive a line").MayRefuse(409);
        line.MapPut("/pause", LinesApi.Pause).WithSummary("Pause sending").MayRefuse(409);
        line.MapDelete("/pause", LinesApi.Resume).WithSummary("Resume sending").MayRefuse(409);
        line.MapPost("/session", LinesApi.Start).WithSummary("Start the session").MayRefuse(409);
        line.MapDelete("/session", LinesApi.Stop).WithSummary("Stop the session").MayRefuse(409);
        line.MapDelete("/link", LinesApi.Logout).WithSummary("Log the device out").MayRefuse(409);

        line.MapPost("/pairing", PairingApi.Begin).WithSummary("Begin linking a phone").MayRefuse(409);
        line.MapGet("/pairing", PairingApi.Get).WithSummary("What there is to scan or type");
        line.MapDelete("/pairing", PairingApi.Cancel).WithSummary("Cancel linking");

        line.MapPost("/pairing/simulated-phone", SimulatedPhonesApi.Use).WithSummary("Let a simulated phone take the offer").MayRefuse(409);

        line.MapPost("/api-token", LineTokensApi.Rotate).WithSummary("Create or rotate the line token").MayRefuse(409);
        line.MapGet("/api-tokens", LineTokensApi.List).WithSummary("List token prefixes and their use");

        line.MapGet("/permissions", LinePermissionsApi.List).WithSummary("List who may see or operate the line");
        line.MapPut("/permissions/{userId:guid}", LinePermissionsApi.Put).WithSummary("Let a member see or operate the line");
        line.MapDelete("/permissions/{userId:guid}", LinePermissionsApi.Delete).WithSummary("Take a permission away");

        channel.MapGet("/health", HealthApi.Get).WithTags("Channel").WithSummary("Check line health");
    }
}
