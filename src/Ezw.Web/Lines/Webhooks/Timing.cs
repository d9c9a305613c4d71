using Ezw.Client;

namespace Ezw.Web.Lines.Webhooks;

/// <summary>Where the time of an attempt went, piece after piece.</summary>
internal static class Timing
{
    /// <summary>A connection that was open already has no first three pieces; what the pieces do not explain is the rest.</summary>
    public static IReadOnlyList<TimingPiece> Of(DeliveryAttemptView attempt)
    {
        List<TimingPiece> pieces = [];
        Add("dns", attempt.DnsMs);
        Add("connect", attempt.ConnectMs);
        Add("tls", attempt.TlsMs);
        Add("first", attempt.FirstByteMs);
        Add("rest", attempt.DurationMs - pieces.Sum(piece => piece.Ms));
        return pieces;

        void Add(string name, long? ms)
        {
            if (ms > 0)
                pieces.Add(new TimingPiece(name, ms.Value));
        }
    }
}

/// <param name="Name">dns, connect, tls, first or rest.</param>
internal sealed record TimingPiece(string Name, long Ms);
