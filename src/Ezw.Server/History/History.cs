using Ezw.Foundation.Http;
using Ezw.Messaging.Arriving;
using Microsoft.AspNetCore.Mvc;

namespace Ezw.History;

/// <summary>The door of the slice.</summary>
internal static class HistoryDoor
{
    public static void AddHistory(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<HistoryUploads>();
        builder.Services.AddSingleton<IHistoryIntake, PhoneHistory>();
        builder.Services.AddHostedService<HistoryImporter>();
    }

    /// <param name="workspace">The group /api, which already asks for an ID token.</param>
    public static void MapHistory(RouteGroupBuilder workspace)
    {
        var imports = workspace.MapGroup("/lines/{lineId:guid}/history-imports").WithTags("History");
        imports.MapPost("/", HistoryApi.Begin).WithMetadata(new RequestSizeLimitAttribute(HistoryUploads.MaxFileBytes))
            .WithSummary("Import a WhatsApp chat export as read-only history").MayRefuse(413, 501, 503);
        imports.MapGet("/", HistoryApi.List).WithSummary("List imports and what phones hand over, newest first");
        imports.MapGet("/{importId:guid}", HistoryApi.Get).WithSummary("How far an import has come");
        imports.MapDelete("/{importId:guid}", HistoryApi.Cancel).WithSummary("Stop an import; what was imported stays");
    }
}
