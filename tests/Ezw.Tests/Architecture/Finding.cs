namespace Ezw.Tests.Architecture;

/// <summary>What a guard found, printed as <c>file(line): sentence</c>.</summary>
public sealed record Finding(string Path, int Line, string Sentence)
{
    public override string ToString() => $"{Path}({Line}): {Sentence}";

    /// <summary>Fails with every finding, so that one run shows all there is to mend.</summary>
    public static void None(IEnumerable<Finding> findings)
    {
        var all = findings.ToList();
        Assert.True(all.Count == 0, string.Join(Environment.NewLine, all));
    }
}
