using System.Security.Cryptography;
using Ezw.Providers;
using Ezw.Tests.Support;

namespace Ezw.Tests.Providers.LinkedDevice.Secrets;

/// <summary>An engine that fails with a key in its hands: the server repeats it nowhere, in no log, event, result or exception.</summary>
public sealed class SidecarsThatLoseKeysTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("errors", false)]
    [InlineData("crash", true)]
    [InlineData("garbage", true)]
    [InlineData("half", true)]
    [InlineData("event", false)]
    [InlineData("state", false)]
    [InlineData("keys", false)]
    public async Task A_key_that_is_written_where_none_belongs_goes_no_further(string how, bool ends)
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var line = await sidecars.ConnectAsync();
        var key = await RememberAsync(line);

        var result = await line.OrderAsync($"lose {how}");

        if (ends)
            await line.Events.StateAsync(LinkState.Connected, times: 2);
        else
            await LoggedAsync(sidecars, "The key is lost.");
        if (how == "crash")
            await LoggedAsync(sidecars, "TypeError: bad key …");
        NotFound(key, sidecars, line, $"{result}");
    }

    [Fact]
    public async Task An_error_of_an_engine_is_told_without_the_key_that_it_names()
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var line = await sidecars.ConnectAsync();
        var key = await RememberAsync(line);
        await line.OrderAsync("lose answers");
        var file = sidecars.References.Seal(line.Line, "5");
        var told = new List<string>();

        foreach (var ask in (Func<Task>[])
        [
            () => line.Link.CheckNumbersAsync([FakeSidecars.Ana], Cancel),
            () => line.Link.MarkReadAsync(new ReadMarker(new ChatAddress(FakeSidecars.Ana, null), ["A1"]), Cancel),
            () => line.Link.SetChatStateAsync(new ChatAddress(FakeSidecars.Ana, null), ChatState.Paused, Cancel),
            () => line.Link.OpenMediaAsync(file, Cancel),
        ])
        {
            told.Add($"{await Assert.ThrowsAnyAsync<IOException>(ask)}");
        }
        told.Add($"{await line.Link.ProbeAsync(Cancel)}");
        await line.Link.BeginPairingAsync(new PairingRequest(PairingMethod.Qr, null), Cancel);
        told.Add($"{await line.Events.NextAsync<PairingEnded>()}");
        await line.Link.LogoutAsync(Cancel);
        await line.Events.StateAsync(LinkState.LoggedOut);
        await sidecars.Pool.StopAsync(Cancel);

        await LoggedAsync(sidecars, "cannot be paired now");
        Assert.Contains(told, text => text.Contains("No: …", StringComparison.Ordinal));
        NotFound(key, sidecars, line, string.Join('\n', told));
    }

    private static async Task<byte[]> RememberAsync(FakeLine line)
    {
        var key = RandomNumberGenerator.GetBytes(32);
        Assert.IsType<SendResult.Accepted>(await line.OrderAsync($"remember it {Convert.ToBase64String(key)}"));
        return key;
    }

    private static async Task LoggedAsync(FakeSidecars sidecars, string words) => await Eventually.BecomesAsync(
        () => Task.FromResult(LogOf(sidecars)), log => log.Contains(words, StringComparison.Ordinal), words);

    private static string LogOf(FakeSidecars sidecars)
    {
        lock (sidecars.Log)
            return string.Join('\n', sidecars.Log);
    }

    private static void NotFound(byte[] key, FakeSidecars sidecars, FakeLine line, string told)
    {
        var log = LogOf(sidecars);
        var leaks = new SecretSearch([new Secret("key", key)]).In(
            [new Place("log", log), new Place("events", string.Join('\n', line.Events.All)), new Place("told", told)]);
        Assert.True(leaks.Count == 0, $"{string.Join('\n', leaks)}\n{log}");
    }
}
