using Ezw.Foundation.Storage;
using Ezw.Lines;
using Ezw.Messaging;
using Ezw.Tests.Support;

namespace Ezw.Tests.Contracts;

/// <summary>Two rules are written twice, in C# and in SQL, because both sides need them. They agree on every case.</summary>
public sealed class RuleTwinsTests
{
    private static readonly string[] Statuses =
        ["queued", "sending", "sent", "delivered", "read", "played", "failed", "canceled", "in_doubt", "received"];

    [Theory, EachDatabase]
    public async Task A_line_is_sendable_in_sql_when_it_is_in_csharp(DatabaseKind kind)
    {
        const long Now = 1_000_000;
        const long Grace = 60_000;
        await using var store = await TestStore.StartAsync(kind);
        foreach (var state in Enum.GetValues<LifecycleState>())
        {
            var line = await store.AddLineAsync(store.Organization, state.Name());
            foreach (var paused in new[] { false, true })
            {
                foreach (var since in new[] { 0, Now - Grace - 1, Now - Grace, Now - Grace + 1, Now, Now + 1 })
                {
                    await store.Database.WriteAsync(db => db.ExecuteAsync(
                        $"update line set lifecycle_since = {since}, paused_at = {(paused ? 1L : null)} where id = {line.LineId}",
                        CancellationToken.None), CancellationToken.None);

                    var sql = await store.CountAsync(
                        $"select count(*) from line l where l.id = {line.LineId} and {LineStore.Sendable(Now, Grace)}") == 1;

                    var sendState = new LineCondition(state, since, paused).EffectiveSendState(Now, Grace);
                    Assert.True(sql == (sendState == EffectiveSendState.Sendable),
                        $"{state}, paused {paused}, since {since}: {sendState}, SQL {sql}");
                }
            }
        }
    }

    [Theory, EachDatabase]
    public async Task A_message_moves_in_sql_when_it_does_in_csharp(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        foreach (var from in Statuses)
        {
            foreach (var to in Statuses)
            {
                var sql = await store.CountAsync($"""
                    select count(*) from (select cast({to} as text) as status) r, (select cast({from} as text) as status) m
                    where {MessageStatus.MovesForward}
                    """) == 1;

                Assert.True(sql == MessageStatus.CanMove(from, to), $"{from} to {to}: SQL {sql}");
            }
        }
    }
}
