namespace Ezw.Tests.Durability;

/// <summary>
/// Waiting for a real process on the real clock: it has no signal to await and no fake time. Everything else in these tests waits
/// for signals.
/// </summary>
internal static class Until
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private static readonly TimeProvider time = TimeProvider.System;

    public static async Task TrueAsync(string what, TimeSpan limit, Func<Task<bool>> condition)
    {
        var since = time.GetTimestamp();
        while (!await condition())
        {
            Assert.True(time.GetElapsedTime(since) < limit, $"{what}: not within {limit.TotalSeconds} s.");
            await Task.Delay(Step, time);
        }
    }

    public static Task PassedAsync(TimeSpan span) => Task.Delay(span, time);
}
