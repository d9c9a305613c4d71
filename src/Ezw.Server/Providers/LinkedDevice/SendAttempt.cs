using Ezw.Providers.LinkedDevice.Channel;
using Ezw.Providers.LinkedDevice.Processes;
using Ezw.Providers.LinkedDevice.Wire;

namespace Ezw.Providers.LinkedDevice;

/// <summary>One attempt at a message by one process.</summary>
internal static class SendAttempt
{
    /// <summary>What the protocol allows a send: five minutes for the upload, the wait for WhatsApp's word, and a minute.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5 * 60 + 30 + 60);

    public static async Task<SendResult> RunAsync(
        SidecarProcess process, Guid lineId, OutboundMessage message, OutgoingFiles files, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (message.Content is not OutboundContent.Media media)
            return await SendAsync(process, lineId, message, fileId: null, time, cancellationToken);
        if (media.SizeBytes > LinkedDeviceProvider.Media.Of(media.Kind))
            return new SendResult.Rejected(SendErrors.TooLarge);
        await using var file = files.Offer(media);
        return await SendAsync(process, lineId, message, file.Id, time, cancellationToken);
    }

    private static async Task<SendResult> SendAsync(
        SidecarProcess process, Guid lineId, OutboundMessage message, string? fileId, TimeProvider time,
        CancellationToken cancellationToken)
    {
        try
        {
            var answer = await process.AskAsync("send", Outgoing.Send(lineId, message, fileId), Limit, cancellationToken);
            return ResultOf(WireFormat.Read<SendResultShape>(answer), time);
        }
        catch (SidecarGoneException)
        {
            // It may have left before the process ended: only WhatsApp could tell.
            return new SendResult.Ambiguous(SendErrors.ConnectionLost, SafeToRetrySameId: true);
        }
        catch (TimeoutException)
        {
            return new SendResult.Ambiguous(SendErrors.Timeout, SafeToRetrySameId: true);
        }
        catch (SidecarErrorException error)
        {
            return new SendResult.Rejected(error.Code switch
            {
                SidecarErrorException.UnknownLine or SidecarErrorException.StaleEpoch or SidecarErrorException.NotConnected
                    or SidecarErrorException.Draining or SidecarErrorException.Busy => SendErrors.NotConnected,
                _ => SendErrors.EngineFault,
            });
        }
    }

    private static SendResult ResultOf(SendResultShape result, TimeProvider time) => result switch
    {
        { Outcome: SendOutcome.Accepted } => new SendResult.Accepted(result.ServerTime ?? time.GetUtcNow()),
        { Outcome: SendOutcome.Ambiguous, Error: { } why } => new SendResult.Ambiguous(SendErrors.Of(why), result.SafeToRetrySameId),
        { Outcome: SendOutcome.Rejected, Error: { } error } => new SendResult.Rejected(SendErrors.Of(error)),
        _ => new SendResult.Ambiguous(SendErrors.EngineFault, SafeToRetrySameId: true),
    };
}
