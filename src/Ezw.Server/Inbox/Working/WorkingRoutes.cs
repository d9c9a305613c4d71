using Ezw.Foundation.Http;
using Ezw.Identity;
using Ezw.Inbox.Working.Bulk;
using Ezw.Inbox.Working.CannedReplies;
using Ezw.Inbox.Working.Labels;
using Ezw.Inbox.Working.Notes;
using Ezw.Inbox.Working.Stages;
using Ezw.Inbox.Working.Views;

namespace Ezw.Inbox.Working;

/// <summary>The part of the inbox's door for working on conversations.</summary>
internal static class WorkingRoutes
{
    public static void AddWorking(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<WorkChanges>();
        services.AddSingleton<WorkAnswers>();
        services.AddSingleton<IAccessPart, AssignmentRelease>();
        services.AddSingleton<StageChanges>();
        services.AddSingleton<StageRetirement>();
        services.AddSingleton<LabelChanges>();
        services.AddSingleton<NoteChanges>();
        services.AddSingleton<CannedReplyChanges>();
        services.AddSingleton<ViewChanges>();
        services.AddSingleton<BulkJobs>();
        services.AddHostedService<SnoozeWaker>();
        services.AddHostedService<BulkWorker>();
        services.AddHostedService<BulkSweeper>();
    }

    /// <param name="workspace">The group /api, which already asks for an ID token.</param>
    public static void MapWorking(RouteGroupBuilder workspace)
    {
        var inbox = workspace.MapGroup("").WithTags("Inbox");
        MapConversation(inbox.MapGroup("/conversations/{conversationId:guid}"));
        MapBoard(inbox);
        MapTexts(inbox);

        var bulk = inbox.MapGroup("/bulk");
        bulk.MapPost("/", BulkApi.Create).WithSummary("Do something to many conversations").MayRefuse(409);
        bulk.MapGet("/{jobId:guid}", BulkApi.Get).WithSummary("How far a job has come");
        bulk.MapGet("/{jobId:guid}/items", BulkApi.Items).WithSummary("What became of each conversation of a job");
        bulk.MapDelete("/{jobId:guid}", BulkApi.Cancel).WithSummary("Cancel a job; what is done stays done");
    }

    private static void MapConversation(RouteGroupBuilder conversation)
    {
        conversation.MapGet("/work", WorkApi.Get).WithSummary("How a conversation stands");
        conversation.MapPost("/claim", WorkApi.Claim).WithSummary("Take a conversation that nobody has").MayRefuse(409);
        conversation.MapDelete("/claim", WorkApi.Release).WithSummary("Give a conversation up").MayRefuse(409);
        conversation.MapPut("/assignment", WorkApi.Assign).WithSummary("Assign to a member, or to nobody").MayRefuse(409);
        conversation.MapPut("/stage", WorkApi.Move).WithSummary("Move to another stage").MayRefuse(409);
        conversation.MapPut("/snooze", WorkApi.Snooze).WithSummary("Set aside until a time").MayRefuse(409);
        conversation.MapDelete("/snooze", WorkApi.Wake).WithSummary("Take up again at once").MayRefuse(409);
        conversation.MapPut("/read", WorkApi.Read).WithSummary("Mark as read, all or through a message").MayRefuse(409);
        conversation.MapPut("/unread", WorkApi.Unread).WithSummary("Mark the last message from the contact as unread").MayRefuse(409);

        conversation.MapPut("/labels", LabelsApi.Set).WithSummary("Set a conversation's labels").MayRefuse(409);
        conversation.MapPost("/labels", LabelsApi.PutOn).WithSummary("Put a label on").MayRefuse(409);
        conversation.MapDelete("/labels/{labelId:guid}", LabelsApi.TakeOff).WithSummary("Take a label off").MayRefuse(409);

        conversation.MapGet("/notes", NotesApi.List).WithSummary("List notes, newest first");
        conversation.MapPost("/notes", NotesApi.Create).WithSummary("Add a note");
        conversation.MapPatch("/notes/{noteId:guid}", NotesApi.Change).WithSummary("Change one's own note").MayRefuse(409);
        conversation.MapDelete("/notes/{noteId:guid}", NotesApi.Delete).WithSummary("Delete a note");
    }

    private static void MapBoard(RouteGroupBuilder inbox)
    {
        inbox.MapGet("/stages", StagesApi.List).WithSummary("List the stages of the board");
        inbox.MapPost("/stages", StagesApi.Create).WithSummary("Add a stage").MayRefuse(409);
        inbox.MapPut("/stages/order", StagesApi.Order).WithSummary("Order the stages");
        inbox.MapPatch("/stages/{stageId:guid}", StagesApi.Change).WithSummary("Change a stage").MayRefuse(409);
        inbox.MapDelete("/stages/{stageId:guid}", StagesApi.Delete).WithSummary("Delete a stage, its conversations moving").MayRefuse(409);

        inbox.MapGet("/labels", LabelsApi.List).WithSummary("List labels");
        inbox.MapPost("/labels", LabelsApi.Create).WithSummary("Add a label").MayRefuse(409);
        inbox.MapPatch("/labels/{labelId:guid}", LabelsApi.Change).WithSummary("Change a label").MayRefuse(409);
        inbox.MapDelete("/labels/{labelId:guid}", LabelsApi.Delete).WithSummary("Delete a label and take it off everywhere");
    }

    private static void MapTexts(RouteGroupBuilder inbox)
    {
        inbox.MapGet("/mentions", NotesApi.Mentions).WithSummary("Notes that name you, newest first");
        inbox.MapPut("/mentions/{mentionId:guid}/seen", NotesApi.SeeMention).WithSummary("Mark a mention as seen");

        inbox.MapGet("/canned-replies", CannedRepliesApi.List).WithSummary("List your canned replies and the shared ones");
        inbox.MapPost("/canned-replies", CannedRepliesApi.Create).WithSummary("Add a canned reply").MayRefuse(409);
        var reply = inbox.MapGroup("/canned-replies/{cannedReplyId:guid}");
        reply.MapPatch("/", CannedRepliesApi.Change).WithSummary("Change a canned reply").MayRefuse(409);
        reply.MapDelete("/", CannedRepliesApi.Delete).WithSummary("Delete a canned reply");
        reply.MapPost("/rendering", CannedRepliesApi.Render).WithSummary("Fill a canned reply in for a conversation");

        inbox.MapGet("/views", ViewsApi.List).WithSummary("List your saved views and the shared ones");
        inbox.MapPost("/views", ViewsApi.Create).WithSummary("Save a view").MayRefuse(409);
        inbox.MapPatch("/views/{viewId:guid}", ViewsApi.Change).WithSummary("Change a saved view").MayRefuse(409);
        inbox.MapDelete("/views/{viewId:guid}", ViewsApi.Delete).WithSummary("Delete a saved view");
    }
}
