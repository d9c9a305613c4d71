namespace Ezw.Lines;

/// <summary>Who calls a Channel route: a token of exactly one line.</summary>
internal sealed record LineCaller(Guid OrganizationId, Guid LineId, Guid TokenId)
{
    /// <summary>Set by the channel policy; a route without it fails at its first request.</summary>
    public static ValueTask<LineCaller?> BindAsync(HttpContext context) => ValueTask.FromResult<LineCaller?>(
        context.Features.Get<LineCaller>() ?? throw new InvalidOperationException("The route has no channel policy."));
}
