using System.Globalization;

namespace Ezw.Benchmarks.Webhooks;

/// <summary>Asks the receiver what it received.</summary>
internal sealed class HookReader(RunningServer receiver) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler()) { BaseAddress = new Uri($"http://{receiver.Address}") };

    public string Counted => $"http://{receiver.Address}{BareHook.CountedPath}";

    public TimeSpan CpuTime() => receiver.CpuTime();

    public string Timed(int hook) => $"http://{receiver.Address}{BareHook.TimedPath}/{hook}";

    /// <summary>How many calls came, and when the first and the last.</summary>
    public async Task<(long Calls, long First, long Last)> CountAsync()
    {
        var parts = (await http.GetStringAsync("/count")).Split(' ')
            .Select(part => long.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        return (parts[0], parts[1], parts[2]);
    }

    public async Task ForgetAsync()
    {
        using var answer = await http.DeleteAsync("/count");
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>What came on timed paths since the last time.</summary>
    public async Task<List<(int Hook, int Message, long At)>> TakeAsync() =>
    [
        .. from line in (await http.GetStringAsync("/noted")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
           let parts = line.Split(' ')
           select (int.Parse(parts[0], null), int.Parse(parts[1], null), long.Parse(parts[2], null)),
    ];

    public void Dispose() => http.Dispose();
}
