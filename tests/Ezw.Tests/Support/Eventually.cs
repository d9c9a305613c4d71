using System.Diagnostics;

namespace Ezw.Tests.Support;

/// <summary>
/// The one place where tests wait on the real clock: what a caller of the API can learn only by asking again. Short questions, a long
/// limit, and the last answer in the failure.
/// </summary>
internal static class Eventually
{
    /// <summary>Far above what a loaded machine needs, so that only a real fault reaches it.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks until the answer satisfies; answers it.</summary>
    public static async Task<T> BecomesAsync<T>(Func<Task<T>> ask, Func<T, bool> satisfied, string what)
    {
        var time = TimeProvider.System;
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (satisfied(answer))
                return answer;
            Assert.True(Stopwatch.GetElapsedTime(began) < Limit, $"Waited in vain for {what}; the last answer was {answer}.");
            await Task.Delay(Interval, time);
        }
    }
}
