using System.Collections.Concurrent;
using Ezw.Tests.Support;

namespace Ezw.Tests.Durability.LinkedDevice;

/// <summary>People who number what they write to a line, each of them one message after the other, whatever happens to the line.</summary>
internal sealed class NumberedPeople(IReadOnlyList<WireContact> people, string line, int seed)
{
    private static readonly TimeSpan RestAtMost = TimeSpan.FromMilliseconds(300);

    private readonly ConcurrentDictionary<string, int> written = new();
    private Task[] running = [];
    private volatile bool stopped;

    /// <summary>The last number of each person, by phone.</summary>
    public IReadOnlyDictionary<string, int> Written => written;

    public void Start() => running = [.. people.Select((person, index) => Task.Run(() => WriteAsync(person, new Random(seed + index))))];

    /// <summary>Ends after the message that each is busy with is written.</summary>
    public async Task StopAsync()
    {
        stopped = true;
        await Task.WhenAll(running).WaitAsync(TimeSpan.FromSeconds(60));
    }

    private async Task WriteAsync(WireContact person, Random dice)
    {
        for (var number = 1; !stopped; number++)
        {
            await person.SayAsync(line, $"{number}");
            written[person.Phone] = number;
            await Until.PassedAsync(RestAtMost * dice.NextDouble());
        }
    }
}
