using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator;

/// <summary>What a link says of a send when the network said nothing.</summary>
internal static class SendOutcomes
{
    public static readonly SendResult NotConnected = new SendResult.Rejected(
        new ProviderError(ErrorClass.NotConnected, "not_connected", "The line is not connected now."));

    public static readonly SendResult Unanswered = new SendResult.Ambiguous(
        new ProviderError(ErrorClass.Transient, "connection_lost", "The connection broke before WhatsApp answered."),
        SafeToRetrySameId: true);

    public static readonly SendResult UploadLost = new SendResult.Rejected(
        new ProviderError(ErrorClass.Transient, "upload_lost", "The file did not reach WhatsApp."));

    public static readonly SendResult TooLarge = new SendResult.Rejected(
        new ProviderError(ErrorClass.MediaInvalid, "media_too_large", "The file is larger than WhatsApp allows."));

    public static OutgoingMessage Outgoing(OutboundMessage message) => message.Content switch
    {
        OutboundContent.Text text => new OutgoingMessage(
            message.ProviderMessageId, message.To, text.Body, null, null, message.QuotedProviderMessageId),
        OutboundContent.CtaUrl button => new OutgoingMessage(
            message.ProviderMessageId, message.To, button.Body, button.DisplayText, button.Url, message.QuotedProviderMessageId),
        OutboundContent.Media file => new OutgoingMessage(
            message.ProviderMessageId, message.To, file.Caption ?? "", null, null, message.QuotedProviderMessageId,
            new OutgoingMedia(file.Kind, file.MimeType, file.FileName, file.SizeBytes)),
        _ => throw new NotSupportedException($"The simulator cannot send {message.Content.GetType().Name}."),
    };
}
