namespace Ezw.Providers.Simulator.Wire;

/// <summary>Files cross the wire in pieces, so that a large one neither fills a line of JSON nor holds up what is behind it.</summary>
internal static class MediaChunk
{
    public const int Bytes = 1024 * 1024;
}
