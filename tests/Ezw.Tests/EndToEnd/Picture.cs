namespace Ezw.Tests.EndToEnd;

/// <summary>Everything that somebody knows of a workspace, as texts under names that do not depend on who looks.</summary>
internal sealed class Picture
{
    private const int Shown = 20;

    private readonly SortedDictionary<string, string> facts = new(StringComparer.Ordinal);

    public void Add(string name, object? value)
    {
        var text = value?.ToString() ?? "-";
        // The same name twice is a mistake of whoever paints, or exactly the doubled message that is looked for.
        facts[name] = facts.TryGetValue(name, out var present) ? $"{present} AND {text}" : text;
    }

    /// <summary>Fails with what this one expects and the other does not show, and the other way round.</summary>
    /// <param name="mayKnow">What the other may know beyond this one, by the end of its name.</param>
    public void ShouldBe(Picture seen, string? mayKnow = null)
    {
        var missing = facts.Where(fact => seen.facts.GetValueOrDefault(fact.Key) != fact.Value).Select(fact =>
            $"{fact.Key}\n    expected {fact.Value}\n    found    {seen.facts.GetValueOrDefault(fact.Key, "nothing")}").ToList();
        var extra = seen.facts.Where(fact => !facts.ContainsKey(fact.Key))
            .Where(fact => mayKnow is null || !fact.Key.EndsWith(mayKnow, StringComparison.Ordinal))
            .Select(fact => $"{fact.Key}\n    not expected: {fact.Value}").ToList();
        if (missing.Count + extra.Count > 0)
        {
            Assert.Fail($"{missing.Count} of {facts.Count} facts differ, {extra.Count} are too many:\n"
                + string.Join('\n', missing.Take(Shown).Concat(extra.Take(Shown))));
        }
    }
}
