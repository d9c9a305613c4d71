using Ezw.ChatExports;

namespace Ezw.Demo.Replay;

/// <summary>Who of an export is the line's owner, and under which numbers the others write.</summary>
/// <param name="Me">The owner's name in the export; null when the owner wrote nothing.</param>
internal sealed record ReplayCast(string? Me, IReadOnlyDictionary<string, string> PhoneNumbers)
{
    private const int NamesShown = 10;

    /// <summary>Refuses with an <see cref="InvalidOperationException"/> when nobody can tell.</summary>
    public static ReplayCast Choose(ChatExport export, string? me)
    {
        var chosen = me is null ? Guess(export) : Named(export, me);
        var others = export.Participants.Where(participant => participant != chosen).ToArray();
        // Somebody who never wrote is still whom the owner wrote to.
        return new ReplayCast(chosen?.Sender, Numbers(others.Length > 0 ? others : [new ExportedParticipant(export.Title ?? "", 0)]));
    }

    private static ExportedParticipant Named(ChatExport export, string me) =>
        export.Participants.FirstOrDefault(participant => IsCalled(participant, me))
        ?? throw new InvalidOperationException($"--replay-me {me}: nobody in the chat has this name. It knows {Names(export)}.");

    // A group is not told who exported it; then nobody is the owner.
    private static ExportedParticipant? Guess(ChatExport export)
    {
        if (export.IsGroup || export.Participants.Count < 2)
            return null;
        var others = export.Participants.Where(participant => export.Title is not { } title || !IsCalled(participant, title)).ToArray();
        return others is [var only]
            ? only
            : throw new InvalidOperationException($"Which of {Names(export)} is the owner of this line? Say --replay-me NAME.");
    }

    private static bool IsCalled(ExportedParticipant participant, string name) =>
        new[] { participant.Sender, participant.DisplayName }.Contains(name.Trim(), StringComparer.OrdinalIgnoreCase);

    private static string Names(ChatExport export) =>
        string.Join(", ", export.Participants.Take(NamesShown).Select(participant => $"\"{participant.DisplayName}\""));

    private static Dictionary<string, string> Numbers(IEnumerable<ExportedParticipant> people)
    {
        var taken = new HashSet<string>();
        var numbers = new Dictionary<string, string>();
        foreach (var person in people)
        {
            var number = person.PhoneNumber ?? Fiction(numbers.Count);
            numbers[person.Sender] = taken.Add(number) ? number : Fiction(numbers.Count);
        }
        return numbers;
    }

    // 555-0100 to 555-0199 of every North American area are kept for fiction and ring nowhere.
    private static string Fiction(int person) => $"+1{201 + person / 100 % 700}55501{person % 100:00}";
}
