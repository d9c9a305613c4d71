using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Ezw.Lines;

/// <summary>GET /api/v1/health: the three states of the token's line, never flattened into connected or not.</summary>
internal static class HealthApi
{
    private const string Web = "web";

    public static async Task<Results<Ok<LineHealth>, ProblemHttpResult>> Get(
        string? wakeup, string? channel_type, LineCaller caller, Database database, EzwContexts contexts, Wakeups wakeups,
        IOptions<LineOptions> options, TimeProvider time, CancellationToken ct)
    {
        if (channel_type is not (null or Web))
            return Problems.Invalid("channel_type", "channel_type is web.");
        if (wakeup is not (null or "true" or "false"))
            return Problems.Invalid("wakeup", "wakeup is true or false.");
        var wake = wakeup != "false";
        Line line;
        await using (var db = await database.ReadAsync(ct))
        await using (var context = contexts.For(db, caller.OrganizationId))
            line = await context.Set<Line>().FirstAsync(l => l.Id == caller.LineId, ct);
        if (wake && line is { DesiredState: Line.Stopped, Identity: not null, Lifecycle: not LifecycleState.Archived })
        {
            var wish = LineStore.WishRunning(caller.OrganizationId, caller.LineId, time.NowMs());
            await LineStore.ChangeAsync(database, caller.OrganizationId, caller.LineId, wish, time.NowMs(), ct);
            wakeups.Wake(LineSupervisor.Topic, caller.LineId);
        }
        return TypedResults.Ok(Describe(line, wake, time.NowMs(), options.Value.GraceMs));
    }

    private static LineHealth Describe(Line line, bool wake, long now, long graceMs)
    {
        var sendState = line.Condition.EffectiveSendState(now, graceMs);
        var (code, text) = line.Condition.HealthStatus;
        return new LineHealth(
            line.Id.ToString(), Web, wake, new HealthSection(new HealthStatus(code, text)),
            new HealthLine(
                line.DisplayName, line.PhoneNumber, line.LifecycleState, sendState.Name(), sendState == EffectiveSendState.Sendable));
    }
}
