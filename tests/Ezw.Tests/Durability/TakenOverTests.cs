using Ezw.Foundation.Storage;
using Ezw.Providers.Simulator.Network;

namespace Ezw.Tests.Durability;

[Collection(ProcessCollection.Name)]
public sealed class TakenOverTests
{
    private const int BackoffMs = 1_500;
    private const string Account = "+972501230000";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_session_that_somebody_else_took_over_is_tried_once_after_a_pause_and_never_in_a_ping_pong()
    {
        await using var cluster = await Cluster.StartAsync(DatabaseKind.Sqlite);
        var server = await cluster.LaunchAsync($"--Ezw:Lines:ConflictBackoffMs={BackoffMs}");
        await server.ReadyAsync();
        await Until.TrueAsync("the line is connected", Patience, async () => (await OursAsync(cluster)).Count == 1);

        await cluster.Simulator.Door.TakeOverAsync(Account, TestContext.Current.CancellationToken);
        await Until.TrueAsync("the line is connected again", Patience, async () => (await OursAsync(cluster)).Count == 2);
        await Until.PassedAsync(TimeSpan.FromMilliseconds(2 * BackoffMs));

        var sessions = await OursAsync(cluster);
        Assert.Equal(2, sessions.Count);
        var pause = sessions[1].OpenedAt - sessions[0].EndedAt!.Value;
        Assert.True(pause >= TimeSpan.FromMilliseconds(BackoffMs * 0.9), $"tried again after {pause.TotalMilliseconds:0} ms");
    }

    private static async Task<List<SessionRecord>> OursAsync(Cluster cluster) =>
        [.. (await cluster.Simulator.SessionsAsync()).Where(session => session.Epoch > 0).OrderBy(session => session.OpenedAt)];
}
