using System.Net.Sockets;

namespace Ezw.Foundation.Security.Outbound;

/// <summary>One request and one answer through the guarded handler, with everything that the network can do to them as a value.</summary>
internal sealed class GuardedExchange(HttpMessageInvoker http)
{
    private const string UserAgent = "EZWhatsApp/1";

    public async Task<Reply> SendAsync(HttpRequestMessage request, Deadline deadline)
    {
        request.Version = System.Net.HttpVersion.Version20;
        // HTTP/3 would not pass the connect callback.
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        try
        {
            return new Reply.Arrived(await http.SendAsync(request, deadline.Token));
        }
        catch (HttpRequestException failure)
        {
            return new Reply.Lost(Late(deadline) ?? Classify(failure));
        }
        catch (OperationCanceledException)
        {
            // The handler's own limit on connecting also ends in a cancellation.
            return new Reply.Lost(Late(deadline) ?? OutboundFailure.ConnectionFailed);
        }
    }

    /// <summary>The next bytes of a body; none with a null failure is its end.</summary>
    public static async Task<Piece> ReadAsync(Stream body, Memory<byte> buffer, Deadline deadline)
    {
        try
        {
            return new Piece(await body.ReadAsync(buffer, deadline.Token), null);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException or OperationCanceledException)
        {
            return new Piece(0, Late(deadline) ?? OutboundFailure.BrokenOff);
        }
    }

    private static OutboundFailure? Late(Deadline deadline)
    {
        deadline.ThrowIfCallerStopped();
        return deadline.HasPassed ? OutboundFailure.TimedOut : null;
    }

    private static OutboundFailure Classify(HttpRequestException failure) => failure.HttpRequestError switch
    {
        HttpRequestError.SecureConnectionError => OutboundFailure.TlsFailed,
        HttpRequestError.ConnectionError when failure.InnerException is SocketException => OutboundFailure.ConnectionFailed,
        // Whatever else the connect callback threw: the guard's refusal, or something unforeseen that must not look better.
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError => OutboundFailure.Blocked,
        _ => failure.InnerException is BlockedTargetException ? OutboundFailure.Blocked : OutboundFailure.BrokenOff,
    };

    internal readonly record struct Piece(int Count, OutboundFailure? Failure);

    internal abstract record Reply
    {
        private Reply()
        {
        }

        public sealed record Arrived(HttpResponseMessage Response) : Reply;

        public sealed record Lost(OutboundFailure Failure) : Reply;
    }
}
