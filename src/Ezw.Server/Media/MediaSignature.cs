namespace Ezw.Media;

/// <summary>What the first bytes of a file say that it is.</summary>
internal static class MediaSignature
{
    /// <summary>How much of a file's beginning is looked at.</summary>
    public const int HeadBytes = 4096;
}
