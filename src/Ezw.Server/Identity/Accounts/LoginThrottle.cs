using System.Security.Cryptography;
using System.Text;
using Ezw.Foundation.Storage;

namespace Ezw.Identity.Accounts;

/// <summary>
/// Slows guesses at one address, known or not. A try is counted before the password is checked, so that many at once gain nothing,
/// and forgotten when the right password was given.
/// </summary>
internal sealed class LoginThrottle(Database database, TimeProvider time)
{
    public const int FreeTries = 5;

    public static readonly TimeSpan FirstBlock = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan LongestBlock = TimeSpan.FromMinutes(15);

    /// <summary>An address that was left alone this long starts afresh.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    /// <summary>How long the next try must wait after this many failures: nothing, then 1 s doubling up to 15 min.</summary>
    public static TimeSpan BlockAfter(long failures)
    {
        if (failures < FreeTries)
            return TimeSpan.Zero;
        var doublings = Math.Min(failures - FreeTries, 30);
        var block = FirstBlock * Math.Pow(2, doublings);
        return block < LongestBlock ? block : LongestBlock;
    }

    public static byte[] Key(string email) => SHA256.HashData(Encoding.UTF8.GetBytes(email));

    /// <summary>Null: go on. Else how long to wait.</summary>
    public Task<TimeSpan?> CountAsync(string email, CancellationToken cancellationToken) => database.WriteAsync(async db =>
    {
        var now = time.NowMs();
        var seen = await LoginThrottleStore.LockAsync(db, Key(email), now, cancellationToken);
        if (seen.BlockedUntil > now)
            return TimeSpan.FromMilliseconds(seen.BlockedUntil - now);
        var failures = now - seen.UpdatedAt > Memory.TotalMilliseconds ? 1 : seen.Failures + 1;
        var blockedUntil = now + (long)BlockAfter(failures).TotalMilliseconds;
        await LoginThrottleStore.CountAsync(db, Key(email), failures, blockedUntil, now, cancellationToken);
        return (TimeSpan?)null;
    }, cancellationToken);

    public Task ForgetAsync(string email, CancellationToken cancellationToken) =>
        database.WriteAsync(db => LoginThrottleStore.ForgetAsync(db, Key(email), cancellationToken), cancellationToken);
}
