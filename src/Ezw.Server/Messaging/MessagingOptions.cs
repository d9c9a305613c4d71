using System.ComponentModel.DataAnnotations;

namespace Ezw.Messaging;

/// <summary>Settings of sending. Section "Ezw:Messaging".</summary>
public sealed class MessagingOptions
{
    /// <summary>How long an idempotency key is remembered. Days.</summary>
    [Range(1, 3650)]
    public int KeepKeysDays { get; set; } = 30;

    /// <summary>Shortest time between two messages of one line. Milliseconds. Even pacing keeps an account unsuspicious.</summary>
    [Range(0, 60_000)]
    public int PaceMs { get; set; } = 250;

    /// <summary>How many conversations of one line are sent to side by side.</summary>
    [Range(1, 64)]
    public int ConversationsAtOnce { get; set; } = 4;

    /// <summary>How long one attempt may take before it counts as ambiguous. Seconds.</summary>
    [Range(1, 600)]
    public int AttemptSeconds { get; set; } = 75;

    internal long KeepKeysMs => KeepKeysDays * 24L * 60 * 60 * 1000;
}
