namespace Ezw.Foundation.Security.Outbound;

/// <summary>
/// Why no answer came, as coarse as a customer may know it: a name that does not exist and one that leads to a private address look the
/// same, and so do a closed port and a silent one.
/// </summary>
internal enum OutboundFailure
{
    /// <summary>The name does not resolve, or it leads to an address that is not called.</summary>
    Blocked,
    /// <summary>No connection came about.</summary>
    ConnectionFailed,
    /// <summary>The certificate or the handshake was refused.</summary>
    TlsFailed,
    /// <summary>The connection ended early, or what came was not HTTP.</summary>
    BrokenOff,
    /// <summary>The total time ran out.</summary>
    TimedOut,
}
