namespace Ezw.Providers.Simulator.Network;

/// <summary>One login of a device, kept so that a test can ask who was connected when.</summary>
/// <param name="EndedAt">When the network ended the session; null while it lives.</param>
/// <param name="GoneAt">When its socket was closed as well; null while it is open.</param>
internal sealed record SessionRecord(
    string DeviceId, string AccountPhoneNumber, long Epoch, DateTimeOffset OpenedAt, DateTimeOffset? EndedAt, DateTimeOffset? GoneAt,
    string EndReason)
{
    /// <summary>The longest time for which two sockets of one device were open together.</summary>
    public static TimeSpan LongestOverlap(IEnumerable<SessionRecord> sessions, DateTimeOffset now)
    {
        var longest = TimeSpan.Zero;
        foreach (var device in sessions.GroupBy(session => session.DeviceId))
        {
            var latestEnd = DateTimeOffset.MinValue;
            foreach (var session in device.OrderBy(session => session.OpenedAt))
            {
                var end = session.GoneAt ?? now;
                var overlap = (end < latestEnd ? end : latestEnd) - session.OpenedAt;
                longest = overlap > longest ? overlap : longest;
                latestEnd = end > latestEnd ? end : latestEnd;
            }
        }

        return longest;
    }
}
