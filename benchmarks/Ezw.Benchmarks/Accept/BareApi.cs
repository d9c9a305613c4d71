using Ezw.Foundation.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ezw.Benchmarks.Accept;

/// <summary>
/// What one would write first: a minimal API that stores each request with one INSERT, committed before it answers, and does
/// nothing else. No token, no idempotency, no conversation, no queue, no events.
/// </summary>
internal static class BareApi
{
    public const string Verb = "bare";
    public const string Path = "/messages";

    /// <param name="database">A PostgreSQL connection string, or <c>Data Source=file</c> for SQLite.</param>
    public static async Task RunAsync(string url, string database)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        if (database.StartsWith(BareSqlite.Prefix, StringComparison.Ordinal))
            builder.Services.AddSingleton<IBareStore>(new BareSqlite(database));
        else
            builder.Services.AddSingleton<IBareStore>(new BarePostgres(database));
        await using var app = builder.Build();
        app.MapPost(Path, AcceptAsync);
        await app.RunAsync(url);
    }

    private static async Task<IResult> AcceptAsync(BareMessage input, IBareStore store, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(input.To) || string.IsNullOrEmpty(input.Body))
            return Results.BadRequest();
        var row = new BareRow(Ids.New(TimeProvider.System), input.Line, input.To, input.Body, TimeProvider.System.NowMs());
        await store.InsertAsync(row, ct);
        return TypedResults.Accepted($"{Path}/{row.Id}", new BareQueued(row.Id, row.CreatedAt));
    }
}

/// <summary>The body of a request.</summary>
public sealed record BareMessage(Guid Line, string To, string Body);

/// <summary>The answer.</summary>
public sealed record BareQueued(Guid Id, long CreatedAt);

internal sealed record BareRow(Guid Id, Guid Line, string To, string Body, long CreatedAt);

internal interface IBareStore
{
    Task InsertAsync(BareRow row, CancellationToken ct);
}
