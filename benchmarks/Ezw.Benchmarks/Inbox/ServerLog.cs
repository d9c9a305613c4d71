using System.Text.Json;

namespace Ezw.Benchmarks.Inbox;

/// <summary>
/// The time that the server itself took for each request, from taking it off the wire to the end of the answer, as ASP.NET Core logs it.
/// </summary>
internal sealed class ServerLog(string file)
{
    /// <summary>The product keeps this line quiet; the benchmark wants it.</summary>
    public const string Setting = "--Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics=Information";

    private const string Finished = "\"Message\":\"Request finished";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    private long read;

    /// <summary>The next requests' milliseconds.</summary>
    public async Task<List<double>> TakeAsync(int count)
    {
        var clock = TimeProvider.System;
        var started = clock.GetTimestamp();
        var took = new List<double>(count);
        while (true)
        {
            await ReadAsync(took);
            if (took.Count >= count)
                return took;
            if (clock.GetElapsedTime(started) > Limit)
                throw new TimeoutException($"The server told of {took.Count} requests, not of {count}.");
            await Task.Delay(LookEvery, clock);
        }
    }

    /// <summary>Only whole lines: the last one may still be being written.</summary>
    private async Task ReadAsync(List<double> took)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = read;
        using var reader = new StreamReader(stream);
        var text = await reader.ReadToEndAsync();
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        read += System.Text.Encoding.UTF8.GetByteCount(whole);
        foreach (var line in whole.Split('\n').Where(line => line.Contains(Finished, StringComparison.Ordinal)))
        {
            using var entry = JsonDocument.Parse(line);
            took.Add(entry.RootElement.GetProperty("State").GetProperty("ElapsedMilliseconds").GetDouble());
        }
    }
}
