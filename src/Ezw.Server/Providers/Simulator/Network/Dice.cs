namespace Ezw.Providers.Simulator.Network;

/// <summary>
/// Chance that depends only on the seed and on what is asked, never on the order of asking: two runs with the same
/// messages meet the same faults however their threads interleave.
/// </summary>
internal readonly record struct Dice(int Seed)
{
    public ulong Bits(string purpose, string subject, long ordinal = 0)
    {
        var hash = 14695981039346656037UL ^ (uint)Seed;
        hash = Fold(hash, purpose);
        hash = Fold(hash, subject);
        return Mix(hash + (ulong)ordinal * 0x9E3779B97F4A7C15UL);
    }

    /// <summary>Between 0 (inclusive) and 1 (exclusive).</summary>
    public double Roll(string purpose, string subject, long ordinal = 0) =>
        (Bits(purpose, subject, ordinal) >> 11) * (1.0 / (1UL << 53));

    public TimeSpan Between(TimeSpan least, TimeSpan most, string purpose, string subject, long ordinal = 0) =>
        least + (most - least) * Roll(purpose, subject, ordinal);

    private static ulong Fold(ulong hash, string text)
    {
        foreach (var letter in text)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        return (hash ^ 0xFFFF) * 1099511628211UL;
    }

    // The finalizer of SplitMix64: FNV alone leaves the high bits of short keys poorly mixed.
    private static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9UL;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBUL;
        return bits ^ (bits >> 31);
    }
}
