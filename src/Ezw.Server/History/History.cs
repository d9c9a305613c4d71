using Ezw.Foundation.Http;
using Microsoft.AspNetCore.Mvc;

namespace Ezw.History;

/// <summary>The door of the slice.</summary>
internal static class HistoryDoor
{
    public static void AddHistory(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<HistoryUploads>();
        builder.Services.AddHostedService<HistoryImporter>();
    }

    /// <param name="workspace">The group /api, which already asks for an ID token.</param>
    public static void MapHistory(RouteGroupBuilder workspace)
    {
        var imports = workspace.MapGroup("/lines/{lineId:guid}/history-imports").WithTags("History");
        imports.MapPost("/", HistoryApi.Begin).WithMetadata(new RequestSizeLimitAttribute(HistoryUploads.MaxFileBytes))
            .WithSummary("Import a WhatsApp chat export as read-only history").MayRefuse(413, 501, 503);
        imports.MapGet("/", HistoryApi.List).WithSummary("List imports, newest first");
        imports.MapGet("/{importId:guid}", HistoryApi.Get).WithSummary("How far an import has come");
        imports.MapDelete("/{importId:guid}", HistoryApi.Cancel).WithSummary("Stop an import; what was imported stays");
    }
}
