using Ezw.Client;

namespace Ezw.Web.Inbox;

/// <summary>
/// Reads something again when asked, one reading at a time, however often it is asked: what is asked during a reading is answered by one
/// more after it. A reading that failed is tried again until it succeeds.
/// </summary>
public sealed class Rereader(Func<Task> read, TimeSpan gather, TimeProvider time)
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(2);

    private bool asked;
    private Task running = Task.CompletedTask;

    public void Ask()
    {
        asked = true;
        if (running.IsCompleted)
            running = RunAsync();
    }

    /// <summary>Completes when what was true at the call has been read.</summary>
    public async Task NowAsync()
    {
        Ask();
        while (asked || !running.IsCompleted)
            await running;
    }

    private async Task RunAsync()
    {
        await Task.Delay(gather, time);
        while (asked)
        {
            asked = false;
            try
            {
                await read();
            }
            catch (ApiException problem)
            {
                // Signed out or forbidden: nothing comes of trying again.
                if (problem.Status is { } status && (int)status < 500 && (int)status != 429)
                    return;
                asked = true;
                await Task.Delay(AgainAfter, time);
            }
        }
    }
}
