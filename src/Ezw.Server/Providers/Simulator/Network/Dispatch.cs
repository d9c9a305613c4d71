using System.Security.Cryptography;
using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator.Network;

/// <summary>
/// What becomes of a message from a line: refused, lost, or recorded once and carried to the person, whose phone
/// delivers and reads it in its own time. All calls hold the network's lock.
/// </summary>
internal sealed class Dispatch(SimulatedNetwork network, Schedule schedule, MediaShelf shelf, Dice dice)
{
    private static readonly ProviderError Nobody = new(
        ErrorClass.RecipientInvalid, "not_on_whatsapp", "There is nobody at this address on WhatsApp.");

    // Each attempt at one message, and at its file, has its own luck; counted only while such get lost.
    private readonly Dictionary<string, int> attempts = [];

    public NetworkReply Upload(DeviceSession session, UploadRequest piece)
    {
        var account = session.Device!.Account;
        var faults = network.FaultsOf(account);
        var half = piece.Offset + piece.Bytes.Length >= piece.SizeBytes / 2;
        var subject = $"{account.PhoneNumber}{piece.ProviderMessageId}/file";
        var lost = half && faults.LoseUploads > 0 && dice.Roll("upload", subject, CountAttempt(subject)) < faults.LoseUploads;
        return !lost && (session.Uploads ??= new Uploads()).Add(piece) ? DoneReply.Instance : UploadLostReply.Instance;
    }

    public async Task<NetworkReply> SendAsync(DeviceSession session, OutgoingMessage message) =>
        new SentReply(await DecideAsync(session.Device!, message, session.Uploads?.Take(message.ProviderMessageId)));

    private Task<SendResult> DecideAsync(LinkedDevice from, OutgoingMessage message, byte[]? file)
    {
        var account = from.Account;
        var faults = network.FaultsOf(account);
        if ((Refuse(faults, message) ?? RefuseFile(faults, message, file)) is { } error)
        {
            return Task.FromResult<SendResult>(new SendResult.Rejected(error));
        }

        var partner = network.Book.PartnerAt(message.To);
        if (partner is null || partner.Refuse(account.PhoneNumber) is not null)
        {
            return Task.FromResult<SendResult>(new SendResult.Rejected(partner?.Refuse(account.PhoneNumber) ?? Nobody));
        }

        var subject = account.PhoneNumber + message.ProviderMessageId;
        var attempt = faults.LosesSends ? CountAttempt(subject) : 1;
        if (dice.Roll("drop", subject, attempt) < faults.Drop)
        {
            return Task.FromResult<SendResult>(Unanswered());
        }

        Accept(from, partner, message, file);
        if (dice.Roll("disconnect", subject, attempt) < faults.DisconnectOnSend)
        {
            from.Session?.End(CloseReason.StreamError, schedule.Now);
            return Task.FromResult<SendResult>(Unanswered());
        }

        return AcknowledgeAsync(faults.AckDelay, dice.Roll("ack-loss", subject, attempt) < faults.AckLoss);
    }

    private int CountAttempt(string subject) => attempts[subject] = attempts.GetValueOrDefault(subject) + 1;

    private Task<SendResult> AcknowledgeAsync(TimeSpan delay, bool lost)
    {
        SendResult result = lost ? Unanswered() : new SendResult.Accepted(schedule.Now);
        if (delay <= TimeSpan.Zero)
        {
            return Task.FromResult(result);
        }

        var answered = new TaskCompletionSource<SendResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        schedule.After(delay, () => answered.TrySetResult(result));
        return answered.Task;
    }

    private void Accept(LinkedDevice from, IChatPartner to, OutgoingMessage message, byte[]? file)
    {
        var media = file is null || message.Media is not { } said ? null : new RecordedMedia(
            said.Kind, said.MimeType, said.FileName, file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
        if (network.Record.Arrive(from, to, message, media, schedule.Now) is not { } recorded)
        {
            return;
        }

        if (media is not null)
        {
            shelf.Add(media.Reference, file!);
        }

        var id = message.ProviderMessageId;
        foreach (var view in network.Book.ViewsOfLine(from.Account, to))
        {
            var seen = view.Message(schedule.Now, id, recorded.Content, message.QuotedProviderMessageId);
            foreach (var device in view.Account.Devices.Where(device => device != from))
            {
                network.Deliver(view.Account, device, seen, id);
            }
        }

        PlanReceipts(from.Account, to, id);
        network.Announce(recorded);
    }

    private void PlanReceipts(Account account, IChatPartner to, string id)
    {
        var pace = network.Pace;
        var delivered = dice.Between(pace.DeliveredAtLeast, pace.DeliveredAtMost, "delivered", account.PhoneNumber + id);
        schedule.After(delivered, () => Receipt(account, id, ReceiptKind.Delivered));
        if (to.SendsReadReceipts)
        {
            var read = delivered + dice.Between(pace.ReadAtLeast, pace.ReadAtMost, "read", account.PhoneNumber + id);
            schedule.After(read, () => Receipt(account, id, ReceiptKind.Read));
        }
    }

    private void Receipt(Account account, string id, ReceiptKind kind) =>
        network.Deliver(account, new ReceiptSeen(schedule.Now, [id], kind), $"{id}/{kind}");

    private static SendResult.Ambiguous Unanswered() => new SendResult.Ambiguous(
        new ProviderError(ErrorClass.Transient, "ack_missing", "WhatsApp did not confirm the message."), SafeToRetrySameId: true);

    private static ProviderError? Refuse(NetworkFaults faults, OutgoingMessage message) => faults switch
    {
        { EngineFault: true } => new ProviderError(ErrorClass.EngineFault, "engine_fault", "The simulator was told to fail."),
        { EngineOutdated: true } => new ProviderError(
            ErrorClass.EngineOutdated, "engine_outdated", "WhatsApp no longer accepts this version."),
        { Restricted: true } => new ProviderError(
            ErrorClass.AccountRestricted, "account_restricted", "WhatsApp restricts this account for now."),
        { RateLimitRetryAfter: { } wait } => new ProviderError(
            ErrorClass.RateLimited, "rate_limited", "WhatsApp asks this account to slow down.", wait),
        _ when message.Media is null && string.IsNullOrWhiteSpace(message.Body) => new ProviderError(
            ErrorClass.InvalidRequest, "body_empty", "A message needs a text."),
        _ when message.Body.Length > SimulatedNetwork.MaxTextLength => new ProviderError(
            ErrorClass.InvalidRequest, "body_too_long", "The text is longer than WhatsApp allows."),
        _ => null,
    };

    private static ProviderError? RefuseFile(NetworkFaults faults, OutgoingMessage message, byte[]? file) => message.Media switch
    {
        null => null,
        _ when faults.RejectsMedia => new ProviderError(ErrorClass.MediaInvalid, "media_invalid", "WhatsApp does not take this file."),
        _ when file is null => new ProviderError(ErrorClass.Transient, "upload_lost", "The file did not reach WhatsApp."),
        { } said when said.SizeBytes != file.Length => new ProviderError(
            ErrorClass.MediaInvalid, "media_incomplete", "The file is not as large as it was said to be."),
        _ => null,
    };
}
