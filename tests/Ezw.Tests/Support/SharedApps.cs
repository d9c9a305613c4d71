using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

[assembly: AssemblyFixture(typeof(SharedApps))]

namespace Ezw.Tests.Support;

/// <summary>
/// One server per database for all tests that need nothing special of it. Each test makes lines of its own, so that they do not see each
/// other; two organizations are enough, because hashing passwords is slow on purpose and logins are throttled.
/// </summary>
public sealed class SharedApps : IAsyncDisposable
{
    private readonly Lazy<Task<SharedApp>> sqlite = new(() => StartAsync(DatabaseKind.Sqlite));
    private readonly Lazy<Task<SharedApp>> postgres = new(() => StartAsync(DatabaseKind.Postgres));

    internal Task<SharedApp> OnAsync(DatabaseKind kind) => kind == DatabaseKind.Postgres ? postgres.Value : sqlite.Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var app in new[] { sqlite, postgres }.Where(app => app.IsValueCreated))
            await (await app.Value).App.DisposeAsync();
    }

    private static async Task<SharedApp> StartAsync(DatabaseKind kind)
    {
        var app = await TestApp.StartAsync(kind);
        var acme = await app.CreateOrganizationAsync("Acme");
        return new SharedApp(app, acme, await app.CreateOrganizationAsync("Globex"), await app.AddMemberAsync(acme,
            Ezw.Identity.Role.Operator));
    }
}

/// <param name="Acme">The owner of the organization that tests act in.</param>
/// <param name="Globex">The owner of another organization.</param>
/// <param name="Operator">An operator of Acme without any permission, unless a test grants one.</param>
internal sealed record SharedApp(TestApp App, Workspace Acme, Workspace Globex, Workspace Operator);
