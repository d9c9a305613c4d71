using System.Net.Http.Headers;

namespace Ezw.Client;

public sealed partial class WorkspaceClient
{
    /// <param name="sort">recent or waiting.</param>
    public Task<Page<ConversationView>> ConversationsAsync(
        WorkFilter filter, string sort = "recent", string? cursor = null, int limit = 50, CancellationToken ct = default) =>
        GetAsync<Page<ConversationView>>(Query(
            "/api/conversations", ("lineId", filter.LineId), ("stage", filter.Stage), ("assignee", filter.Assignee),
            ("unread", filter.Unread), ("waiting", filter.Waiting), ("snoozed", filter.Snoozed), ("type", filter.Type),
            ("label", filter.Label), ("q", filter.Q), ("sort", sort), ("cursor", cursor), ("limit", limit)), ct);

    public Task<ConversationCounts> CountsAsync(CancellationToken ct = default) =>
        GetAsync<ConversationCounts>("/api/conversations/counts", ct);

    public Task<ConversationView> ConversationAsync(Guid id, CancellationToken ct = default) =>
        GetAsync<ConversationView>($"/api/conversations/{id}", ct);

    /// <summary>Newest first, always; <paramref name="after"/> asks for those that follow a message, and then there is no cursor.</summary>
    public Task<Page<MessageView>> MessagesAsync(
        Guid conversationId, string? cursor = null, Guid? around = null, Guid? after = null, int limit = 50,
        CancellationToken ct = default) =>
        GetAsync<Page<MessageView>>(Query(
            $"/api/conversations/{conversationId}/messages", ("cursor", cursor), ("around", around), ("after", after),
            ("limit", limit)), ct);

    /// <param name="key">Of the wish, not of the try: the same for every repetition.</param>
    public Task<MessageQueued> SendAsync(Guid lineId, WorkspaceSend message, string key, CancellationToken ct = default) =>
        SendAsync<MessageQueued>(
            HttpMethod.Post, $"/api/lines/{lineId}/send", Json(message), ct, headers => headers.Add("Idempotency-Key", key));

    /// <summary>One image, with the message's text as its caption.</summary>
    public async Task<MessageQueued> SendImageAsync(
        Guid lineId, WorkspaceSend message, byte[] image, string fileName, string mimeType, string key, CancellationToken ct = default)
    {
        using var form = new MultipartFormDataContent();
        form.Add(new StringContent($"{message.ConversationId}"), "conversationId");
        if (!string.IsNullOrEmpty(message.BodyText))
            form.Add(new StringContent(message.BodyText), "bodyText");
        if (!string.IsNullOrEmpty(message.QuotedMessageId))
            form.Add(new StringContent(message.QuotedMessageId), "quotedMessageId");
        var file = new ByteArrayContent(image);
        file.Headers.ContentType = MediaTypeHeaderValue.TryParse(mimeType, out var type) ? type : null;
        form.Add(file, "media", fileName);
        return await SendAsync<MessageQueued>(
            HttpMethod.Post, $"/api/lines/{lineId}/send", form, ct, headers => headers.Add("Idempotency-Key", key));
    }

    public Task<ForwardResult> ForwardAsync(Guid messageId, Forward forward, string key, CancellationToken ct = default) =>
        SendAsync<ForwardResult>(
            HttpMethod.Post, $"/api/messages/{messageId}/forward", Json(forward), ct, headers => headers.Add("Idempotency-Key", key));

    public Task<MessageView> MessageAsync(Guid messageId, CancellationToken ct = default) =>
        GetAsync<MessageView>($"/api/messages/{messageId}", ct);

    /// <param name="variant">thumbnail, or null for the file itself.</param>
    public Task<AttachmentUrl> AttachmentUrlAsync(Guid attachmentId, string? variant = null, CancellationToken ct = default) =>
        GetAsync<AttachmentUrl>(Query($"/api/attachments/{attachmentId}/url", ("variant", variant)), ct);

    public Task RetryAttachmentAsync(Guid attachmentId, CancellationToken ct = default) =>
        PostAsync($"/api/attachments/{attachmentId}/retry", null, ct);

    public Task<Page<MessageFound>> SearchMessagesAsync(
        string q, Guid? conversationId = null, string? cursor = null, int limit = 20, CancellationToken ct = default) =>
        GetAsync<Page<MessageFound>>(Query(
            "/api/search/messages", ("q", q), ("conversationId", conversationId), ("cursor", cursor), ("limit", limit)), ct);

    public Task<Page<ContactView>> ContactsAsync(string? q = null, string? cursor = null, int limit = 50, CancellationToken ct = default) =>
        GetAsync<Page<ContactView>>(Query("/api/contacts", ("q", q), ("cursor", cursor), ("limit", limit)), ct);

    public Task<ContactProfile> ContactAsync(Guid id, CancellationToken ct = default) =>
        GetAsync<ContactProfile>($"/api/contacts/{id}", ct);

    public Task<ContactView> ChangeContactAsync(Guid id, ContactChange change, CancellationToken ct = default) =>
        PatchAsync<ContactView>($"/api/contacts/{id}", change, ct);

    /// <summary>The other contact becomes part of this one.</summary>
    public Task<ContactProfile> MergeContactAsync(Guid id, NewContactMerge merge, CancellationToken ct = default) =>
        PostAsync<ContactProfile>($"/api/contacts/{id}/merges", merge, ct);

    public Task PartContactAsync(Guid id, Guid mergeId, CancellationToken ct = default) =>
        DeleteAsync($"/api/contacts/{id}/merges/{mergeId}", ct);

    public Task<ChangePage> ChangesAsync(string? after = null, int limit = 500, CancellationToken ct = default) =>
        GetAsync<ChangePage>(Query("/api/changes", ("after", after), ("limit", limit)), ct);

    public Task<LiveTicketCreated> LiveTicketAsync(CancellationToken ct = default) =>
        PostAsync<LiveTicketCreated>("/api/live/ticket", null, ct);

    public Task SayPresenceAsync(Guid conversationId, string state, CancellationToken ct = default) =>
        PutAsync($"/api/conversations/{conversationId}/presence", new PresenceChange(state), ct);

    public Task<Page<PresenceView>> PresenceAsync(Guid conversationId, CancellationToken ct = default) =>
        GetAsync<Page<PresenceView>>($"/api/conversations/{conversationId}/presence", ct);
}
