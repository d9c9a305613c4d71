using System.Text;
using Ezw.Providers;

namespace Ezw.Tests.Providers.LinkedDevice;

/// <summary>One line over one sidecar: what it asks of the server, and what the server makes of what it says.</summary>
public sealed class LinkedDeviceLinkTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_come_in_order_and_their_keys_are_stored_with_them()
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var line = await sidecars.ConnectAsync();
        line.Events.FailNext(2);

        Assert.IsType<SendResult.Accepted>(await line.OrderAsync("hear one two three"));

        Assert.Equal(["one", "two", "three"], line.Events.Bodies);
        Assert.Equal(2, line.Events.Refused);
        Assert.Equal(1, await sidecars.Store.CountAsync($"select count(*) from device_key where type = 'session'"));
        Assert.Equal([LinkState.Connecting, LinkState.Connected], line.Events.States);
    }

    [Fact]
    public async Task A_sidecar_remembers_through_the_server_alone()
    {
        await using var sidecars = await FakeSidecars.StartAsync(linesPerProcess: 1);
        var (line, other) = (await sidecars.ConnectAsync(), await sidecars.ConnectAsync());
        await line.OrderAsync("remember first");
        await other.OrderAsync("remember second");

        await line.OrderAsync("die");
        await line.Events.StateAsync(LinkState.Connected, times: 2);

        Assert.IsType<SendResult.Accepted>(await line.OrderAsync("recall first"));
        Assert.IsType<SendResult.Accepted>(await other.OrderAsync("recall second"));
    }

    [Fact]
    public async Task A_key_of_a_former_owner_is_refused_and_ends_the_link()
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var line = await sidecars.ConnectAsync();
        await sidecars.Store.Database.WriteAsync(
            db => db.ExecuteAsync($"update line_owner set epoch = epoch + 1 where line_id = {line.Line.LineId}", Cancel), Cancel);

        Assert.IsNotType<SendResult.Accepted>(await line.OrderAsync("remember forked"));

        await Support.Eventually.BecomesAsync(
            () => line.OrderAsync("hello"), sent => sent is SendResult.Rejected { Error.Class: ErrorClass.NotConnected }, "the end");
        await line.Events.StateAsync(LinkState.Conflict);
        Assert.Equal(0, await sidecars.Store.CountAsync($"select count(*) from device_key"));
    }

    [Fact]
    public async Task A_line_that_another_session_takes_over_here_waits_until_the_former_has_left()
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var former = await sidecars.ConnectAsync();
        await former.OrderAsync("remember what-it-knew");

        var next = await sidecars.TakeOverAsync(former);
        var starting = next.Link.StartAsync(Cancel);
        Assert.False(starting.IsCompleted);
        await former.Link.DisposeAsync();
        await starting;
        await next.Events.StateAsync(LinkState.Connected);

        Assert.IsType<SendResult.Accepted>(await next.OrderAsync("recall what-it-knew"));
        Assert.IsType<SendResult.Rejected>(await former.OrderAsync("hello"));
    }

    [Fact]
    public async Task After_a_log_out_no_key_is_written_any_more()
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var line = await sidecars.ConnectAsync();

        await line.OrderAsync("become logged_out removed_on_phone");
        await line.Events.StateAsync(LinkState.LoggedOut);
        await line.OrderAsync("remember late");

        Assert.Equal(0, await sidecars.Store.CountAsync($"select count(*) from device_key"));
    }

    [Fact]
    public async Task Logging_out_is_told_once()
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var line = await sidecars.ConnectAsync();

        await line.Link.LogoutAsync(Cancel);
        await line.Link.LogoutAsync(Cancel);
        await line.Link.StartAsync(Cancel);
        await line.Link.StopAsync(Cancel);
        await line.Events.StateAsync(LinkState.Stopped);

        Assert.Equal([LinkState.Connecting, LinkState.Connected, LinkState.LoggedOut, LinkState.Stopped], line.Events.States);
    }

    [Theory]
    [InlineData("conflict", LinkState.Conflict)]
    [InlineData("engine_outdated", LinkState.EngineOutdated)]
    [InlineData("failed", LinkState.Failed)]
    [InlineData("restricted", LinkState.Restricted)]
    public async Task States_are_told_and_a_start_tries_again(string named, LinkState state)
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var line = await sidecars.ConnectAsync();

        await line.OrderAsync($"become {named} because");
        await line.Events.StateAsync(state);
        Assert.Equal("because", line.Events.All.OfType<LinkStateChanged>().Last().Reason);
        if (state != LinkState.Restricted)
        {
            await line.Link.StartAsync(Cancel);
            await line.Events.StateAsync(LinkState.Connected, times: 2);
        }
    }

    [Fact]
    public async Task A_restriction_whose_end_is_learned_later_is_told_again_with_it()
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var line = await sidecars.ConnectAsync();

        await line.OrderAsync("become restricted new_chats");
        await line.OrderAsync("become restricted new_chats 1764400000000");
        await line.OrderAsync("become restricted new_chats 1764400000000");
        await line.OrderAsync("become connected");
        await line.Events.StateAsync(LinkState.Connected, times: 2);

        var until = DateTimeOffset.FromUnixTimeMilliseconds(1764400000000);
        Assert.Equal([null, null, until, null], line.Events.All.OfType<LinkStateChanged>().Skip(1).Select(changed => changed.Until));
    }

    [Theory]
    [InlineData("account_restricted new_chats_restricted", ErrorClass.AccountRestricted, "new_chats_restricted")]
    [InlineData("transient media_upload_failed", ErrorClass.Transient, "upload_lost")]
    [InlineData("recipient_invalid what_the_engine_calls_it", ErrorClass.RecipientInvalid, "not_on_whatsapp")]
    [InlineData("engine_fault secret", ErrorClass.EngineFault, "engine_fault")]
    [InlineData("unheard_of x", ErrorClass.EngineFault, "engine_fault")]
    public async Task Refusals_reach_callers_in_the_servers_own_words(string order, ErrorClass named, string code)
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var line = await sidecars.ConnectAsync();

        var sent = await line.OrderAsync($"refuse {order}");

        var error = sent switch
        {
            SendResult.Rejected rejected => rejected.Error,
            // An answer of a shape that nobody knows says nothing about what became of the message.
            SendResult.Ambiguous ambiguous => ambiguous.Why,
            _ => null,
        };
        Assert.Equal((named, code), (error!.Class, error.Code));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(262_144)]
    [InlineData(1_000_003)]
    public async Task A_file_is_read_whole_piece_by_piece(int size)
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var line = await sidecars.ConnectAsync();

        Assert.IsType<SendResult.Accepted>(await line.SendAsync(FileOf(size, size)));
        Assert.IsType<SendResult.Rejected>(await line.SendAsync(FileOf(size, size + 1)));
        if (size > 0)
            Assert.IsType<SendResult.Rejected>(await line.SendAsync(FileOf(size, size - 1)));
    }

    [Fact]
    public async Task A_file_that_arrived_is_pulled_to_its_end_and_a_forged_one_never()
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var line = await sidecars.ConnectAsync();
        await using var file = await line.Link.OpenMediaAsync(sidecars.References.Seal(line.Line, "600000"), Cancel);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, Cancel);
        await using var forged = await line.Link.OpenMediaAsync(sidecars.References.Seal(line.Line, "-1"), Cancel);

        Assert.Equal(600_000, bytes.Length);
        await Assert.ThrowsAsync<InvalidDataException>(() => forged.CopyToAsync(Stream.Null, Cancel));
        await Assert.ThrowsAsync<InvalidDataException>(() => line.Link.OpenMediaAsync(new MediaPointer("600000"), Cancel));
    }

    [Theory]
    [InlineData("known", """{"found":true,"fromMe":true,"content":{"kind":"text","body":"as it was"}}""")]
    [InlineData("unknown", """{"found":false}""")]
    public async Task A_message_is_found_again_or_not_at_all_but_never_empty(string id, string answer)
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var line = await sidecars.ConnectAsync();

        await line.OrderAsync($"find {id}");

        Assert.Equal(answer, (await line.Events.NextAsync<MessageSeen>()).Content.Body);
    }

    [Fact]
    public async Task The_past_is_told_in_pieces_and_the_keys_of_its_files_are_sealed()
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var line = await sidecars.ConnectAsync();

        await line.OrderAsync("past");

        var (piece, end) = (line.Events.All.OfType<HistorySeen>().First(), line.Events.All.OfType<HistorySeen>().Last());
        Assert.Equal((60, false, false), (piece.Progress, piece.IsComplete, piece.HasGap));
        Assert.Equal(("+34600111222", "1@lid"), (piece.Identities[0].PhoneNumber, piece.Identities[0].Lid));
        Assert.Equal(("Ana", FakeSidecars.Ana), (piece.Names[0].Name, piece.Names[0].Chat.PhoneNumber));
        Assert.Equal(["long ago", "look"], piece.Messages.Select(message => message.Content.Body));
        var file = Assert.IsType<SeenContent.Media>(piece.Messages[1].Content).File;
        Assert.Equal("its key", sidecars.References.Open(line.Line, file.Source));
        Assert.Equal((null, true, true, 0), (end.Progress, end.IsComplete, end.HasGap, end.Messages.Count));
    }

    [Fact]
    public async Task Numbers_are_checked_in_portions_and_in_order()
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var line = await sidecars.ConnectAsync();
        var numbers = Enumerable.Range(0, 120).Select(number => $"+97250000{number:0000}").ToList();

        var checks = await line.Link.CheckNumbersAsync(numbers, Cancel);

        Assert.Equal(numbers, checks.Select(check => check.PhoneNumber));
        Assert.True((await line.Link.ProbeAsync(Cancel)).Healthy);
    }

    [Fact]
    public async Task A_link_that_was_closed_is_not_open_anywhere()
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var line = await sidecars.ConnectAsync();

        await line.Link.DisposeAsync();

        Assert.Equal(0, Assert.Single(sidecars.Pool.Processes).Lines);
        Assert.False((await line.Link.ProbeAsync(Cancel)).Healthy);
        await Assert.ThrowsAsync<IOException>(() => line.Link.MarkReadAsync(new ReadMarker(new(FakeSidecars.Ana, null), ["1"]), Cancel));
        Assert.DoesNotContain(LinkState.Stopped, line.Events.States);
    }

    private static OutboundContent.Media FileOf(int size, long said) => new(
        MediaKind.Document, "application/pdf", null, said, null,
        _ => Task.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(new string('x', size)), writable: false)));
}
