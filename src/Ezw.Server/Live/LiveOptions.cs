using System.ComponentModel.DataAnnotations;

namespace Ezw.Live;

/// <summary>Settings of live streams. Section "Ezw:Live".</summary>
public sealed class LiveOptions
{
    /// <summary>A stream that was silent for so long gets a comment, so that proxies keep it. Milliseconds.</summary>
    [Range(50, 60_000)]
    public int HeartbeatMs { get; set; } = 15_000;

    /// <summary>How often a node looks for news whose hint was lost, and whether people may still listen. Milliseconds.</summary>
    [Range(50, 5_000)]
    public int WatchMs { get; set; } = 2_000;

    /// <summary>Open streams of one person on one node.</summary>
    [Range(1, 10_000)]
    public int StreamsPerUser { get; set; } = 20;

    /// <summary>Open streams on one node.</summary>
    [Range(1, 1_000_000)]
    public int StreamsPerNode { get; set; } = 10_000;

    /// <summary>Events that a reader may lag behind while its connection takes nothing.</summary>
    [Range(1, 1_000_000)]
    public int MaxLag { get; set; } = 2_048;

    /// <summary>Events that a stream catches up; beyond them the client is told to read its lists anew.</summary>
    [Range(1, 10_000_000)]
    public int MaxCatchUp { get; set; } = 50_000;
}
