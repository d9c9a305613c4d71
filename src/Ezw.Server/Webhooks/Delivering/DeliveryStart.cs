using Ezw.Lines;

namespace Ezw.Webhooks.Delivering;

/// <summary>A node takes a delivery in hand: its attempt is counted before it is made, so that one which kills the process still ends.</summary>
/// <param name="Attempts">Before this one. Whoever read another number read an earlier state of things.</param>
internal sealed record DeliveryStart(LineKey Line, Guid WebhookId, Guid DeliveryId, long Attempts);
