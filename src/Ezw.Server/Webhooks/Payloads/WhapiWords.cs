using System.Text.Json;
using Ezw.Messaging;

namespace Ezw.Webhooks.Payloads;

/// <summary>How whapi words what both of its formats tell alike.</summary>
internal static class WhapiWords
{
    /// <summary>Of an error that whapi has no number for; ours stands in its details.</summary>
    private const int AnyError = 500;

    /// <summary>The list in which the things of an event stand: messages, of messages.post.</summary>
    public static string ListOf(string name) => name.Split('.')[0];

    /// <summary>A person's phone and other devices are not told apart here; what the owner's team writes comes from a browser.</summary>
    public static string Source(string origin) => origin switch
    {
        "workspace" => "web",
        "channel_api" or "campaign" => "api",
        _ => "mobile",
    };

    /// <summary>Whapi's number of a status; it has none for what is in doubt, which is waiting, nor for what was canceled.</summary>
    public static int Code(string status) => status switch
    {
        MessageStatus.Failed or MessageStatus.Canceled => 0,
        MessageStatus.Sent => 2,
        MessageStatus.Delivered => 3,
        MessageStatus.Read => 4,
        MessageStatus.Played => 5,
        _ => 1,
    };

    /// <summary>Why it is not on its way, if that is known.</summary>
    public static void WriteErrors(Utf8JsonWriter json, Happening.Status status)
    {
        if (status is { Moved: MessageStatus.Failed or MessageStatus.InDoubt, Of.ErrorCode: { } code })
        {
            json.WriteOnly("errors", only =>
            {
                only.WriteNumber("code", AnyError);
                only.WriteString("message", status.Of.ErrorMessage ?? "");
                only.WriteString("details", code);
            });
        }
    }

    /// <summary>An edit is told as text whatever it is of: a caption is text too.</summary>
    public static void WriteAction(Utf8JsonWriter json, Happening.Change change, string target) => json.WriteObject("action", action =>
    {
        action.WriteString("target", target);
        action.WriteString("type", change.Kind);
        if (change.Kind == "reaction")
            action.WriteString("emoji", change.Value);
        if (change.Kind != "edit")
            return;
        action.WriteString("edited_type", "text");
        action.WriteObject("edited_content", content => content.WriteString("body", change.Value));
    });
}
