using Ezw.Lines;
using Ezw.Providers;

namespace Ezw.Messaging.Arriving;

/// <summary>One message's progress as WhatsApp tells it.</summary>
internal sealed record Receipt(LineKey Line, string ProviderMessageId, ReceiptKind Kind, long At);
