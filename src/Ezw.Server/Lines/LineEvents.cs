namespace Ezw.Lines;

/// <summary>What others may learn about lines, by kind in the event log.</summary>
internal static class LineEvents
{
    public const string Created = "line.created";
    public const string Changed = "line.changed";
    /// <summary>Detail: the new lifecycle state.</summary>
    public const string StateChanged = "line.state_changed";
    public const string PairingChanged = "line.pairing_changed";
    public const string TokenRotated = "line.token_rotated";
    public const string PermissionsChanged = "line.permissions_changed";
}
