namespace Ezw.Tests.EndToEnd;

/// <summary>Everything that somebody knows of a workspace, as texts under names that do not depend on who looks.</summary>
internal sealed class Picture
{
    private const int Shown = 20;

    private readonly SortedDictionary<string, string> facts = new(StringComparer.Ordinal);

    public int Count => facts.Count;

    public void Add(string name, object? value)
    {
        var text = value?.ToString() ?? "-";
        // The same name twice is a mistake of whoever paints, or exactly the doubled message that is looked for.
        facts[name] = facts.TryGetValue(name, out var present) ? $"{present} AND {text}" : text;
    }

    /// <summary>Fails with what this one expects and the other does not show, and the other way round.</summary>
    /// <param name="partial">The other may know more.</param>
    public void ShouldBe(Picture seen, bool partial = false)
    {
        var missing = facts.Where(fact => seen.facts.GetValueOrDefault(fact.Key) != fact.Value).Select(fact =>
            $"{fact.Key}\n    expected {fact.Value}\n    found    {seen.facts.GetValueOrDefault(fact.Key, "nothing")}").ToList();
        var extra = partial
            ? []
            : seen.facts.Where(fact => !facts.ContainsKey(fact.Key)).Select(fact => $"{fact.Key}\n    not expected: {fact.Value}").ToList();
        if (missing.Count + extra.Count > 0)
        {
            Assert.Fail($"{missing.Count} of {facts.Count} facts differ, {extra.Count} are too many:\n"
                + string.Join('\n', missing.Take(Shown).Concat(extra.Take(Shown))));
        }
    }
}
