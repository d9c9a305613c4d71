using System.Net.Http.Headers;
using System.Net.Http.Json;
using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Identity.Setup;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Ezw.Tests.Identity;

/// <summary>A server of the identity slice alone, on a real socket, with a clock that tests move.</summary>
public sealed class IdentityApp : IAsyncDisposable
{
    public const string OwnerEmail = "owner@example.com";
    public const string OwnerPassword = "a good long password";

    private readonly WebApplication app;
    private readonly bool ownsFolder;

    private IdentityApp(WebApplication app, string folder, FakeTimeProvider time, StringWriter console, bool ownsFolder)
    {
        (this.app, Folder, Time, Console, this.ownsFolder) = (app, folder, time, console, ownsFolder);
        var direct = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        Http = new HttpClient(direct) { BaseAddress = new Uri(app.Urls.First()) };
    }

    public string Folder { get; }

    public FakeTimeProvider Time { get; }

    /// <summary>What the server printed outside its log.</summary>
    public StringWriter Console { get; }

    public HttpClient Http { get; }

    public People People => app.Services.GetRequiredService<People>();

    internal T Part<T>() where T : notnull => app.Services.GetRequiredService<T>();

    public static Task<IdentityApp> StartAsync(params string[] settings) => StartOnAsync(null, null, settings);

    /// <summary>A server whose organization "Acme" has the owner <see cref="OwnerEmail"/>.</summary>
    public static async Task<IdentityApp> StartWithOwnerAsync(params string[] settings)
    {
        var app = await StartAsync(settings);
        app.Acme = await app.People.CreateOrganizationAsync("Acme", OwnerEmail, "Olga Owner", OwnerPassword, CancellationToken.None);
        return app;
    }

    public NewOrganization Acme { get; private set; } = null!;

    /// <param name="folder">A folder of an earlier server; it is not deleted at the end.</param>
    public static async Task<IdentityApp> StartOnAsync(string? folder, FakeTimeProvider? time, params string[] settings)
    {
        var data = folder ?? Directory.CreateTempSubdirectory("ezw-identity-").FullName;
        time ??= new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        var console = new StringWriter();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Append($"Ezw:DataFolder={data}").Select(Split));
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddStorage();
        builder.AddProblems();
        builder.AddIdentity();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton(new SetupConsole(console));
        var app = builder.Build();
        app.UseProblems();
        app.MapIdentity();
        app.MapGroup("/api").RequireWorkspace().MapGet("/echo", (Caller caller) => TypedResults.Ok(caller));
        app.MapGet("/bug", string () => throw new InvalidOperationException("the secret reason"));
        app.MapGet("/away", string () => throw new StorageUnavailableException(new TimeoutException()));
        await Migrator.MigrateAsync(app.Services.GetRequiredService<Database>(), time, CancellationToken.None);
        await app.StartAsync();
        return new IdentityApp(app, data, time, console, folder is null);
    }

    public Task<HttpResponseMessage> PostAsync<T>(string path, T body, string? token = null, Guid? organization = null) =>
        SendAsync(HttpMethod.Post, path, JsonContent.Create(body), token, organization);

    public Task<HttpResponseMessage> GetAsync(string path, string? token = null, Guid? organization = null) =>
        SendAsync(HttpMethod.Get, path, null, token, organization);

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, string? token, Guid? organization = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (organization is { } id)
            request.Headers.Add(WorkspaceDoor.OrganizationHeader, id.ToString());
        return await Http.SendAsync(request);
    }

    public Task<HttpResponseMessage> TryLoginAsync(string email, string password) =>
        PostAsync("/api/auth/login", new LoginRequest(email, password));

    public async Task<Session> LoginAsync(string email = OwnerEmail, string password = OwnerPassword)
    {
        using var response = await TryLoginAsync(email, password);
        Assert.Equal(StatusCodes.Status200OK, (int)response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<Session>())!;
    }

    public Task<HttpResponseMessage> RefreshAsync(string refreshToken) =>
        PostAsync("/api/auth/refresh", new RefreshRequest(refreshToken));

    public async Task<int> StatusOfMeAsync(string token)
    {
        using var response = await GetAsync("/api/auth/me", token);
        return (int)response.StatusCode;
    }

    public async Task<Guid> AddMemberAsync(string email, Role role = Role.Operator, string password = OwnerPassword)
    {
        var added = await People.AddMemberAsync(Acme.OrganizationId, email, "Max Member", password, role, CancellationToken.None);
        return Assert.IsType<MemberAddition.Added>(added).UserId;
    }

    /// <summary>Changes the database behind the server's back, as an administrator might.</summary>
    public Task AlterAsync(Sql sql) =>
        Part<Database>().WriteAsync(db => db.ExecuteAsync(sql, CancellationToken.None), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
        await Console.DisposeAsync();
        if (ownsFolder)
            Directory.Delete(Folder, recursive: true);
    }

    private static KeyValuePair<string, string?> Split(string setting)
    {
        var at = setting.IndexOf('=', StringComparison.Ordinal);
        return new(setting[..at], setting[(at + 1)..]);
    }
}
