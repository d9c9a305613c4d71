using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator;

/// <summary>One attempt at a message over one connection: its file first, in pieces, then the message that names the file.</summary>
internal static class SendAttempt
{
    /// <summary>How long a send waits for the network's answer, as long as whatsmeow does.</summary>
    public static readonly TimeSpan AckTimeout = TimeSpan.FromSeconds(75);

    public static async Task<SendResult> RunAsync(
        INetworkConnection connection, OutboundMessage message, TimeProvider time, CancellationToken cancellationToken)
    {
        if (message.Content is OutboundContent.Media file
            && await UploadAsync(connection, message.ProviderMessageId, file, time, cancellationToken) is { } failed)
        {
            return failed;
        }

        try
        {
            var asked = connection.RequestAsync(new SendRequest(SendOutcomes.Outgoing(message)), cancellationToken);
            return await asked.WaitAsync(AckTimeout, time, cancellationToken) switch
            {
                SentReply sent => sent.Result,
                NotLiveReply => SendOutcomes.NotConnected,
                var other => throw new InvalidOperationException($"Unexpected answer {other.GetType().Name}."),
            };
        }
        catch (Exception lost) when (lost is IOException or OperationCanceledException or TimeoutException)
        {
            // The request may be on its way: only the network could tell.
            return SendOutcomes.Unanswered;
        }
    }

    /// <returns>Null when all of the file is there. A file that is not there was certainly not sent.</returns>
    private static async Task<SendResult?> UploadAsync(
        INetworkConnection connection, string id, OutboundContent.Media file, TimeProvider time, CancellationToken cancellationToken)
    {
        if (file.SizeBytes > SimulatorProvider.Media.Of(file.Kind))
        {
            return SendOutcomes.TooLarge;
        }

        await using var bytes = await file.OpenAsync(cancellationToken);
        var piece = new byte[MediaChunk.Bytes];
        for (long offset = 0; ; offset += piece.Length)
        {
            var length = await bytes.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, cancellationToken);
            var request = new UploadRequest(id, offset, file.SizeBytes, piece[..length]);
            if (await PutAsync(connection, request, time, cancellationToken) is { } failed)
            {
                return failed;
            }

            if (length < piece.Length)
            {
                return null;
            }
        }
    }

    private static async Task<SendResult?> PutAsync(
        INetworkConnection connection, UploadRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.RequestAsync(request, cancellationToken).WaitAsync(AckTimeout, time, cancellationToken) switch
            {
                DoneReply => null,
                NotLiveReply => SendOutcomes.NotConnected,
                _ => SendOutcomes.UploadLost,
            };
        }
        catch (Exception lost) when (lost is IOException or TimeoutException)
        {
            return SendOutcomes.UploadLost;
        }
    }
}
