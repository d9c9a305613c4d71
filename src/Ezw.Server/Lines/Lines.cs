using Ezw.Foundation.Storage;
using Microsoft.Extensions.Options;

namespace Ezw.Lines;

/// <summary>The door of the slice.</summary>
internal static class LinesDoor
{
    public static void AddLines(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<LineOptions>().BindConfiguration("Ezw:Lines").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IModelPart, LinesModel>();
        services.AddSingleton<LineAccess>();
        services.AddSingleton<LineChanges>();
        services.AddSingleton<LineCreation>();
        services.AddSingleton<LineReports>();
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
        var lines = workspace.MapGroup("/lines").WithTags("Lines");
        lines.MapGet("/", LinesApi.List);
        lines.MapPost("/", LinesApi.Create);

        var line = lines.MapGroup("/{lineId:guid}");
        line.MapGet("/", LinesApi.Get);
        line.MapPatch("/", LinesApi.Rename);
        line.MapDelete("/", LinesApi.Archive);
        line.MapPut("/pause", LinesApi.Pause);
        line.MapDelete("/pause", LinesApi.Resume);
        line.MapPost("/session", LinesApi.Start);
        line.MapDelete("/session", LinesApi.Stop);
        line.MapDelete("/link", LinesApi.Logout);

        line.MapPost("/pairing", PairingApi.Begin);
        line.MapGet("/pairing", PairingApi.Get);
        line.MapDelete("/pairing", PairingApi.Cancel);

        line.MapPost("/api-token", LineTokensApi.Rotate);
        line.MapGet("/api-tokens", LineTokensApi.List);

        line.MapGet("/permissions", LinePermissionsApi.List);
        line.MapPut("/permissions/{userId:guid}", LinePermissionsApi.Put);
        line.MapDelete("/permissions/{userId:guid}", LinePermissionsApi.Delete);

        channel.MapGet("/health", HealthApi.Get).WithTags("Channel");
    }
}
