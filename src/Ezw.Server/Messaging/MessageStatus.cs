using Ezw.Foundation.Storage;

namespace Ezw.Messaging;

/// <summary>
/// How far an outgoing message has come. Status only moves forward along the ranks; failed and canceled are ends. In doubt means that
/// the provider cannot tell us: a receipt that arrives after all still moves it on, nothing else does.
/// </summary>
internal static class MessageStatus
{
    public const string Queued = "queued";
    public const string Sending = "sending";
    public const string Sent = "sent";
    public const string Delivered = "delivered";
    public const string Read = "read";
    public const string Played = "played";
    public const string Failed = "failed";
    public const string Canceled = "canceled";
    public const string InDoubt = "in_doubt";
    public const string Received = "received";

    private static readonly string[] Ranks = [Queued, Sending, Sent, Delivered, Read, Played];

    /// <summary>The same rule in SQL, over <c>message m</c> and <c>r.status</c>.</summary>
    public static readonly SqlText MovesForward = new("""
        (case r.status when 'sending' then 1 when 'sent' then 2 when 'delivered' then 3 when 'read' then 4 when 'played' then 5
                       when 'failed' then 1.5 when 'in_doubt' then 1.5 end
         > case m.status when 'queued' then 0 when 'sending' then 1 when 'in_doubt' then 1.5 when 'sent' then 2 when 'delivered' then 3
                         when 'read' then 4 else 9 end)
        """);

    /// <summary>Ranks of what a receipt can say, over the status of the named row.</summary>
    public static SqlText RankOf(string row) =>
        new($"(case {row}.status when 'sent' then 2 when 'delivered' then 3 when 'read' then 4 when 'played' then 5 else 0 end)");

    public static bool CanMove(string from, string to)
    {
        if (from is InDoubt)
            return Array.IndexOf(Ranks, to) >= Array.IndexOf(Ranks, Sent);
        if (to is Failed or InDoubt)
            return from is Queued or Sending;
        return Array.IndexOf(Ranks, from) is >= 0 and var rank && Array.IndexOf(Ranks, to) > rank;
    }
}
