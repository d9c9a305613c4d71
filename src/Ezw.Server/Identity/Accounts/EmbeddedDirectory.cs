using Ezw.Foundation.Storage;
using Ezw.Identity.Tokens;

namespace Ezw.Identity.Accounts;

/// <summary>Keeps people and their passwords in our own database.</summary>
internal sealed class EmbeddedDirectory(Database database, Passwords passwords, EmbeddedIssuer issuer, TimeProvider time) : IDirectory
{
    private static readonly TimeSpan BusyRetry = TimeSpan.FromSeconds(5);

    public async Task<SignIn> SignInAsync(string? email, string password, CancellationToken cancellationToken)
    {
        var account = await FindAsync(email, cancellationToken);
        var now = time.NowMs();
        var hash = account?.AcceptsPasswordAt(now) == true ? account.PasswordHash : null;
        var right = password.Length <= PersonRules.MaxPasswordCharacters
            ? await passwords.VerifyAsync(hash, password, cancellationToken)
            : await passwords.VerifyAsync(null, "", cancellationToken);
        return right switch
        {
            null => new SignIn.Busy(BusyRetry),
            false => new SignIn.Refused(),
            true => await OpenAsync(account!, cancellationToken),
        };
    }

    /// <summary>A new session for somebody who has just proved who they are.</summary>
    public async Task<SignIn.Accepted> OpenAsync(Account account, CancellationToken cancellationToken)
    {
        var now = time.NowMs();
        var (text, token) = RefreshToken.Make(account.Id, Ids.New(time), now, now);
        await database.WriteAsync(db => RefreshTokenStore.InsertAsync(db, token, cancellationToken), cancellationToken);
        return await AcceptAsync(account, text, now, cancellationToken);
    }

    public async Task<SignIn> RefreshAsync(string refreshToken, CancellationToken cancellationToken)
    {
        var next = await database.WriteAsync(db => RotateAsync(db, refreshToken, cancellationToken), cancellationToken);
        return next is { } found
            ? await AcceptAsync(found.Account, found.Text, found.AuthenticatedAt, cancellationToken)
            : new SignIn.Refused();
    }

    public Task SignOutAsync(string refreshToken, bool everywhere, CancellationToken cancellationToken) => database.WriteAsync(async db =>
    {
        var now = time.NowMs();
        if (await RefreshTokenStore.LockAsync(db, RefreshToken.HashOf(refreshToken), cancellationToken) is not { } token)
            return;
        // Anybody's old backup of a token must not be able to end sessions for ever.
        if (everywhere && token.UseAt(now) == RefreshTokenUse.Allowed)
            await EndAllAsync(db, token.UserId, now, cancellationToken);
        await RefreshTokenStore.RevokeFamilyAsync(db, token.FamilyId, now, cancellationToken);
    }, cancellationToken);

    /// <summary>Void are the refresh tokens, and the ID tokens of logins before now.</summary>
    public static async Task EndAllAsync(DbSession db, Guid userId, long now, CancellationToken cancellationToken)
    {
        await RefreshTokenStore.RevokeAllAsync(db, userId, now, cancellationToken);
        await AccountStore.EndSessionsAsync(db, userId, now, cancellationToken);
    }

    private async Task<Rotated?> RotateAsync(DbSession db, string text, CancellationToken cancellationToken)
    {
        var now = time.NowMs();
        if (await RefreshTokenStore.LockAsync(db, RefreshToken.HashOf(text), cancellationToken) is not { } token)
            return null;
        var use = token.UseAt(now);
        if (use == RefreshTokenUse.Reused)
            await RefreshTokenStore.RevokeFamilyAsync(db, token.FamilyId, now, cancellationToken);
        if (use != RefreshTokenUse.Allowed
            || await AccountStore.FindAsync(db, token.UserId, cancellationToken) is not { DisabledAt: null } account)
            return null;
        var next = RefreshToken.Make(token.UserId, token.FamilyId, token.AuthenticatedAt, now);
        await RefreshTokenStore.SpendAsync(db, token.Hash, now, cancellationToken);
        await RefreshTokenStore.InsertAsync(db, next.Token, cancellationToken);
        return new Rotated(account, next.Text, token.AuthenticatedAt);
    }

    private async Task<SignIn.Accepted> AcceptAsync(
        Account account, string refreshToken, long authenticatedAt, CancellationToken cancellationToken)
    {
        var idToken = await issuer.IssueAsync(account.Id, account.Email, authenticatedAt, cancellationToken);
        return new SignIn.Accepted(account.Id, account.Email, account.DisplayName, idToken, refreshToken, EmbeddedIssuer.TokenLifetime);
    }

    private async Task<Account?> FindAsync(string? email, CancellationToken cancellationToken)
    {
        if (email is null)
            return null;
        await using var db = await database.ReadAsync(cancellationToken);
        return await AccountStore.FindByEmailAsync(db, email, cancellationToken);
    }

    private sealed record Rotated(Account Account, string Text, long AuthenticatedAt);
}
