using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Inbox.Reading;

/// <summary>The query of GET /api/conversations, as it came. What is left out does not filter.</summary>
internal sealed record ConversationQuery(
    Guid? LineId, string? Stage, string? Assignee, bool? Unread, bool? Waiting, bool? Snoozed, string? Type, string? Q, string? Sort,
    string? Cursor, int? Limit)
{
    public const int DefaultPage = 25;
    public const int MaxPage = 100;

    private static readonly string[] Categories = ["open", "waiting", "closed", "active"];

    public int Size => Limit ?? DefaultPage;

    /// <summary>The first member that is wrong, with a sentence.</summary>
    public (string Member, string Sentence)? Fault() => this switch
    {
        { Limit: < 1 or > MaxPage } => ("limit", "limit is a number from 1 to 100."),
        { Type: not (null or "individual" or "group") } => ("type", "type is individual or group."),
        { Sort: not (null or "recent" or "waiting") } => ("sort", "sort is recent or waiting."),
        { Assignee: not (null or "me" or "none") } when !Guid.TryParse(Assignee, out _) =>
            ("assignee", "assignee is me, none or the id of a member."),
        { Stage: not null } when !Categories.Contains(Stage) && !Guid.TryParse(Stage, out _) =>
            ("stage", "stage is the id of a stage, or open, waiting, closed or active, which is all but closed."),
        { Q: not null } when Search.SearchQuery.Sentence(Q) is { } sentence => ("q", sentence),
        { Sort: "waiting", Waiting: false } => ("waiting", "sort=waiting lists those who wait; waiting=false asks for the others."),
        _ => null,
    };

    public ConversationFilter Filter(Caller caller, VisibleLines lines) => new()
    {
        OrganizationId = caller.OrganizationId,
        Lines = lines,
        StageId = Guid.TryParse(Stage, out var stageId) ? stageId : null,
        Category = Categories.FirstOrDefault(category => category == Stage),
        AssigneeId = Assignee switch
        {
            null => null,
            "me" => caller.UserId,
            "none" => Guid.Empty,
            _ => Guid.Parse(Assignee),
        },
        Unread = Unread,
        Waiting = Waiting,
        Snoozed = Snoozed,
        Type = Type,
        ByWaiting = Sort == "waiting",
    };

    /// <summary>What a cursor of this list is good for.</summary>
    public string Fingerprint(Caller caller) => string.Join('|', "conversations", LineId, Stage,
        Assignee == "me" ? caller.UserId.ToString() : Assignee, Unread, Waiting, Snoozed, Type, Sort ?? "recent", Q);
}

/// <summary>Which conversations, and in which order.</summary>
internal sealed record ConversationFilter
{
    public required Guid OrganizationId { get; init; }

    public required VisibleLines Lines { get; init; }

    public Guid? StageId { get; init; }

    /// <summary>open, waiting, closed, or active for all but closed.</summary>
    public string? Category { get; init; }

    /// <summary>The empty id: nobody.</summary>
    public Guid? AssigneeId { get; init; }

    public bool? Unread { get; init; }

    public bool? Waiting { get; init; }

    public bool? Snoozed { get; init; }

    public string? Type { get; init; }

    /// <summary>Those who wait, the longest first; else the newest message first.</summary>
    public bool ByWaiting { get; init; }

    /// <summary>Only these, found before by other means.</summary>
    public IReadOnlyList<Guid>? Among { get; init; }
}
