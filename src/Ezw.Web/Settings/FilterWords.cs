using Ezw.Client;
using Ezw.Web.Inbox;
using Ezw.Web.Session;
using Ezw.Web.Words;

namespace Ezw.Web.Settings;

/// <summary>A filter as people say it.</summary>
internal static class FilterWords
{
    public static string Of(SavedView view, Workspace workspace, SessionKeeper session, Text text)
    {
        var parts = Parts(view.Filter, workspace, session, text).ToList();
        if (view.Sort == "waiting")
            parts.Add(text["filter.sort.waiting"]);
        return parts.Count == 0 ? text["filter.all"] : string.Join(" · ", parts);
    }

    private static IEnumerable<string> Parts(WorkFilter filter, Workspace workspace, SessionKeeper session, Text text)
    {
        if (filter.LineId is { } line)
            yield return workspace.Line(line)?.DisplayName ?? text["filter.gone.line"];
        if (filter.Stage is { } stage)
            yield return Guid.TryParse(stage, out var id)
                ? workspace.Stage(id)?.Name ?? text["filter.gone.stage"]
                : text[$"filter.stage.{stage}"];
        if (filter.Assignee is { } assignee)
            yield return Assignee(assignee, workspace, session, text);
        if (filter.Label is { } label)
            yield return workspace.Label(label)?.Name ?? text["filter.gone.label"];
        if (filter.Unread is { } unread)
            yield return text[unread ? "filter.unread" : "filter.read"];
        if (filter.Waiting is { } waiting)
            yield return text[waiting ? "filter.waiting" : "filter.answered"];
        if (filter.Snoozed is { } snoozed)
            yield return text[snoozed ? "filter.snoozed" : "filter.awake"];
        if (filter.Type is { } type)
            yield return text[$"filter.type.{type}"];
        if (filter.Q is { Length: > 0 } words)
            yield return $"“{words}”";
    }

    private static string Assignee(string assignee, Workspace workspace, SessionKeeper session, Text text) => assignee switch
    {
        "me" => text["filter.mine"],
        "none" => text["filter.nobody"],
        _ when Guid.TryParse(assignee, out var id) => id == session.User?.Id
            ? text["filter.mine"]
            : workspace.NameOf(id) is { Length: > 0 } name ? name : text["filter.gone.member"],
        _ => assignee,
    };
}
