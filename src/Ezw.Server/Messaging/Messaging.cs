using Ezw.Foundation.Http;
using Ezw.Identity;
using Ezw.Lines;
using Ezw.Messaging.Arriving;
using Ezw.Messaging.Contacts;
using Ezw.Messaging.Conversations;
using Ezw.Messaging.Sending;

namespace Ezw.Messaging;

/// <summary>The door of the slice.</summary>
internal static class MessagingDoor
{
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
        services.AddSingleton<IOrganizationPart, FirstStages>();
        services.AddSingleton<Sends>();
        services.AddSingleton<AcceptMeter>();
        services.AddSingleton<SendMeter>();
        services.AddSingleton<ILineTraffic, Ingest>();
        services.AddHostedService<SendWorker>();
        services.AddHostedService<KeySweeper>();
        services.AddHostedService<QueueGauge>();
    }

    /// <param name="channel">The group /api/v1, which already asks for a line token.</param>
    public static void MapMessaging(RouteGroupBuilder channel)
    {
        var messages = channel.MapGroup("/messages").WithTags("Channel");
        messages.MapPost("/text", MessagesApi.SendText).ChecksTokenAgain().WithSummary("Send a text once").MayRefuse(404, 409, 503);
        messages.MapGet("/{messageId:guid}", MessagesApi.Get).WithSummary("How far a message has come");
    }
}
