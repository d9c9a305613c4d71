using Ezw.Foundation.Http;
using Ezw.Lines;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Messaging;

/// <summary>Every refusal of this slice. docs/errors.md lists the codes.</summary>
internal static class MessageProblems
{
    public static ProblemHttpResult KeyReused() => Problems.Of(
        StatusCodes.Status409Conflict, "idempotency_key_reused",
        "This idempotency key was used for a different message. Use a new key, or repeat the first request unchanged.");

    public static ProblemHttpResult InvalidKey() => Problems.Of(
        StatusCodes.Status400BadRequest, "invalid_idempotency_key",
        "An idempotency key is given once and has 1 to 255 visible ASCII characters, bare or in double quotes.");

    public static ProblemHttpResult LineNotSendable(LineCondition condition, long now, long graceMs)
    {
        var sendState = condition.EffectiveSendState(now, graceMs);
        return Problems.Of(
            StatusCodes.Status409Conflict, "line_not_sendable", Advice(sendState),
            new Dictionary<string, object?>
            {
                ["lifecycleState"] = condition.Lifecycle.Name(),
                ["effectiveSendState"] = sendState.Name(),
                ["sendable"] = false,
            });
    }

    public static ProblemHttpResult MayNotOperate() => Problems.Forbidden("You may see this line, and not act on it.");

    public static ProblemHttpResult NotForwardable(string type) => Problems.Of(
        StatusCodes.Status400BadRequest, "not_forwardable",
        $"A message of type {type} cannot be forwarded, or its file is not archived here. Text, images and files that are here can.");

    private static string Advice(EffectiveSendState state) => state switch
    {
        EffectiveSendState.Paused => "The line is paused. Resume it to send.",
        EffectiveSendState.QrRequired => "The line is not linked to a phone. Pair it to send.",
        EffectiveSendState.Connecting => "The line is connecting. Try again in a moment with the same idempotency key.",
        EffectiveSendState.Restricted => "WhatsApp restricts this account now. Nothing was queued.",
        EffectiveSendState.Archived => "The line is archived and cannot send any more.",
        EffectiveSendState.Unavailable or EffectiveSendState.Sendable =>
            "The line cannot send now. Look at its health, and try again with the same idempotency key.",
        _ => throw new InvalidOperationException($"Unknown send state {state}."),
    };
}
