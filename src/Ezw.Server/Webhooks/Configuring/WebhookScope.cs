using Ezw.Foundation.Http;
using Ezw.Identity;
using Ezw.Lines;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Webhooks.Configuring;

/// <summary>
/// The line whose webhooks a request is about: that of the token, or the one that a person names and manages. Both families share their
/// handlers through it.
/// </summary>
/// <param name="Path">Where its webhooks are found, for whoever asks.</param>
/// <param name="Refusal">Why the caller may not; answered by <see cref="RefuseOthers"/>, so that no handler needs to look.</param>
internal sealed record WebhookScope(Guid OrganizationId, Guid LineId, string Path, ProblemHttpResult? Refusal)
{
    public WebhookKey Webhook(Guid webhookId) => new(OrganizationId, LineId, webhookId);

    public static async ValueTask<WebhookScope?> BindAsync(HttpContext context)
    {
        if (context.Features.Get<LineCaller>() is { } machine)
            return new WebhookScope(machine.OrganizationId, machine.LineId, "/api/v1/webhooks", null);
        var caller = await Caller.BindAsync(context);
        var lineId = Guid.Parse(context.GetRouteValue("lineId")!.ToString()!);
        var access = context.RequestServices.GetRequiredService<LineAccess>();
        var refusal = await access.FindAsync(caller!, lineId, context.RequestAborted) switch
        {
            null => Problems.NotFound(),
            { MayManage: false } => LineProblems.MayNotManage(),
            _ => null,
        };
        return new WebhookScope(caller!.OrganizationId, lineId, $"/api/lines/{lineId}/webhooks", refusal);
    }

    /// <summary>Stands on a group all of whose handlers take a scope.</summary>
    public static RouteGroupBuilder RefuseOthers(RouteGroupBuilder group) => group.AddEndpointFilter(async (call, next) =>
        call.Arguments.OfType<WebhookScope>().Single().Refusal is { } refusal ? refusal : await next(call));
}
