using Ezw.Foundation.Storage;
using OpenTelemetry.Metrics;

namespace Ezw.Foundation.Telemetry;

/// <summary>What a server tells those who run it: logs without content, metrics, liveness and readiness.</summary>
internal static class TelemetryDoor
{
    private const string ExporterSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        if (builder.Configuration["Ezw:Demo"] is "true")
            builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        else
            builder.Logging.AddJsonConsole();
        // One line per request would be the bulk of the log, and the paths hold ids of customers.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // A refusal to start is one sentence on the console; the host would add its stack.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        builder.Services.AddHealthChecks().AddCheck<DatabaseCheck>("database");
        builder.Services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics.AddMeter(EzwMeter.Name, "Microsoft.AspNetCore.Server.Kestrel", "Npgsql");
            if (!string.IsNullOrEmpty(builder.Configuration[ExporterSetting]))
                metrics.AddOtlpExporter();
        });
    }

    /// <summary>/livez: the process answers. /readyz: it can also reach its database.</summary>
    public static void MapProbes(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/livez", new() { Predicate = _ => false });
        routes.MapHealthChecks("/readyz");
    }
}
