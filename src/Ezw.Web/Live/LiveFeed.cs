using System.Text.Json;
using Ezw.Client;
using Microsoft.JSInterop;

namespace Ezw.Web.Live;

/// <summary>
/// What changes on the server, as hints. It reconnects by itself and goes on at the event where it was cut off, so that nothing is missed;
/// where it cannot, it says that everything has to be read anew.
/// </summary>
public sealed class LiveFeed(Browser browser, WorkspaceClient api, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private DotNetObjectReference<LiveFeed>? self;
    private string? cursor;
    private int failures;
    private int round;

    public LiveState State { get; private set; } = LiveState.Off;

    public event Action? StateChanged;

    /// <summary>Look again at what it names.</summary>
    public event Action<Hint>? Changed;

    /// <summary>Read everything anew.</summary>
    public event Action? Reset;

    public event Action<PresenceHint>? PresenceHeard;

    public async Task StartAsync()
    {
        if (self is null)
        {
            self = DotNetObjectReference.Create(this);
            await browser.CallAsync("followNetwork", self);
        }
        (cursor, failures) = (null, 0);
        await OpenAsync(++round);
    }

    public async Task StopAsync()
    {
        round++;
        (State, cursor) = (LiveState.Off, null);
        await browser.CallAsync("closeStream");
        StateChanged?.Invoke();
    }

    [JSInvokable]
    public async Task Heard(string kind, string id, string data)
    {
        if (State == LiveState.Off)
            return;
        var isFirst = cursor is null;
        if (id.Length > 0)
            cursor = id;
        switch (kind)
        {
            case "ready":
                failures = 0;
                Become(LiveState.Live);
                if (isFirst)
                    Reset?.Invoke();
                break;
            case "reset":
                Reset?.Invoke();
                break;
            case "change":
                Changed?.Invoke(Hint.Read(data));
                break;
            case "presence":
                PresenceHeard?.Invoke(PresenceHint.Read(data));
                break;
            case "end" or "bye" or "lost":
                await AgainAsync(++round, kind == "lost");
                break;
            case "online" or "visible" when State == LiveState.Lost:
                failures = 0;
                await OpenAsync(++round);
                break;
        }
    }

    public void Dispose() => self?.Dispose();

    private async Task AgainAsync(int mine, bool failed)
    {
        Become(LiveState.Lost);
        await browser.CallAsync("closeStream");
        failures = failed ? failures + 1 : failures;
        var longest = Math.Min(LongestPause.TotalMilliseconds, FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(10, failures)));
        // Full jitter: a server that comes back is not met by everybody at once.
        await Task.Delay(TimeSpan.FromMilliseconds(50 + longest * Random.Shared.NextDouble()), time);
        await OpenAsync(mine);
    }

    /// <param name="mine">A later round than this one has taken over.</param>
    private async Task OpenAsync(int mine)
    {
        if (mine != round)
            return;
        if (State != LiveState.Lost)
            Become(LiveState.Connecting);
        try
        {
            var ticket = await api.LiveTicketAsync();
            if (mine != round)
                return;
            var after = cursor is null ? "" : $"&after={Uri.EscapeDataString(cursor)}";
            await browser.CallAsync("openStream", $"/api/live/stream?ticket={Uri.EscapeDataString(ticket.Ticket)}{after}", self);
        }
        catch (ApiException problem) when (problem.IsUnreachable || problem.Status is not System.Net.HttpStatusCode.Unauthorized)
        {
            if (mine == round)
                await AgainAsync(++round, failed: true);
        }
        catch (ApiException)
        {
            // The session is over, and whoever keeps it has heard.
        }
    }

    private void Become(LiveState state)
    {
        if (State == state)
            return;
        State = state;
        StateChanged?.Invoke();
    }
}

public enum LiveState
{
    Off,
    Connecting,
    Live,

    /// <summary>Cut off; it tries again.</summary>
    Lost,
}

/// <summary>Something changed: look again.</summary>
public sealed record Hint(string Kind, Guid? LineId, Guid? ConversationId, Guid? SubjectId)
{
    public static Hint Read(string data)
    {
        using var json = JsonDocument.Parse(data);
        var root = json.RootElement;
        return new Hint(root.GetProperty("kind").GetString()!, Id(root, "lineId"), Id(root, "conversationId"), Id(root, "subjectId"));
    }

    internal static Guid? Id(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetGuid() : null;
}

/// <param name="State">viewing, typing or gone.</param>
public sealed record PresenceHint(Guid ConversationId, Guid UserId, string State)
{
    public static PresenceHint Read(string data)
    {
        using var json = JsonDocument.Parse(data);
        var root = json.RootElement;
        return new PresenceHint(
            Hint.Id(root, "conversationId") ?? default, Hint.Id(root, "userId") ?? default,
            root.GetProperty("state").GetString() ?? "gone");
    }
}
