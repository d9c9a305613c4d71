using Ezw.Foundation.Storage;
using Ezw.Identity.Accounts;
using Ezw.Identity.Tokens;
using Microsoft.Extensions.Options;

namespace Ezw.Identity;

/// <summary>
/// Turns a workspace bearer token into a <see cref="Caller"/>. The token says who it is; the database says whether they may still
/// come in, where, and as what, anew for every request.
/// </summary>
internal sealed class Doorkeeper(IdTokens tokens, Database database, IOptions<IdentityOptions> options)
{
    private readonly bool external = options.Value.Cognito is not null;

    public async Task<Admission> AdmitAsync(string token, Guid? organizationId, CancellationToken cancellationToken)
    {
        if (await tokens.ValidateAsync(token, cancellationToken) is not { } idToken)
            return new Admission.Unauthenticated();
        var session = new CallerSession(idToken.AuthenticatedAt, idToken.ExpiresAt);
        return Judge(await FindAsync(idToken, organizationId, cancellationToken), organizationId, session);
    }

    /// <summary>Asks anew about somebody whom a token let in before.</summary>
    public async Task<Admission> ReadmitAsync(
        Guid userId, Guid organizationId, CallerSession session, CancellationToken cancellationToken)
    {
        await using var db = await database.ReadAsync(cancellationToken);
        return Judge(await AccessStore.OfUserAsync(db, userId, organizationId, cancellationToken), organizationId, session);
    }

    private Admission Judge(Access? found, Guid? organizationId, CallerSession session) => found switch
    {
        null when external => new Admission.WithoutMembership(),
        null => new Admission.Unauthenticated(),
        { Disabled: true } => new Admission.Unauthenticated(),
        var access when IsOver(session, access.SessionsSince) => new Admission.Unauthenticated(),
        { OrganizationId: { } organization, Role: { } role } access =>
            new Admission.Admitted(new Caller(organization, access.UserId, access.Email, role), session),
        _ when organizationId is not null => new Admission.NotAMember(),
        _ => new Admission.WithoutMembership(),
    };

    /// <summary>The person behind a token, tied to their account the first time that Cognito vouches for its address.</summary>
    public async Task<Access?> FindAsync(IdToken token, Guid? organizationId, CancellationToken cancellationToken)
    {
        await using var db = await database.ReadAsync(cancellationToken);
        if (!external)
            return Guid.TryParse(token.Subject, out var userId)
                ? await AccessStore.OfUserAsync(db, userId, organizationId, cancellationToken)
                : null;
        // With the issuer in it: another pool may use the same subject for another person.
        var subject = $"{token.Issuer}#{token.Subject}";
        if (await AccessStore.OfSubjectAsync(db, subject, organizationId, cancellationToken) is { } known)
            return known;
        return await BindAsync(token, subject, cancellationToken)
            ? await AccessStore.OfSubjectAsync(db, subject, organizationId, cancellationToken)
            : null;
    }

    private async Task<bool> BindAsync(IdToken token, string subject, CancellationToken cancellationToken) =>
        token.EmailVerified && PersonRules.Normalize(token.Email) is { } email
        && await database.WriteAsync(db => AccountStore.BindAsync(db, email, subject, cancellationToken), cancellationToken);

    // Tokens know whole seconds, so the second in which the sessions ended still counts as after it.
    internal static bool IsOver(CallerSession session, long sessionsSince) => (session.AuthenticatedAt + 1) * 1000 <= sessionsSince;
}

internal abstract record Admission
{
    private Admission()
    {
    }

    public sealed record Admitted(Caller Caller, CallerSession Session) : Admission;

    public sealed record Unauthenticated : Admission;

    public sealed record WithoutMembership : Admission;

    /// <summary>Of the organization that the request named.</summary>
    public sealed record NotAMember : Admission;
}
