using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator;

/// <summary>Why a link stays down until somebody acts: connecting again by itself would be refused, or would hurt another owner.</summary>
internal sealed record LinkEnding(LinkState State, string Reason, string Detail)
{
    public static readonly LinkEnding NotPaired = new(
        LinkState.LoggedOut, "not_paired", "This line is not linked to a phone yet.");

    public static readonly LinkEnding LoggedOut = new(
        LinkState.LoggedOut, "logged_out", "This device was removed from the WhatsApp account.");

    public static readonly LinkEnding EngineFault = new(
        LinkState.Failed, "engine_fault", "The session cannot be opened; link the phone again.");

    private static readonly LinkEnding Replaced = new(
        LinkState.Conflict, "replaced", "Another connection of this device took over.");

    private static readonly LinkEnding Outdated = new(
        LinkState.EngineOutdated, "engine_outdated", "WhatsApp no longer accepts this version.");

    /// <returns>Null when the link should come back by itself.</returns>
    public static LinkEnding? Of(CloseReason reason) => reason switch
    {
        CloseReason.Replaced => Replaced,
        CloseReason.LoggedOut => LoggedOut,
        CloseReason.EngineOutdated => Outdated,
        _ => null,
    };
}
