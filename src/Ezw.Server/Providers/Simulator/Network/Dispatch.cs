using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator.Network;

/// <summary>
/// What becomes of a message from a line: refused, lost, or recorded once and carried to the person, whose phone
/// delivers and reads it in its own time. All calls hold the network's lock.
/// </summary>
internal sealed class Dispatch(SimulatedNetwork network, Schedule schedule, Dice dice)
{
    private static readonly ProviderError Nobody = new(
        ErrorClass.RecipientInvalid, "not_on_whatsapp", "There is nobody at this address on WhatsApp.");

    // Each attempt at one message has its own luck; counted only while sends get lost.
    private readonly Dictionary<string, int> attempts = [];

    public async Task<NetworkReply> SendAsync(LinkedDevice from, OutgoingMessage message) =>
        new SentReply(await DecideAsync(from, message));

    private Task<SendResult> DecideAsync(LinkedDevice from, OutgoingMessage message)
    {
        var account = from.Account;
        var faults = network.FaultsOf(account);
        if (Refuse(faults, message) is { } error)
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

        Accept(from, partner, message);
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

    private void Accept(LinkedDevice from, IChatPartner to, OutgoingMessage message)
    {
        if (network.Record.Arrive(from, to, message, schedule.Now) is not { } recorded)
        {
            return;
        }

        var id = message.ProviderMessageId;
        foreach (var view in network.Book.ViewsOfLine(from.Account, to))
        {
            var seen = view.Message(schedule.Now, id, new SeenContent.Text(message.Body), message.QuotedProviderMessageId);
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
        _ when string.IsNullOrWhiteSpace(message.Body) => new ProviderError(
            ErrorClass.InvalidRequest, "body_empty", "A message needs a text."),
        _ when message.Body.Length > SimulatedNetwork.MaxTextLength => new ProviderError(
            ErrorClass.InvalidRequest, "body_too_long", "The text is longer than WhatsApp allows."),
        _ => null,
    };
}
