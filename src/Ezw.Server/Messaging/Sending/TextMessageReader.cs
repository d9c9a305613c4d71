using Ezw.Client;
using Ezw.Lines;

namespace Ezw.Messaging.Sending;

/// <summary>Checks a text message of the Channel API. All mistakes are told at once, each under the member that carries it.</summary>
internal static class TextMessageReader
{
    /// <summary>WhatsApp's own limit.</summary>
    private const int MaxBody = 65_536;

    private const int MaxButtonText = 256;
    private const int MaxUrl = 2_048;
    private const int MaxTypingSeconds = 60;

    public static (SendRequest? Request, Dictionary<string, string[]> Errors) Read(NewTextMessage input)
    {
        var errors = new Dictionary<string, string[]>();
        var (to, conversationId) = Target(input, errors);
        var body = Body(input.Body, errors);
        var (ctaText, ctaUrl) = Button(input.CtaUrlButton, errors);
        var quoted = Id(input.QuotedMessageId, "quotedMessageId", errors);
        if (input.TypingTime is < 0 or > MaxTypingSeconds)
            errors["typingTime"] = ["typingTime is a number of seconds from 0 to 60."];
        return errors.Count > 0
            ? (null, errors)
            : (new SendRequest(to, conversationId, body, ctaText, ctaUrl, quoted, (long)((input.TypingTime ?? 0) * 1000)), errors);
    }

    private static (string? To, Guid? ConversationId) Target(NewTextMessage input, Dictionary<string, string[]> errors)
    {
        if (input.ConversationId is not null && input.ConversationIdAlias is not null && input.ConversationId != input.ConversationIdAlias)
            errors["conversationId"] = ["conversationId and conversation_id name different conversations."];
        var conversation = input.ConversationId ?? input.ConversationIdAlias;
        if (input.To is null == conversation is null)
        {
            errors["to"] = ["Name exactly one target: to (a phone number) or conversationId."];
            return default;
        }
        if (conversation is not null)
            return (null, Id(conversation, "conversationId", errors));
        if (PhoneNumber.Parse(input.To) is { } number)
            return (number, null);
        errors["to"] = ["to is not a phone number in international form, e.g. +972501234567."];
        return default;
    }

    private static string Body(string? body, Dictionary<string, string[]> errors)
    {
        if (string.IsNullOrWhiteSpace(body))
            errors["body"] = ["body is required and must not be blank."];
        else if (body.Length > MaxBody)
            errors["body"] = [$"body is longer than {MaxBody:N0} characters."];
        else if (body.Contains('\0', StringComparison.Ordinal))
            errors["body"] = ["body contains a NUL character."];
        return body ?? "";
    }

    private static (string? Text, string? Url) Button(CtaUrlButton? button, Dictionary<string, string[]> errors)
    {
        if (button is null)
            return default;
        var text = button.DisplayText ?? button.Text;
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxButtonText || text.Contains('\0', StringComparison.Ordinal))
            errors["ctaUrlButton.displayText"] = [$"ctaUrlButton needs displayText (or text) of 1 to {MaxButtonText} characters."];
        var sound = button.Url is { Length: <= MaxUrl } url && !url.Any(char.IsControl)
            && Uri.TryCreate(url, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.Host.Length > 0;
        if (!sound)
            errors["ctaUrlButton.url"] = ["ctaUrlButton.url is an absolute http or https URL."];
        return (text, button.Url);
    }

    // An id of any other shape names nothing here; that is "not found", which the empty id is too.
    private static Guid? Id(string? text, string member, Dictionary<string, string[]> errors)
    {
        if (text is null)
            return null;
        if (Guid.TryParse(text, out var id))
            return id;
        errors[member] = [$"{member} is not an id."];
        return null;
    }
}
