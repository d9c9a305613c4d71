using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Ezw.Lines;

/// <summary>Handlers of the secrets of a line.</summary>
internal static class LineTokensApi
{
    private const int MaxOverlapHours = 24;
    private const int MaxListed = 20;

    public static async Task<Results<Created<LineTokenCreated>, ProblemHttpResult>> Rotate(
        Guid lineId, NewLineToken? input, Caller caller, LineAccess access, Database database,
        TimeProvider time, CancellationToken ct)
    {
        if (input?.OverlapHours is < 0 or > MaxOverlapHours)
            return Problems.Invalid("overlapHours", "overlapHours is a number from 0 to 24.");
        if (await access.FindAsync(caller, lineId, ct) is not { } line)
            return Problems.NotFound();
        if (!line.MayManage)
            return LineProblems.MayNotManage();
        if (line.Line.Lifecycle == LifecycleState.Archived)
            return LineProblems.Archived();
        var secret = LineToken.Mint();
        var now = time.NowMs();
        var token = new LineToken
        {
            OrganizationId = caller.OrganizationId, Id = Ids.New(time), LineId = lineId, TokenHash = LineToken.Hash(secret),
            TokenPrefix = LineToken.Shown(secret), CreatedBy = caller.UserId, CreatedAt = now,
        };
        await LineTokenStore.RotateAsync(database, token, now + (long)TimeSpan.FromHours(input?.OverlapHours ?? 0).TotalMilliseconds, ct);
        return TypedResults.Created(
            $"/api/lines/{lineId}/api-tokens",
            new LineTokenCreated(secret, token.TokenPrefix, lineId, DateTimeOffset.FromUnixTimeMilliseconds(now)));
    }

    /// <summary>The newest tokens, by prefix only.</summary>
    public static async Task<Results<Ok<Page<LineTokenView>>, ProblemHttpResult>> List(
        Guid lineId, Caller caller, LineAccess access, Database database, EzwContexts contexts, CancellationToken ct)
    {
        if (await access.FindAsync(caller, lineId, ct) is not { } line)
            return Problems.NotFound();
        if (!line.MayManage)
            return LineProblems.MayNotManage();
        await using var db = await database.ReadAsync(ct);
        await using var context = contexts.For(db, caller.OrganizationId);
        var tokens = await context.Set<LineToken>().Where(t => t.LineId == lineId)
            .OrderByDescending(t => t.CreatedAt).Take(MaxListed).ToListAsync(ct);
        return TypedResults.Ok(new Page<LineTokenView>([.. tokens.Select(View)], null));
    }

    private static LineTokenView View(LineToken token) => new(
        token.Id, token.TokenPrefix, Time(token.CreatedAt), token.ExpiresAt is { } end ? Time(end) : null,
        token.LastUsedAt is { } used ? Time(used) : null);

    private static DateTimeOffset Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
