using System.Text.Json;

namespace Ezw.Lines;

/// <summary>Where the session of a line stands.</summary>
public enum LifecycleState
{
    Created, Pairing, Connecting, Connected, Reconnecting, Restricted, Conflict, LoggedOut, EngineOutdated, Failed, Stopped, Archived,
}

/// <summary>What that means for somebody who wants to send.</summary>
public enum EffectiveSendState { Sendable, Paused, QrRequired, Connecting, Restricted, Unavailable, Archived }

/// <summary>States as they are stored and spoken: lower_snake_case.</summary>
internal static class StateNames
{
    private static readonly Dictionary<LifecycleState, string> Lifecycle = Names<LifecycleState>();
    private static readonly Dictionary<string, LifecycleState> LifecycleByName = Lifecycle.ToDictionary(p => p.Value, p => p.Key);
    private static readonly Dictionary<EffectiveSendState, string> SendState = Names<EffectiveSendState>();

    public static string Name(this LifecycleState state) => Lifecycle[state];

    public static string Name(this EffectiveSendState state) => SendState[state];

    public static LifecycleState ParseLifecycle(string name) => LifecycleByName[name];

    private static Dictionary<TState, string> Names<TState>() where TState : struct, Enum =>
        Enum.GetValues<TState>().ToDictionary(state => state, state => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString()));
}
