namespace Ezw.Identity;

public enum Role { Operator, Admin, Owner }

/// <summary>Who calls a workspace route, in which organization. Role and membership were read from the database for this request.</summary>
public sealed record Caller(Guid OrganizationId, Guid UserId, string Email, Role Role)
{
    /// <summary>Owners and admins set up lines, people, tokens and webhooks.</summary>
    public bool Manages => Role is Role.Owner or Role.Admin;

    /// <summary>Set by the workspace policy; a route without that policy has no caller and fails at its first request.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) =>
        ValueTask.FromResult<Caller?>(
            context.Features.Get<Caller>() ?? throw new InvalidOperationException("The route has no workspace policy."));

    internal static HttpContext Put(HttpContext context, Caller caller, CallerSession session)
    {
        context.Features.Set(caller);
        context.Features.Set(session);
        return context;
    }
}

/// <summary>How long the caller may stay on the strength of their token: what outlives a request asks for it.</summary>
/// <param name="AuthenticatedAt">Epoch-seconds of the login; sessions that are ended later are over.</param>
/// <param name="ExpiresAt">Epoch-seconds.</param>
internal sealed record CallerSession(long AuthenticatedAt, long ExpiresAt)
{
    /// <summary>Set together with the <see cref="Caller"/>.</summary>
    public static ValueTask<CallerSession?> BindAsync(HttpContext context) =>
        ValueTask.FromResult<CallerSession?>(
            context.Features.Get<CallerSession>() ?? throw new InvalidOperationException("The route has no workspace policy."));
}
