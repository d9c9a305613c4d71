namespace Ezw.Benchmarks;

/// <summary>Several measurements of the same thing: what is typical and how far they lie apart.</summary>
internal readonly record struct Spread(double Median, double Min, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        return new Spread(sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[0], sorted[^1]);
    }

    public string Show(string format) => $"{Median.ToString(format, null)} ({Min.ToString(format, null)}–{Max.ToString(format, null)})";
}
