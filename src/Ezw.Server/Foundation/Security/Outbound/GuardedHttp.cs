using System.Net.Http.Headers;

namespace Ezw.Foundation.Security.Outbound;

/// <summary>
/// The only way in which this server calls an address that a customer named. Each call checks the URL again, connects to checked
/// addresses only, and ends within a total time and a number of bytes.
/// </summary>
internal sealed class GuardedHttp : IDisposable
{
    /// <summary>What is read and kept of the answer to a POST.</summary>
    public const int KeptAnswerBytes = 16 * 1024;

    /// <summary>For a POST in total.</summary>
    public static readonly TimeSpan PostDeadline = TimeSpan.FromSeconds(15);

    private readonly TargetPolicy targets;
    private readonly TargetConnector connector;
    private readonly HttpMessageInvoker http;
    private readonly GuardedExchange exchange;
    private readonly TimeProvider time;

    public GuardedHttp(TargetPolicy targets, AddressPolicy addresses, NameLookup lookup, TimeProvider time)
    {
        (this.targets, this.time) = (targets, time);
        connector = new TargetConnector(addresses, lookup, time);
        http = new HttpMessageInvoker(GuardedHandler.Create(connector));
        exchange = new GuardedExchange(http);
    }

    /// <summary>Fetches a file into a stream. Follows a few redirects, and goes on once where a broken transfer stopped.</summary>
    /// <exception cref="OperationCanceledException">The caller stopped it.</exception>
    public async Task<DownloadOutcome> DownloadAsync(DownloadOrder order, Stream to, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(order.Deadline, time, cancellationToken);
        return await new Download(exchange, targets, order, to, deadline).RunAsync();
    }

    /// <summary>Posts JSON bytes as they are, once. A redirect is an answer like any other.</summary>
    /// <param name="headers">The caller's own and the customer's; each is checked once more to be one harmless header.</param>
    /// <param name="within">A shorter total time than <see cref="PostDeadline"/>.</param>
    /// <exception cref="OperationCanceledException">The caller stopped it.</exception>
    public async Task<PostOutcome> PostJsonAsync(
        string url, ReadOnlyMemory<byte> json, IReadOnlyCollection<KeyValuePair<string, string>> headers,
        CancellationToken cancellationToken, TimeSpan? within = null)
    {
        var target = targets.Check(url);
        if (target is TargetUrl.Refused refusal)
            return new PostOutcome.Refused(refusal.Code, refusal.Sentence);
        if (!headers.All(HeaderRules.MaySend))
            return new PostOutcome.Refused(HeaderRules.RefusalCode, HeaderRules.Refusal);
        using var request = new HttpRequestMessage(HttpMethod.Post, ((TargetUrl.Accepted)target).Uri);
        var clock = new ExchangeClock(time);
        request.Options.Set(ExchangeClock.Key, clock);
        request.Content = new TimedJson(json, clock);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var deadline = new Deadline(within < PostDeadline ? within.Value : PostDeadline, time, cancellationToken);
        return await PostAsync(request, clock, deadline);
    }

    public void Dispose()
    {
        http.Dispose();
        connector.Dispose();
    }

    private async Task<PostOutcome> PostAsync(HttpRequestMessage request, ExchangeClock clock, Deadline deadline)
    {
        var began = time.GetTimestamp();
        var secure = request.RequestUri!.Scheme == Uri.UriSchemeHttps;
        var reply = await exchange.SendAsync(request, deadline);
        if (reply is not GuardedExchange.Reply.Arrived arrived)
            return Failed(((GuardedExchange.Reply.Lost)reply).Failure);
        clock.AnswerBegins();
        using var response = arrived.Response;
        var kept = new byte[KeptAnswerBytes];
        var length = 0;
        await using var body = await response.Content.ReadAsStreamAsync(CancellationToken.None);
        while (length < kept.Length)
        {
            var piece = await GuardedExchange.ReadAsync(body, kept.AsMemory(length), deadline);
            if (piece.Failure is { } failure)
                return Failed(failure);
            if (piece.Count == 0)
                break;
            length += piece.Count;
        }
        return new PostOutcome.Answered(
            (int)response.StatusCode, RetryAfter(response.Headers.RetryAfter), kept[..length], time.GetElapsedTime(began),
            clock.Read(secure));

        PostOutcome.Failed Failed(OutboundFailure why) => new(why, time.GetElapsedTime(began), clock.Read(secure));
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? wish) =>
        wish?.Delta ?? (wish?.Date is { } date ? TimeSpan.FromTicks(Math.Max(0, (date - time.GetUtcNow()).Ticks)) : null);
}
