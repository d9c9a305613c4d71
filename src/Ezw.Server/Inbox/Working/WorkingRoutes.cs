using Ezw.Foundation.Http;
using Ezw.Identity;

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
    }

    /// <param name="workspace">The group /api, which already asks for an ID token.</param>
    public static void MapWorking(RouteGroupBuilder workspace)
    {
        var conversation = workspace.MapGroup("/conversations/{conversationId:guid}").WithTags("Inbox");
        conversation.MapGet("/work", WorkApi.Get).WithSummary("How a conversation stands");
        conversation.MapPost("/claim", WorkApi.Claim).WithSummary("Take a conversation that nobody has").MayRefuse(409);
        conversation.MapDelete("/claim", WorkApi.Release).WithSummary("Give a conversation up").MayRefuse(409);
        conversation.MapPut("/assignment", WorkApi.Assign).WithSummary("Assign to a member, or to nobody").MayRefuse(409);
        conversation.MapPut("/stage", WorkApi.Move).WithSummary("Move to another stage").MayRefuse(409);
        conversation.MapPut("/snooze", WorkApi.Snooze).WithSummary("Set aside until a time").MayRefuse(409);
        conversation.MapDelete("/snooze", WorkApi.Wake).WithSummary("Take up again at once").MayRefuse(409);
        conversation.MapPut("/read", WorkApi.Read).WithSummary("Mark as read, all or through a message").MayRefuse(409);
        conversation.MapPut("/unread", WorkApi.Unread).WithSummary("Mark the last message from the contact as unread").MayRefuse(409);
    }
}
