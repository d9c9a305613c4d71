using Ezw.Client;

namespace Ezw.Inbox.Working;

/// <summary>What a filter of conversations may say.</summary>
internal static class WorkFilters
{
    public const string Me = "me";
    public const string Nobody = "none";

    /// <summary>All stages but the closed ones.</summary>
    public const string Active = "active";

    private const int MaxSearchCharacters = 200;

    public static bool IsCategory(string? stage) => stage is "open" or "waiting" or "closed" or Active;

    /// <summary>The first member that is wrong, with a sentence.</summary>
    public static (string Member, string Sentence)? Fault(WorkFilter filter) => filter switch
    {
        { Stage: { } stage } when !IsCategory(stage) && !Guid.TryParse(stage, out _) =>
            ("filter.stage", "stage is the id of a stage, or open, waiting, closed or active."),
        { Assignee: { } assignee } when assignee is not (Me or Nobody) && !Guid.TryParse(assignee, out _) =>
            ("filter.assignee", "assignee is me, none or the id of a user."),
        { Type: not (null or "individual" or "group") } => ("filter.type", "type is individual or group."),
        { Q: { } q } when !WorkText.IsName(q, MaxSearchCharacters) => ("filter.q", "q has 1 to 200 characters."),
        _ => null,
    };
}
