using System.Text.RegularExpressions;
using Ezw.Client;

namespace Ezw.Inbox.Working.CannedReplies;

/// <summary>What the variables of a canned reply stand for; null where nobody knows.</summary>
internal sealed partial record ReplyNames(string? Contact, string? Agent, string? Line)
{
    /// <summary>A variable without a value stays in the text, where the author sees it before sending.</summary>
    public Rendering Render(string body)
    {
        var missing = new List<string>();
        var text = Variable().Replace(body, match =>
        {
            var name = match.Groups[1].Value;
            if (ValueOf(name) is { } value)
                return value;
            if (!missing.Contains(name))
                missing.Add(name);
            return match.Value;
        });
        return new Rendering(text, missing);
    }

    private string? ValueOf(string name) => name switch
    {
        "contact.name" => Contact,
        "agent.name" => Agent,
        "line.name" => Line,
        _ => null,
    };

    [GeneratedRegex(@"\{\{ ?([a-z]{1,30}\.[a-z]{1,30}) ?\}\}")]
    private static partial Regex Variable();
}
