using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Identity;
using Ezw.Lines;
using Ezw.Messaging.Arriving;
using Ezw.Messaging.Attachments;
using Ezw.Messaging.Contacts;
using Ezw.Messaging.Conversations;
using Ezw.Messaging.Sending;
using Ezw.Providers;
using Microsoft.AspNetCore.Mvc;

namespace Ezw.Messaging;

/// <summary>The door of the slice.</summary>
internal static class MessagingDoor
{
    /// <summary>The largest image with its caption and the form around it; what is too large for WhatsApp is told from that, not from here.</summary>
    private const long MaxFormBytes = 20 * 1024 * 1024;

    public static void AddMessaging(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<MessagingOptions>().BindConfiguration("Ezw:Messaging").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<Acceptances>();
        services.AddSingleton<AttemptStartStore>();
        services.AddSingleton<AttemptFinishStore>();
        services.AddSingleton<ReceiptStore>();
        services.AddSingleton<Arrivals>();
        services.AddSingleton<MessageChanges>();
        services.AddSingleton<ChatUpdates>();
        services.AddSingleton<ContactMerges>();
        services.AddSingleton<MediaArchive>();
        services.AddSingleton<MediaDownloads>();
        services.AddSingleton<OutgoingContents>();
        services.AddSingleton<WorkspaceForms>();
        services.AddSingleton<SendAnswers>();
        services.AddHostedService<AttachmentArchiver>();
        services.AddSingleton<IOrganizationPart, FirstStages>();
        services.AddSingleton<Sends>();
        services.AddSingleton<AcceptMeter>();
        services.AddSingleton<SendMeter>();
        services.AddSingleton<ILineTraffic, Ingest>();
        services.AddSingleton<IOutboundArchive, OutboundArchive>();
        services.AddHostedService<SendWorker>();
        services.AddHostedService<KeySweeper>();
        services.AddHostedService<QueueGauge>();
    }

    /// <param name="workspace">The group /api, which already asks for an ID token.</param>
    /// <param name="channel">The group /api/v1, which already asks for a line token.</param>
    public static void MapMessaging(RouteGroupBuilder workspace, RouteGroupBuilder channel)
    {
        var messages = channel.MapGroup("/messages").WithTags("Channel");
        messages.MapPost("/text", MessagesApi.SendText).ChecksTokenAgain().WithSummary("Send a text once").MayRefuse(404, 409, 503);
        messages.MapPost("/media", MessagesApi.SendMedia).ChecksTokenAgain().WithSummary("Send a file by URL once")
            .MayRefuse(404, 409, 501, 503);
        messages.MapGet("/{messageId:guid}", MessagesApi.Get).WithSummary("How far a message has come");
        channel.MapGet("/media/{attachmentId:guid}", ChannelMediaApi.Read).WithTags("Channel").Produces(StatusCodes.Status302Found)
            .WithSummary("A file of the line, by way of a short-lived URL").MayRefuse(409, 501, 503);

        workspace.MapPost("/lines/{lineId:guid}/send", WorkspaceSendApi.Send).WithTags("Lines")
            .Accepts<WorkspaceSend>("application/json", "multipart/form-data")
            .WithMetadata(new RequestSizeLimitAttribute(MaxFormBytes))
            .WithSummary("Reply in a conversation, with text or one image").MayRefuse(409, 501, 503);

        workspace.MapPost("/messages/{messageId:guid}/forward", ForwardApi.Forward).WithTags("Messages")
            .WithSummary("Send what a message says to other conversations").MayRefuse(503);

        var attachment = workspace.MapGroup("/attachments/{attachmentId:guid}").WithTags("Attachments");
        attachment.MapGet("/url", AttachmentsApi.Url).WithSummary("A short-lived URL of a file").MayRefuse(409, 501);
        attachment.MapPost("/retry", AttachmentsApi.Retry).WithSummary("Fetch a file again that failed").MayRefuse(409);
    }
}
