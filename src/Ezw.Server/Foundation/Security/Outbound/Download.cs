using System.Net;

namespace Ezw.Foundation.Security.Outbound;

/// <summary>
/// One download: the way to the file, each address checked like the first; its bytes, counted as they come; and one further request for
/// the rest when the connection breaks and the server can prove that the file is still the same.
/// </summary>
internal sealed class Download(GuardedExchange exchange, TargetPolicy targets, DownloadOrder order, Stream to, Deadline deadline)
{
    public const int MaxRedirects = 3;

    private const int BufferBytes = 64 * 1024;

    private long received;

    public async Task<DownloadOutcome> RunAsync()
    {
        if (order.Headers?.All(HeaderRules.MaySend) is false)
            return new DownloadOutcome.Refused(HeaderRules.RefusalCode, HeaderRules.Refusal);
        var url = order.Url;
        Uri? from = null;
        for (var hop = 0; hop <= MaxRedirects; hop++)
        {
            var target = targets.Check(url);
            if (target is TargetUrl.Refused refusal)
                return new DownloadOutcome.Refused(refusal.Code, refusal.Sentence);
            var address = ((TargetUrl.Accepted)target).Uri;
            if (from is not null && Redirection.IsDowngrade(from, address))
                return new DownloadOutcome.Refused("redirect_to_http", "The server redirects from https to http.");
            var headers = from is null ? order.Headers : null;
            using var request = NewRequest(address, headers);
            var reply = await exchange.SendAsync(request, deadline);
            if (reply is not GuardedExchange.Reply.Arrived { Response: var response })
                return Lost(((GuardedExchange.Reply.Lost)reply).Failure);
            if (Redirection.Of(response, address) is not { } next)
                return await ReceiveAsync(response, address, headers);
            response.Dispose();
            (url, from) = (next, address);
        }
        return new DownloadOutcome.Refused("too_many_redirects", $"The server redirects more than {MaxRedirects} times.");
    }

    private async Task<DownloadOutcome> ReceiveAsync(
        HttpResponseMessage first, Uri address, IReadOnlyCollection<KeyValuePair<string, string>>? headers)
    {
        using var response = first;
        if (response.StatusCode != HttpStatusCode.OK)
            return new DownloadOutcome.HttpStatus((int)response.StatusCode);
        var failure = await CopyAsync(response);
        if (failure is DownloadOutcome.Unreachable && Resumption.Of(response) is { } resumption)
        {
            using var request = NewRequest(address, headers);
            resumption.Ask(request, received);
            failure = await ResumeAsync(request, resumption, response.Content.Headers.ContentLength);
        }
        var content = response.Content.Headers;
        return failure
            ?? new DownloadOutcome.Downloaded(content.ContentType?.MediaType?.ToLowerInvariant(), FileNames.Of(content, address), received);
    }

    private async Task<DownloadOutcome?> ResumeAsync(HttpRequestMessage request, Resumption resumption, long? size)
    {
        var reply = await exchange.SendAsync(request, deadline);
        if (reply is not GuardedExchange.Reply.Arrived { Response: var response })
            return Lost(((GuardedExchange.Reply.Lost)reply).Failure);
        using (response)
        {
            return response.StatusCode == HttpStatusCode.PartialContent && resumption.IsAnsweredBy(response, received, size)
                ? await CopyAsync(response)
                : Lost(OutboundFailure.BrokenOff);
        }
    }

    /// <summary>Null when the whole body came.</summary>
    private async Task<DownloadOutcome?> CopyAsync(HttpResponseMessage response)
    {
        var announced = response.Content.Headers.ContentLength;
        if (announced > order.MaxBytes - received)
            return new DownloadOutcome.TooLarge(order.MaxBytes);
        var end = received + announced;
        await using var body = await response.Content.ReadAsStreamAsync(CancellationToken.None);
        var buffer = new byte[BufferBytes];
        while (true)
        {
            var piece = await GuardedExchange.ReadAsync(body, buffer, deadline);
            if (piece.Failure is { } failure)
                return Lost(failure);
            if (piece.Count == 0)
                return end is null || end == received ? null : Lost(OutboundFailure.BrokenOff);
            if (piece.Count > order.MaxBytes - received)
                return new DownloadOutcome.TooLarge(order.MaxBytes);
            await to.WriteAsync(buffer.AsMemory(0, piece.Count), deadline.Caller);
            received += piece.Count;
        }
    }

    private static HttpRequestMessage NewRequest(Uri address, IReadOnlyCollection<KeyValuePair<string, string>>? headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        // A file is wanted as it is; what comes compressed nevertheless is not unpacked.
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        foreach (var (name, value) in headers ?? [])
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private static DownloadOutcome Lost(OutboundFailure why) =>
        why is OutboundFailure.TimedOut ? new DownloadOutcome.TimedOut() : new DownloadOutcome.Unreachable(why);
}
