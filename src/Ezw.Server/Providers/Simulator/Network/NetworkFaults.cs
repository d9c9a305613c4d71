namespace Ezw.Providers.Simulator.Network;

/// <summary>What goes wrong, for one account or for all. Probabilities run from 0 to 1 and are drawn from the seed.</summary>
internal sealed record NetworkFaults
{
    public static readonly NetworkFaults None = new();

    /// <summary>The message arrives, its acknowledgement does not.</summary>
    public double AckLoss { get; init; }

    /// <summary>The message never arrives, and nobody can tell.</summary>
    public double Drop { get; init; }

    public TimeSpan AckDelay { get; init; }

    public TimeSpan EventDelay { get; init; }

    /// <summary>An inbound event or receipt comes a second time.</summary>
    public double DuplicateEvents { get; init; }

    /// <summary>Events that happen within this time of each other may change places.</summary>
    public TimeSpan ReorderWindow { get; init; }

    /// <summary>The stream breaks instead of answering a send; the message had arrived.</summary>
    public double DisconnectOnSend { get; init; }

    /// <summary>Inbound media cannot be had.</summary>
    public bool MediaGone { get; init; }

    /// <summary>Each piece of inbound media takes this long.</summary>
    public TimeSpan MediaDelay { get; init; }

    /// <summary>Inbound media ends half-way.</summary>
    public bool MediaCut { get; init; }

    /// <summary>The bytes of inbound media are not the ones the sender sent.</summary>
    public bool MediaForged { get; init; }

    /// <summary>Files that lines send are refused.</summary>
    public bool RejectsMedia { get; init; }

    /// <summary>The upload of a file breaks off half-way; its message is not sent.</summary>
    public double LoseUploads { get; init; }

    public bool Restricted { get; init; }

    /// <summary>Sends are refused with this wish to wait.</summary>
    public TimeSpan? RateLimitRetryAfter { get; init; }

    /// <summary>Logins go nowhere.</summary>
    public bool Unreachable { get; init; }

    public bool EngineOutdated { get; init; }

    public bool EngineFault { get; init; }

    internal bool LosesSends => Drop + AckLoss + DisconnectOnSend > 0;
}
