using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ezw.Providers.LinkedDevice.Channel;

/// <summary>
/// Requests and answers with one sidecar, both ways, over its standard input and output. Whatever breaks the rules of the protocol ends the
/// channel: everything that is waited for fails then, and nothing that comes later is read.
/// </summary>
internal sealed class SidecarChannel : IAsyncDisposable
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonElement>> waiting = new();
    private readonly TaskCompletionSource<string> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource ending = new();
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly LineReader reader;
    private readonly Stream output;
    private readonly Func<SidecarRequest, CancellationToken, Task<JsonObject>> answer;
    private readonly TimeProvider time;
    private long asked;
    private int answering;

    /// <param name="input">What the sidecar writes.</param>
    /// <param name="output">What the sidecar reads.</param>
    /// <param name="answer">Answers a request of the sidecar. It is called in the order of the requests and may complete in any.</param>
    public SidecarChannel(
        Stream input, Stream output, Func<SidecarRequest, CancellationToken, Task<JsonObject>> answer, TimeProvider time)
    {
        reader = new LineReader(input);
        this.output = output;
        this.answer = answer;
        this.time = time;
    }

    /// <summary>Completes with the reason when nothing more comes.</summary>
    public Task<string> Ended => ended.Task;

    /// <summary>Reads until the end. To be called once.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (await reader.ReadAsync(ending.Token) is { } line)
                Take(line);
            End("it closed its output");
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException or ObjectDisposedException)
        {
            End(broken is InvalidDataException ? broken.Message : "its output broke");
        }
        catch (OperationCanceledException)
        {
            // Ended from this side.
        }
    }

    /// <summary>Gives the channel up; the first reason counts.</summary>
    public void End(string reason)
    {
        if (!ended.TrySetResult(reason))
            return;
        ending.Cancel();
        foreach (var request in waiting.Values)
            request.TrySetException(new SidecarGoneException(reason));
        waiting.Clear();
    }

    public ValueTask DisposeAsync()
    {
        End("the server ended it");
        return ValueTask.CompletedTask;
    }

    /// <exception cref="SidecarErrorException">The answer was an error.</exception>
    /// <exception cref="SidecarGoneException">The process ended before it answered.</exception>
    /// <exception cref="TimeoutException">No answer came in time; one that comes later is not heard.</exception>
    public async Task<JsonElement> AskAsync(string method, JsonObject parameters, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (waiting.Count >= ChannelLimits.OpenRequests)
            throw new SidecarErrorException(SidecarErrorException.Busy, "The engine has too many questions open.", retryable: true);
        var id = Interlocked.Increment(ref asked);
        var completion = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[id] = completion;
        try
        {
            // Added before this look, so that an end in between finds it.
            if (ended.Task.IsCompleted)
                throw new SidecarGoneException(await ended.Task);
            var request = new JsonObject { ["type"] = "request", ["id"] = id, ["method"] = method, ["params"] = parameters };
            var until = WriteAsync(request, cancellationToken);
            return await AnsweredAsync(until, completion.Task).WaitAsync(limit, time, cancellationToken);
        }
        finally
        {
            waiting.TryRemove(id, out _);
        }
    }

    private static async Task<JsonElement> AnsweredAsync(Task written, Task<JsonElement> answered)
    {
        await written;
        return await answered;
    }

    private void Take(JsonElement line)
    {
        var type = line.TryGetProperty("type", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
        if (!line.TryGetProperty("id", out var number) || number.ValueKind != JsonValueKind.Number || !number.TryGetInt64(out var id))
            throw new InvalidDataException("it wrote a line without an id");
        switch (type)
        {
            case "answer":
                Answered(id, line);
                break;
            case "request" when line.TryGetProperty("method", out var method) && method.ValueKind == JsonValueKind.String
                && line.TryGetProperty("params", out var parameters) && parameters.ValueKind == JsonValueKind.Object:
                // Not awaited: the next line may be what this one waits for. Until it first waits it runs here, which keeps the order.
                _ = AnswerAsync(new SidecarRequest(id, method.GetString()!, parameters));
                break;
            default:
                throw new InvalidDataException("it wrote a line that is neither request nor answer");
        }
    }

    private void Answered(long id, JsonElement line)
    {
        if (line.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object)
        {
            // A question that was given up is answered, too; nobody listens then.
            if (waiting.TryRemove(id, out var failed))
                failed.TrySetException(ErrorOf(error));
        }
        else if (line.TryGetProperty("result", out var result) && result.ValueKind == JsonValueKind.Object)
        {
            if (waiting.TryRemove(id, out var done))
                done.TrySetResult(result);
        }
        else
        {
            throw new InvalidDataException("it wrote an answer without result or error");
        }
    }

    private async Task AnswerAsync(SidecarRequest request)
    {
        if (Interlocked.Increment(ref answering) > ChannelLimits.OpenRequests)
        {
            Interlocked.Decrement(ref answering);
            await ReplyAsync(request.Id, Refusal(
                request.Id, new(SidecarErrorException.Busy, "Too many requests are open.", retryable: true)));
            return;
        }
        var answered = AnswerOrThrowAsync(request);
        await ((Task)answered).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref answering);
        await ReplyAsync(request.Id, answered.IsCompletedSuccessfully
            ? new JsonObject { ["type"] = "answer", ["id"] = request.Id, ["result"] = await answered }
            : Refusal(request.Id, FaultOf(answered.Exception?.InnerException)));
    }

    private async Task<JsonObject> AnswerOrThrowAsync(SidecarRequest request) => await answer(request, ending.Token);

    /// <summary>Nobody waits for an answer's way out; a broken pipe ends the channel by itself.</summary>
    private async Task ReplyAsync(long id, JsonObject line)
    {
        var written = WriteAsync(line, ending.Token);
        await written.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Every request has exactly one answer, also one whose answer has no room in a line.
        if (written.Exception?.InnerException is SidecarErrorException tooLong)
            await WriteAsync(Refusal(id, tooLong), ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WriteAsync(JsonObject line, CancellationToken cancellationToken)
    {
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(line), (byte)'\n'];
        if (bytes.Length > ChannelLimits.LineBytes)
            throw new SidecarErrorException(SidecarErrorException.InvalidParams, "The line would be too long for the protocol.");
        await writing.WaitAsync(cancellationToken);
        try
        {
            // Never a half line: once begun it is written, or the channel ends.
            await output.WriteAsync(bytes, ending.Token);
            await output.FlushAsync(ending.Token);
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or OperationCanceledException)
        {
            End("its input broke");
            throw new SidecarGoneException("its input broke");
        }
        finally
        {
            writing.Release();
        }
    }

    private static JsonObject Refusal(long id, SidecarErrorException error) => new()
    {
        ["type"] = "answer",
        ["id"] = id,
        ["error"] = new JsonObject { ["code"] = error.Code, ["message"] = error.Message, ["retryable"] = error.Retryable },
    };

    // The text of any other exception may hold what is nobody's business.
    private static SidecarErrorException FaultOf(Exception? failure) =>
        failure as SidecarErrorException ?? new(SidecarErrorException.Internal, "The server could not do that now.", retryable: true);

    private static SidecarErrorException ErrorOf(JsonElement error) => new(
        TextOf(error, "code") ?? SidecarErrorException.Internal, TextOf(error, "message") ?? "",
        error.TryGetProperty("retryable", out var again) && again.ValueKind == JsonValueKind.True);

    // It may come to be logged, or told in an answer.
    private static string? TextOf(JsonElement error, string name) =>
        error.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? Redaction.Of(text.GetString()!, ChannelLimits.ErrorCharacters)
            : null;
}

internal sealed record SidecarRequest(long Id, string Method, JsonElement Parameters);
