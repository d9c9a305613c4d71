using Ezw.Lines;

namespace Ezw.Messaging.Sending;

/// <param name="Number">The attempt to begin: one more than were begun before.</param>
/// <param name="LeaseUntil">Until then nobody else may try; after a crash the next owner need not wait for it.</param>
internal sealed record AttemptStart(LineKey Line, Guid MessageId, int Number, long At, long LeaseUntil);
