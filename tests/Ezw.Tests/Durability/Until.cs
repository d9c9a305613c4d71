namespace Ezw.Tests.Durability;

/// <summary>
/// Waiting for a real process on the real clock: it has no signal to await and no fake time. Everything else in these tests waits
/// for signals.
/// </summary>
internal static class Until
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private static readonly TimeProvider time = TimeProvider.System;

    public static Task TrueAsync(string what, TimeSpan limit, Func<Task<bool>> condition) =>
        NothingIsLeftAsync(what, limit, async () => await condition() ? [] : [""]);

    /// <summary>The failure says what was left.</summary>
    public static async Task NothingIsLeftAsync(string what, TimeSpan limit, Func<Task<IReadOnlyList<string>>> left)
    {
        var since = time.GetTimestamp();
        while (await left() is { Count: > 0 } some)
        {
            Assert.True(
                time.GetElapsedTime(since) < limit, $"{what}: not within {limit.TotalSeconds} s. {string.Join(Environment.NewLine, some)}");
            await Task.Delay(Step, time);
        }
    }

    public static Task PassedAsync(TimeSpan span) => Task.Delay(span, time);
}
