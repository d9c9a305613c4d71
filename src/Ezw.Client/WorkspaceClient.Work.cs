namespace Ezw.Client;

public sealed partial class WorkspaceClient
{
    public Task<ConversationWork> WorkAsync(Guid id, CancellationToken ct = default) =>
        GetAsync<ConversationWork>($"/api/conversations/{id}/work", ct);

    /// <summary>The first one gets it; 409 <c>already_claimed</c> names who has it.</summary>
    public Task<ConversationWork> ClaimAsync(Guid id, CancellationToken ct = default) =>
        PostAsync<ConversationWork>($"/api/conversations/{id}/claim", null, ct);

    public Task<ConversationWork> ReleaseAsync(Guid id, CancellationToken ct = default) =>
        DeleteAsync<ConversationWork>($"/api/conversations/{id}/claim", ct);

    public Task<ConversationWork> AssignAsync(Guid id, AssignmentChange change, CancellationToken ct = default) =>
        PutAsync<ConversationWork>($"/api/conversations/{id}/assignment", change, ct);

    public Task<ConversationWork> MoveAsync(Guid id, StageMove move, CancellationToken ct = default) =>
        PutAsync<ConversationWork>($"/api/conversations/{id}/stage", move, ct);

    public Task<ConversationWork> SnoozeAsync(Guid id, SnoozeChange change, CancellationToken ct = default) =>
        PutAsync<ConversationWork>($"/api/conversations/{id}/snooze", change, ct);

    public Task<ConversationWork> WakeAsync(Guid id, CancellationToken ct = default) =>
        DeleteAsync<ConversationWork>($"/api/conversations/{id}/snooze", ct);

    public Task<ConversationWork> MarkReadAsync(Guid id, ReadMark mark, CancellationToken ct = default) =>
        PutAsync<ConversationWork>($"/api/conversations/{id}/read", mark, ct);

    public Task<ConversationWork> MarkUnreadAsync(Guid id, CancellationToken ct = default) =>
        PutAsync<ConversationWork>($"/api/conversations/{id}/unread", null, ct);

    public Task<ConversationWork> LabelAsync(Guid id, LabelSet labels, CancellationToken ct = default) =>
        PutAsync<ConversationWork>($"/api/conversations/{id}/labels", labels, ct);

    public Task<Page<NoteView>> NotesAsync(Guid id, string? cursor = null, CancellationToken ct = default) =>
        GetAsync<Page<NoteView>>(Query($"/api/conversations/{id}/notes", ("cursor", cursor)), ct);

    public Task<NoteView> WriteNoteAsync(Guid id, NewNote note, CancellationToken ct = default) =>
        PostAsync<NoteView>($"/api/conversations/{id}/notes", note, ct);

    public Task<NoteView> ChangeNoteAsync(Guid id, Guid noteId, NoteChange change, CancellationToken ct = default) =>
        PatchAsync<NoteView>($"/api/conversations/{id}/notes/{noteId}", change, ct);

    public Task DeleteNoteAsync(Guid id, Guid noteId, CancellationToken ct = default) =>
        DeleteAsync($"/api/conversations/{id}/notes/{noteId}", ct);

    public Task<Page<StageView>> StagesAsync(CancellationToken ct = default) => GetAsync<Page<StageView>>("/api/stages", ct);

    public Task<StageView> CreateStageAsync(NewStage stage, CancellationToken ct = default) =>
        PostAsync<StageView>("/api/stages", stage, ct);

    public Task<StageView> ChangeStageAsync(Guid id, StageChange change, CancellationToken ct = default) =>
        PatchAsync<StageView>($"/api/stages/{id}", change, ct);

    public Task<Page<StageView>> OrderStagesAsync(StageOrder order, CancellationToken ct = default) =>
        PutAsync<Page<StageView>>("/api/stages/order", order, ct);

    /// <summary>Null: it is gone. A job: its conversations are moving first.</summary>
    public Task<BulkJobView?> DeleteStageAsync(Guid id, Guid? moveTo, CancellationToken ct = default) =>
        FindAsync<BulkJobView>(HttpMethod.Delete, Query($"/api/stages/{id}", ("moveTo", moveTo)), ct);

    public Task<Page<LabelView>> LabelsAsync(CancellationToken ct = default) => GetAsync<Page<LabelView>>("/api/labels", ct);

    public Task<LabelView> CreateLabelAsync(NewLabel label, CancellationToken ct = default) =>
        PostAsync<LabelView>("/api/labels", label, ct);

    public Task<LabelView> ChangeLabelAsync(Guid id, LabelChange change, CancellationToken ct = default) =>
        PatchAsync<LabelView>($"/api/labels/{id}", change, ct);

    public Task DeleteLabelAsync(Guid id, CancellationToken ct = default) => DeleteAsync($"/api/labels/{id}", ct);

    public Task<Page<CannedReplyView>> CannedRepliesAsync(CancellationToken ct = default) =>
        GetAsync<Page<CannedReplyView>>("/api/canned-replies", ct);

    public Task<CannedReplyView> CreateCannedReplyAsync(NewCannedReply reply, CancellationToken ct = default) =>
        PostAsync<CannedReplyView>("/api/canned-replies", reply, ct);

    public Task<CannedReplyView> ChangeCannedReplyAsync(Guid id, CannedReplyChange change, CancellationToken ct = default) =>
        PatchAsync<CannedReplyView>($"/api/canned-replies/{id}", change, ct);

    public Task DeleteCannedReplyAsync(Guid id, CancellationToken ct = default) => DeleteAsync($"/api/canned-replies/{id}", ct);

    public Task<Rendering> RenderAsync(Guid cannedReplyId, NewRendering target, CancellationToken ct = default) =>
        PostAsync<Rendering>($"/api/canned-replies/{cannedReplyId}/rendering", target, ct);

    public Task<Page<SavedView>> ViewsAsync(CancellationToken ct = default) => GetAsync<Page<SavedView>>("/api/views", ct);

    public Task<SavedView> CreateViewAsync(NewSavedView view, CancellationToken ct = default) =>
        PostAsync<SavedView>("/api/views", view, ct);

    public Task<SavedView> ChangeViewAsync(Guid id, SavedViewChange change, CancellationToken ct = default) =>
        PatchAsync<SavedView>($"/api/views/{id}", change, ct);

    public Task DeleteViewAsync(Guid id, CancellationToken ct = default) => DeleteAsync($"/api/views/{id}", ct);

    public Task<BulkJobView> BeginBulkAsync(NewBulkJob job, CancellationToken ct = default) => PostAsync<BulkJobView>("/api/bulk", job, ct);

    public Task<BulkJobView> BulkAsync(Guid id, CancellationToken ct = default) => GetAsync<BulkJobView>($"/api/bulk/{id}", ct);

    /// <summary>What is done stays done. A job that deletes a stage then leaves it where it is.</summary>
    public Task CancelBulkAsync(Guid id, CancellationToken ct = default) => DeleteAsync($"/api/bulk/{id}", ct);

    public Task<Page<MentionView>> MentionsAsync(CancellationToken ct = default) => GetAsync<Page<MentionView>>("/api/mentions", ct);
}
