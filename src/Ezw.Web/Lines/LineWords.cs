using Ezw.Client;
using Ezw.Web.Words;

namespace Ezw.Web.Lines;

/// <summary>A line's three states as an owner understands them: where it stands, what that means for sending, and what to do.</summary>
internal static class LineWords
{
    public static string State(this Text text, LineView line) => text[$"line.state.{line.LifecycleState}"];

    public static string Sending(this Text text, LineView line) => text[$"line.sending.{line.EffectiveSendState}"];

    /// <summary>By the reason where it says more than the state.</summary>
    public static string Advice(this Text text, LineView line) =>
        line is { Paused: true, LifecycleState: "connected" } ? text["line.advice.paused"]
        // On the way to another state it may still be the former state's.
        : line.LifecycleState is "pairing" or "connecting" or "connected" ? text[$"line.advice.{line.LifecycleState}"]
        : text.Find($"line.reason.{line.LifecycleReason}") ?? text[$"line.advice.{line.LifecycleState}"];

    /// <summary>Within a sentence.</summary>
    public static string Within(this Times times, DateTimeOffset at)
    {
        var full = times.Full(at);
        // Names of days and months keep their capital; today and yesterday have none.
        return (times.Now.ToLocalTime().Date - at.ToLocalTime().Date).Days is 0 or 1 ? char.ToLowerInvariant(full[0]) + full[1..] : full;
    }

    public static string Provider(this Text text, string kind) => text.Find($"line.provider.{kind}") ?? kind;
}
