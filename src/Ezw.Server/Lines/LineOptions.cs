using System.ComponentModel.DataAnnotations;

namespace Ezw.Lines;

/// <summary>Settings of lines. Section "Ezw:Lines".</summary>
public sealed class LineOptions
{
    /// <summary>How long a line that lost its connection still accepts sends. Seconds.</summary>
    [Range(0, 3600)]
    public int ReconnectGraceSeconds { get; set; } = 60;

    /// <summary>How often a node renews its lease and looks for lines without an owner. Milliseconds.</summary>
    [Range(50, 60_000)]
    public int HeartbeatMs { get; set; } = 5_000;

    /// <summary>How long a node that is silent keeps its lines. Milliseconds; at least three heartbeats.</summary>
    [Range(150, 600_000)]
    public int LeaseMs { get; set; } = 15_000;

    /// <summary>After another session replaced ours, how long to wait before one new try. Milliseconds.</summary>
    [Range(0, 3_600_000)]
    public int ConflictBackoffMs { get; set; } = 60_000;

    internal long GraceMs => ReconnectGraceSeconds * 1000L;
}
