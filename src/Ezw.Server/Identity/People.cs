using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Identity.Accounts;
using Ezw.Identity.Members;

namespace Ezw.Identity;

public sealed record NewOrganization(Guid OrganizationId, Guid OwnerId);

/// <summary>Makes organizations and lets people in. Callers have checked names, addresses and passwords.</summary>
public sealed class People
{
    /// <summary>How long a password works that somebody else chose or the server made.</summary>
    public static readonly TimeSpan TemporaryPasswordLifetime = TimeSpan.FromDays(7);

    private readonly Database database;
    private readonly Passwords passwords;
    private readonly IEnumerable<IOrganizationPart> parts;
    private readonly TimeProvider time;

    internal People(Database database, Passwords passwords, IEnumerable<IOrganizationPart> parts, TimeProvider time) =>
        (this.database, this.passwords, this.parts, this.time) = (database, passwords, parts, time);

    /// <summary>An organization with its first owner and an open event log, in one transaction.</summary>
    /// <exception cref="InvalidOperationException">The address has an account already.</exception>
    public async Task<NewOrganization> CreateOrganizationAsync(
        string name, string email, string displayName, string password, CancellationToken cancellationToken)
    {
        var owner = await NewAccountAsync(email, displayName, password, null, cancellationToken);
        return await database.WriteAsync(db => OpenAsync(db, name, owner, cancellationToken), cancellationToken);
    }

    /// <summary>Adds a person, with an account of their own unless the address has one.</summary>
    /// <param name="password">Null: another directory keeps it, or the account exists.</param>
    public async Task<MemberAddition> AddMemberAsync(
        Guid organizationId, string email, string displayName, string? password, Role role, CancellationToken cancellationToken)
    {
        var account = await NewAccountAsync(email, displayName, password, null, cancellationToken);
        return await database.WriteAsync(
            db => AddAsync(db, organizationId, account, password is not null, role, cancellationToken), cancellationToken);
    }

    internal async Task<Account> NewAccountAsync(
        string email, string displayName, string? password, TimeSpan? lifetime, CancellationToken cancellationToken)
    {
        var hash = password is null ? null : await passwords.HashAsync(password, cancellationToken);
        long? expiresAt = lifetime is { } limit ? time.NowMs() + (long)limit.TotalMilliseconds : null;
        return new Account(Ids.New(time), PersonRules.Normalize(email) ?? email, displayName, hash, expiresAt, null);
    }

    internal async Task<NewOrganization> OpenAsync(DbSession db, string name, Account owner, CancellationToken cancellationToken)
    {
        var now = time.NowMs();
        var organizationId = Ids.New(time);
        await OrganizationStore.OpenAsync(db, organizationId, name, now, cancellationToken);
        await EventStore.OpenAsync(db, organizationId, cancellationToken);
        foreach (var part in parts)
            await part.OpenAsync(db, organizationId, cancellationToken);
        if (!await AccountStore.InsertAsync(db, owner, now, cancellationToken))
            throw new InvalidOperationException("The first owner's address has an account already.");
        await MemberStore.InsertAsync(db, organizationId, owner.Id, Role.Owner, now, cancellationToken);
        await EventStore.AppendAsync(db, [Event(organizationId, "organization.created", organizationId, null)], cancellationToken);
        return new NewOrganization(organizationId, owner.Id);
    }

    internal async Task<MemberAddition> AddAsync(
        DbSession db, Guid organizationId, Account account, bool passwordChosen, Role role, CancellationToken cancellationToken)
    {
        var now = time.NowMs();
        await db.QueryAsync(EventStore.Lock(db.Dialect, [organizationId]), _ => 0, cancellationToken);
        var created = await AccountStore.InsertAsync(db, account, now, cancellationToken);
        var person = created ? account : (await AccountStore.FindByEmailAsync(db, account.Email, cancellationToken))!;
        if (await MemberStore.FindAsync(db, organizationId, person.Id, cancellationToken) is not null)
            return new MemberAddition.AlreadyMember();
        // Whoever runs an organization must not set the password of a person who has one.
        if (!created && passwordChosen)
            return new MemberAddition.AccountExists();
        await MemberStore.InsertAsync(db, organizationId, person.Id, role, now, cancellationToken);
        await EventStore.AppendAsync(db, [Event(organizationId, "member.added", person.Id, role.Name())], cancellationToken);
        return new MemberAddition.Added(person.Id, created);
    }

    private NewEvent Event(Guid organizationId, string kind, Guid subjectId, string? detail) =>
        new(organizationId, kind, null, null, subjectId, detail, time.NowMs());
}

/// <summary>What another slice puts into every new organization, in the transaction that makes it.</summary>
internal interface IOrganizationPart
{
    Task OpenAsync(DbSession db, Guid organizationId, CancellationToken cancellationToken);
}

public abstract record MemberAddition
{
    private MemberAddition()
    {
    }

    /// <param name="AccountCreated">False: the address had an account, which keeps its name and password.</param>
    public sealed record Added(Guid UserId, bool AccountCreated) : MemberAddition;

    public sealed record AlreadyMember : MemberAddition;

    public sealed record AccountExists : MemberAddition;
}
