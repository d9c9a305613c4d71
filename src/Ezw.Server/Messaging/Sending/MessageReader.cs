using Ezw.Client;
using Ezw.Foundation.Security.Outbound;
using Ezw.Lines;
using Ezw.Providers;

namespace Ezw.Messaging.Sending;

/// <summary>Checks what callers want sent. All mistakes are told at once, each under the member that carries it.</summary>
internal static class MessageReader
{
    /// <summary>WhatsApp's own limit.</summary>
    private const int MaxBody = 65_536;

    /// <summary>WhatsApp's own limit of a caption.</summary>
    private const int MaxCaption = 1_024;

    private const int MaxButtonText = 256;
    private const int MaxUrl = 2_048;
    private const int MaxFileName = 255;
    private const int MaxTypingSeconds = 60;

    private static readonly string[] MediaTypes = ["image", "video", "audio", "document"];

    public static (SendRequest? Request, Dictionary<string, string[]> Errors) Read(NewTextMessage input)
    {
        var errors = new Dictionary<string, string[]>();
        var (to, conversationId) = Target(input.To, input.ConversationId, input.ConversationIdAlias, errors);
        var body = Body(input.Body, "body", errors);
        var (ctaText, ctaUrl) = Button(input.CtaUrlButton, errors);
        var quoted = Id(input.QuotedMessageId, "quotedMessageId", errors);
        var typingMs = Typing(input.TypingTime, errors);
        return errors.Count > 0 ? (null, errors) : (new(to, conversationId, body, ctaText, ctaUrl, quoted, typingMs), errors);
    }

    public static (SendRequest? Request, Dictionary<string, string[]> Errors) Read(NewMediaMessage input, TargetPolicy targets)
    {
        var errors = new Dictionary<string, string[]>();
        var (to, conversationId) = Target(input.To, input.ConversationId, input.ConversationIdAlias, errors);
        if (!MediaTypes.Contains(input.Type))
            errors["type"] = [$"type is one of: {string.Join(", ", MediaTypes)}."];
        if (targets.Check(input.Url) is TargetUrl.Refused refused)
            errors["url"] = [refused.Sentence];
        var caption = string.IsNullOrEmpty(input.Caption) ? null : Text(input.Caption, "caption", MaxCaption, errors);
        var fileName = string.IsNullOrEmpty(input.Filename) ? null : Text(input.Filename, "filename", MaxFileName, errors);
        var quoted = Id(input.QuotedMessageId, "quotedMessageId", errors);
        var typingMs = Typing(input.TypingTime, errors);
        if (errors.Count > 0)
            return (null, errors);
        var file = new OutgoingFile(MediaKinds.Parse(input.Type!), input.Url, null, null, fileName, null);
        return (new(to, conversationId, caption, null, null, quoted, typingMs, file), errors);
    }

    /// <param name="file">The image that came with it; then the text is its caption and may be missing.</param>
    public static (SendRequest? Request, Dictionary<string, string[]> Errors) Read(WorkspaceSend input, OutgoingFile? file)
    {
        var errors = new Dictionary<string, string[]>();
        var conversationId = Id(input.ConversationId, "conversationId", errors);
        if (conversationId is null)
            errors.TryAdd("conversationId", ["conversationId is required."]);
        var body = file is null ? Body(input.BodyText, "bodyText", errors)
            : string.IsNullOrWhiteSpace(input.BodyText) ? null
            : Text(input.BodyText, "bodyText", MaxCaption, errors);
        var quoted = Id(input.QuotedMessageId, "quotedMessageId", errors);
        return errors.Count > 0 ? (null, errors) : (new(null, conversationId, body, null, null, quoted, 0, file), errors);
    }

    private static (string? To, Guid? ConversationId) Target(
        string? to, string? conversationId, string? alias, Dictionary<string, string[]> errors)
    {
        if (conversationId is not null && alias is not null && conversationId != alias)
            errors["conversationId"] = ["conversationId and conversation_id name different conversations."];
        var conversation = conversationId ?? alias;
        if (to is null == conversation is null)
        {
            errors["to"] = ["Name exactly one target: to (a phone number) or conversationId."];
            return default;
        }
        if (conversation is not null)
            return (null, Id(conversation, "conversationId", errors));
        if (PhoneNumber.Parse(to) is { } number)
            return (number, null);
        errors["to"] = ["to is not a phone number in international form, e.g. +972501234567."];
        return default;
    }

    private static string Body(string? body, string member, Dictionary<string, string[]> errors)
    {
        if (!string.IsNullOrWhiteSpace(body))
            return Text(body, member, MaxBody, errors);
        errors[member] = [$"{member} is required and must not be blank."];
        return "";
    }

    private static string Text(string text, string member, int limit, Dictionary<string, string[]> errors)
    {
        if (text.Length > limit)
            errors[member] = [$"{member} is longer than {limit:N0} characters."];
        else if (text.Contains('\0', StringComparison.Ordinal))
            errors[member] = [$"{member} contains a NUL character."];
        return text;
    }

    private static long Typing(decimal? seconds, Dictionary<string, string[]> errors)
    {
        if (seconds is >= 0 and <= MaxTypingSeconds or null)
            return (long)((seconds ?? 0) * 1000);
        errors["typingTime"] = ["typingTime is a number of seconds from 0 to 60."];
        return 0;
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
