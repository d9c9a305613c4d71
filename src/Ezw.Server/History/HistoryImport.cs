using Ezw.ChatExports;
using Ezw.ChatExports.Headers;

namespace Ezw.History;

/// <summary>A chat export that somebody gave us, and how far it has come.</summary>
/// <param name="Me">Whose words in the file are ours; null for the participant who is not the chat's title.</param>
/// <param name="PhoneNumber">E.164 of the other side; null when the file itself names it.</param>
/// <param name="Done">Messages of the file that are stored or were there.</param>
internal sealed record HistoryImport(
    Guid OrganizationId, Guid Id, Guid LineId, string FileHash, string FileName, string? Me, string? PhoneNumber, string TimeZone,
    DateOrder? DateOrder, long Done);

/// <summary>Who is who in an export.</summary>
/// <param name="PhoneNumber">Of the other side; null in a group.</param>
/// <param name="Title">What the chat is called.</param>
internal sealed record HistoryRoles(string Me, string Title, string? PhoneNumber, bool IsGroup);

/// <summary>Decides who is who from the file and what the caller said.</summary>
internal static class HistoryCasting
{
    public static RolesOutcome Decide(ChatExport export, HistoryImport import)
    {
        var people = export.Participants;
        if (people.Count == 0)
            return new RolesOutcome.Unclear("no_people", "The file names nobody who wrote.");
        // In a chat where only the other side wrote, our name stands nowhere.
        if (import.Me is { } named && people.Count > 1 && people.All(person => person.Sender != named))
            return new RolesOutcome.Unclear("me_not_found", $"me is none of the people in the file: {Names(people)}.");
        var me = import.Me ?? (people.Count == 2 ? people.FirstOrDefault(person => person.DisplayName != export.Title)?.Sender : null);
        if (me is null)
            return new RolesOutcome.Unclear("me_missing", $"Say with me which name in the file is yours: {Names(people)}.");
        var other = people.FirstOrDefault(person => person.Sender != me);
        var title = export.Title ?? other?.DisplayName ?? "";
        if (export.IsGroup)
            return new RolesOutcome.Decided(new HistoryRoles(me, title, null, true));
        return (import.PhoneNumber ?? other?.PhoneNumber) is { } phoneNumber
            ? new RolesOutcome.Decided(new HistoryRoles(me, title, phoneNumber, false))
            : new RolesOutcome.Unclear("phone_missing", "The file does not tell the other side's number. Give it as phoneNumber.");
    }

    private static string Names(IReadOnlyList<ExportedParticipant> people) =>
        string.Join(", ", people.Take(20).Select(person => person.Sender));
}

internal abstract record RolesOutcome
{
    private RolesOutcome() { }

    public sealed record Decided(HistoryRoles Roles) : RolesOutcome;

    public sealed record Unclear(string Code, string Sentence) : RolesOutcome;
}
