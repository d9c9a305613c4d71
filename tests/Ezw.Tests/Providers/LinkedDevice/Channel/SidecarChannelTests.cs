using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using Ezw.Providers.LinkedDevice.Channel;
using Microsoft.Extensions.Time.Testing;

namespace Ezw.Tests.Providers.LinkedDevice.Channel;

/// <summary>Whatever comes from the other side is an answer, a request, or the end of the channel; never an exception that nobody awaits.</summary>
public sealed class SidecarChannelTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider time = new();
    private readonly Pipe fromSidecar = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly Pipe toSidecar = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly SidecarChannel channel;
    private readonly StreamReader heard;
    private Func<SidecarRequest, Task<JsonObject>> answer = _ => Task.FromResult(new JsonObject());

    public SidecarChannelTests()
    {
        channel = new SidecarChannel(
            fromSidecar.Reader.AsStream(), toSidecar.Writer.AsStream(), (request, _) => answer(request), time);
        heard = new StreamReader(toSidecar.Reader.AsStream());
        _ = channel.RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        heard.Dispose();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_come_in_any_order_to_whom_they_belong()
    {
        var (first, second) = (AskAsync("one"), AskAsync("two"));
        Assert.Equal(["one", "two"], [(string?)(await HearAsync())["method"], (string?)(await HearAsync())["method"]]);

        await SayAsync("""{"type":"answer","id":2,"result":{"n":2}}""");
        await SayAsync("""{"id":1,"unknown":[1,{}],"type":"answer","result":{"n":1}}""");

        Assert.Equal(1, (await first.WaitAsync(Patience, Cancel)).GetProperty("n").GetInt32());
        Assert.Equal(2, (await second.WaitAsync(Patience, Cancel)).GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task An_error_names_its_code_and_whether_another_try_is_worth_it()
    {
        var asked = AskAsync("send");
        await SayAsync("""{"type":"answer","id":1,"error":{"code":"busy","message":"Later.","retryable":true}}""");

        var error = await Assert.ThrowsAsync<SidecarErrorException>(() => asked.WaitAsync(Patience, Cancel));

        Assert.Equal(("busy", true), (error.Code, error.Retryable));
    }

    [Fact]
    public async Task A_question_that_is_given_up_does_not_disturb_the_next()
    {
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var late = channel.AskAsync("slow", [], TimeSpan.FromSeconds(5), Cancel);
        var abandoned = channel.AskAsync("slow", [], TimeSpan.FromSeconds(5), abandon.Token);
        await HearAsync();
        await HearAsync();

        await abandon.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned.WaitAsync(Patience, Cancel));
        time.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<TimeoutException>(() => late.WaitAsync(Patience, Cancel));
        await SayAsync("""{"type":"answer","id":1,"result":{}}""");
        await SayAsync("""{"type":"answer","id":2,"error":{"code":"internal"}}""");
        var next = AskAsync("next");
        await SayAsync("""{"type":"answer","id":3,"result":{}}""");

        await next.WaitAsync(Patience, Cancel);
        Assert.False(channel.Ended.IsCompleted);
    }

    [Theory]
    [InlineData("this is no JSON")]
    [InlineData("[1,2]")]
    [InlineData("42")]
    [InlineData("{}")]
    [InlineData("""{"type":"answer","id":1}""")]
    [InlineData("""{"type":"answer","id":"1","result":{}}""")]
    [InlineData("""{"type":"answer","id":1.5,"result":{}}""")]
    [InlineData("""{"type":"answer","id":1,"result":[]}""")]
    [InlineData("""{"type":"request","id":1,"method":"event"}""")]
    [InlineData("""{"type":"request","id":1,"method":7,"params":{}}""")]
    [InlineData("""{"type":"telegram","id":1}""")]
    [InlineData("""{"type":"answer","id":1,"result":{}} {"type":"answer"}""")]
    [InlineData("")]
    public async Task A_line_that_breaks_the_protocol_ends_the_channel_and_all_that_is_waited_for(string line)
    {
        var asked = AskAsync("send");

        await SayAsync(line);

        await Assert.ThrowsAsync<SidecarGoneException>(() => asked.WaitAsync(Patience, Cancel));
        Assert.StartsWith("it wrote", await channel.Ended.WaitAsync(Patience, Cancel), StringComparison.Ordinal);
        await Assert.ThrowsAsync<SidecarGoneException>(() => AskAsync("again").WaitAsync(Patience, Cancel));
    }

    [Fact]
    public async Task A_line_without_end_ends_the_channel_before_it_fills_the_memory()
    {
        var asked = AskAsync("send");
        var piece = Encoding.UTF8.GetBytes(new string('x', 64 * 1024));
        for (var written = 0; written <= ChannelLimits.LineBytes; written += piece.Length)
            await fromSidecar.Writer.WriteAsync(piece, Cancel);

        await Assert.ThrowsAsync<SidecarGoneException>(() => asked.WaitAsync(Patience, Cancel));
        Assert.Contains("bytes", await channel.Ended.WaitAsync(Patience, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_longest_line_that_may_be_is_read_in_whatever_pieces_it_comes()
    {
        var asked = AskAsync("media.pull");
        const string head = """{"type":"answer","id":1,"result":{"bytes":"", "x":" """, tail = "\"}}";
        var line = head + new string('x', ChannelLimits.LineBytes - head.Length - tail.Length) + tail + "\n";
        foreach (var piece in Encoding.UTF8.GetBytes(line).Chunk(99_991))
            await fromSidecar.Writer.WriteAsync(piece, Cancel);

        await asked.WaitAsync(Patience, Cancel);

        Assert.False(channel.Ended.IsCompleted);
    }

    [Theory]
    [InlineData("", "closed its output")]
    [InlineData("""{"type":"answer","id":1,"res""", "middle of a line")]
    public async Task An_end_in_the_middle_of_a_question_is_told_to_whoever_asked(string half, string reason)
    {
        var asked = AskAsync("send");
        await fromSidecar.Writer.WriteAsync(Encoding.UTF8.GetBytes(half), Cancel);
        await fromSidecar.Writer.CompleteAsync();

        await Assert.ThrowsAsync<SidecarGoneException>(() => asked.WaitAsync(Patience, Cancel));
        Assert.Contains(reason, await channel.Ended.WaitAsync(Patience, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_request_is_answered_once_and_a_fault_of_ours_tells_nothing_of_itself()
    {
        answer = request => request.Method switch
        {
            "keys.get" => Task.FromResult(new JsonObject { ["values"] = new JsonObject() }),
            "keys.set" => throw new SidecarErrorException(SidecarErrorException.StaleEpoch, "Another node owns the line."),
            _ => throw new InvalidOperationException("the secret of somebody"),
        };
        foreach (var (id, method) in new[] { (7, "keys.get"), (8, "keys.set"), (9, "event") })
            await SayAsync(Request(id, method));

        Assert.Equal("""{"type":"answer","id":7,"result":{"values":{}}}""", (await HearAsync()).ToJsonString());
        Assert.Equal("stale_epoch", (string?)(await HearAsync())["error"]!["code"]);
        var fault = await HearAsync();
        Assert.Equal(("internal", true), ((string?)fault["error"]!["code"], (bool)fault["error"]!["retryable"]!));
        Assert.DoesNotContain("secret", fault.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_waits_for_none_before_it()
    {
        var slow = new TaskCompletionSource<JsonObject>();
        answer = request => request.Method == "event" ? slow.Task : Task.FromResult(new JsonObject());
        await SayAsync("""{"type":"request","id":1,"method":"event","params":{}}""");
        await SayAsync("""{"type":"request","id":2,"method":"keys.get","params":{}}""");

        Assert.Equal(2, (int)(await HearAsync())["id"]!);
        slow.SetResult([]);
        Assert.Equal(1, (int)(await HearAsync())["id"]!);
    }

    [Fact]
    public async Task One_request_too_many_is_told_to_come_later()
    {
        var never = new TaskCompletionSource<JsonObject>();
        answer = _ => never.Task;
        for (var id = 1; id <= ChannelLimits.OpenRequests + 1; id++)
            await SayAsync(Request(id, "event"));

        var refusal = await HearAsync();

        Assert.Equal((ChannelLimits.OpenRequests + 1, "busy"), ((int)refusal["id"]!, (string?)refusal["error"]!["code"]));
    }

    [Fact]
    public async Task An_answer_that_has_no_room_in_a_line_is_an_error_instead()
    {
        answer = _ => Task.FromResult(new JsonObject { ["bytes"] = new string('x', ChannelLimits.LineBytes) });
        await SayAsync("""{"type":"request","id":1,"method":"media.read","params":{}}""");

        Assert.Equal("invalid_params", (string?)(await HearAsync())["error"]!["code"]);
        Assert.False(channel.Ended.IsCompleted);
    }

    private Task<System.Text.Json.JsonElement> AskAsync(string method) => channel.AskAsync(method, [], TimeSpan.FromMinutes(1), Cancel);

    private static string Request(int id, string method) =>
        new JsonObject { ["type"] = "request", ["id"] = id, ["method"] = method, ["params"] = new JsonObject() }.ToJsonString();

    private async Task SayAsync(string line) => await fromSidecar.Writer.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), Cancel);

    private async Task<JsonNode> HearAsync() => JsonNode.Parse((await heard.ReadLineAsync(Cancel).AsTask().WaitAsync(Patience, Cancel))!)!;
}
