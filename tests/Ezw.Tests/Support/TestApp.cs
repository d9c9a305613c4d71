using Ezw.Demo;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Identity.Setup;
using Ezw.Providers.Simulator.Network;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ezw.Tests.Support;

/// <summary>The real server on a real port with a database and a simulated WhatsApp of its own. Tests say what people do, not
/// how.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    public const string Password = "a good long password";

    // Small waits make quick tests; none of them changes a rule.
    private static readonly string[] Quick =
        ["--urls=http://127.0.0.1:0", "--Ezw:Messaging:PaceMs=0", "--Ezw:Lines:HeartbeatMs=200", "--Ezw:Lines:ConflictBackoffMs=600000"];

    private readonly WebApplication app;
    private readonly string folder;
    private int made;

    private TestApp(WebApplication app, string folder, string connection)
    {
        (this.app, this.folder, Connection) = (app, folder, connection);
        Http = NewClient();
        WhatsApp.Pace = new NetworkPace
        {
            DeliveredAtLeast = TimeSpan.Zero, DeliveredAtMost = TimeSpan.Zero, ReadAtLeast = TimeSpan.FromDays(1),
                ReadAtMost = TimeSpan.FromDays(1),
        };
    }

    public HttpClient Http { get; }

    /// <summary>The data folder: its SQLite file and master key.</summary>
    public string Folder => folder;

    /// <summary>Of PostgreSQL, else empty.</summary>
    public string Connection { get; }

    public Uri Address => new(app.Urls.First());

    /// <summary>The other side: phones, people, and what can go wrong there.</summary>
    public SimulatedNetwork WhatsApp => app.Services.GetRequiredService<SimulatedNetwork>();

    public Database Database => app.Services.GetRequiredService<Database>();

    public static Task<TestApp> StartAsync(DatabaseKind kind, params string[] settings) => StartAsync(kind, null, settings);

    /// <param name="time">The server's clock; null for the real one.</param>
    /// <param name="settings">"Section:Name=value", the last word on each.</param>
    public static async Task<TestApp> StartAsync(DatabaseKind kind, TimeProvider? time, params string[] settings) =>
        await StartOnAsync(await ConnectionAsync(kind), time, settings);

    /// <param name="connection">A PostgreSQL connection string, or empty for SQLite in a folder of its own.</param>
    public static Task<TestApp> StartOnAsync(string connection, TimeProvider? time, params string[] settings) =>
        StartOnAsync(connection, parts =>
        {
            if (time is not null)
                parts.AddSingleton(time);
        }, settings);

    /// <param name="parts">Stand-ins for the server's own parts.</param>
    public static async Task<TestApp> StartWithAsync(DatabaseKind kind, Action<IServiceCollection> parts, params string[] settings) =>
        await StartOnAsync(await ConnectionAsync(kind), parts, settings);

    private static async Task<string> ConnectionAsync(DatabaseKind kind) =>
        kind == DatabaseKind.Postgres ? await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() : "";

    private static async Task<TestApp> StartOnAsync(string connection, Action<IServiceCollection> parts, string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("ezw-app-").FullName;
        string[] storage = [$"--Ezw:DataFolder={folder}", .. connection is "" ? Array.Empty<string>() : [$"--Ezw:Database={connection}"]];
        var app = await EzwServer.BuildAsync([.. Quick, .. storage, .. settings.Select(setting => $"--{setting}")], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton(new SetupConsole(TextWriter.Null));
            builder.Services.AddSingleton(new DemoConsole(TextWriter.Null));
            parts(builder.Services);
        });
        await app.StartAsync();
        return new TestApp(app, folder, connection);
    }

    /// <summary>An organization with a logged-in owner.</summary>
    public async Task<Workspace> CreateOrganizationAsync(string name)
    {
        var email = NewEmail();
        var created = await app.Services.GetRequiredService<People>().CreateOrganizationAsync(
            name, email, $"{name} Owner", Password, CancellationToken.None);
        return await LoginAsync(created.OrganizationId, email);
    }

    /// <summary>A further member of the workspace's organization, logged in.</summary>
    public async Task<Workspace> AddMemberAsync(Workspace workspace, Role role)
    {
        var email = NewEmail();
        await app.Services.GetRequiredService<People>().AddMemberAsync(
            workspace.OrganizationId, email, "Max Member", Password, role, CancellationToken.None);
        return await LoginAsync(workspace.OrganizationId, email);
    }

    /// <summary>A phone number that nobody had before.</summary>
    public string NewPhone() => $"+97252{Interlocked.Increment(ref made):0000000}";

    public HttpClient NewClient() => new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = Address };

    /// <summary>Changes the database behind the server's back, where no caller can bring a state about at will.</summary>
    public Task AlterAsync(Sql sql) => Database.WriteAsync(db => db.ExecuteAsync(sql, CancellationToken.None), CancellationToken.None);

    public async Task<long> CountAsync(Sql sql)
    {
        await using var db = await Database.ReadAsync(CancellationToken.None);
        return (await db.QueryAsync(sql, row => row.GetInt64(0), CancellationToken.None))[0];
    }

    public T Part<T>() where T : notnull => app.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private string NewEmail() => $"person{Interlocked.Increment(ref made)}@example.com";

    private async Task<Workspace> LoginAsync(Guid organizationId, string email)
    {
        using var login = await Http.SendJsonAsync(HttpMethod.Post, "/api/auth/login",
            $$"""{"email":"{{email}}","password":"{{Password}}"}""");
        var session = await login.ShouldBeJsonAsync(200);
        return new Workspace(this, organizationId, email, session);
    }
}
