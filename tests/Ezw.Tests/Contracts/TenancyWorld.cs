using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Identity.Tokens;
using Ezw.Tests.Identity;
using Ezw.Tests.Support;
using Microsoft.IdentityModel.Tokens;

namespace Ezw.Tests.Contracts;

/// <summary>The tests of tenancy share a world per database, one after the other: they compare what is before and after.</summary>
[CollectionDefinition(Name)]
public sealed class TenancyCollection : ICollectionFixture<TenancyWorlds>
{
    public const string Name = "Tenancy";
}

public sealed class TenancyWorlds : IAsyncDisposable
{
    private readonly Dictionary<DatabaseKind, Lazy<Task<TenancyWorld>>> worlds = Enum.GetValues<DatabaseKind>()
        .ToDictionary(kind => kind, kind => new Lazy<Task<TenancyWorld>>(() => TenancyWorld.StartAsync(kind)));

    internal Task<TenancyWorld> OnAsync(DatabaseKind kind) => worlds[kind].Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var world in worlds.Values.Where(world => world.IsValueCreated && world.Value.IsCompletedSuccessfully))
            await (await world.Value).App.DisposeAsync();
    }
}

/// <param name="Body">Empty of an answer that never ends. Without the trace id, which differs from answer to answer.</param>
internal sealed record TenancyAnswer(int Status, string Body);

/// <summary>
/// Two organizations on one server. The victim has two lines, and members of every kind; the stranger must learn nothing of it, and
/// nobody of a line that is not theirs.
/// </summary>
internal sealed partial class TenancyWorld
{
    private const int AtOnce = 4;

    /// <summary>Tables that change by themselves, or whenever somebody is let in.</summary>
    private static readonly string[] Restless = ["line_owner", "live_ticket", "line_token", "search_progress", "webhook_relay"];

    private TenancyWorld(TestApp app, IReadOnlyList<ApiRoute> routes) => (App, Routes) = (app, routes);

    public TestApp App { get; }

    public IReadOnlyList<ApiRoute> Routes { get; }

    public TenancyTenant Victim { get; private set; } = null!;

    public TenancyTenant Stranger { get; private set; } = null!;

    /// <summary>A member of the victim without any permission.</summary>
    public Workspace Bystander { get; private set; } = null!;

    /// <summary>May see the first line.</summary>
    public Workspace Seer { get; private set; } = null!;

    /// <summary>May operate the first line.</summary>
    public Workspace Operator { get; private set; } = null!;

    /// <summary>May operate the second line, and once saw the first, where a note names them.</summary>
    public Workspace Neighbour { get; private set; } = null!;

    /// <summary>Was a member of the victim.</summary>
    public Workspace Removed { get; private set; } = null!;

    public string RotatedLineToken { get; private set; } = "";

    public string ExpiredIdToken { get; private set; } = "";

    public static async Task<TenancyWorld> StartAsync(DatabaseKind kind)
    {
        var app = await TestApp.StartAsync(kind);
        var world = new TenancyWorld(app, await ApiRoutes.ReadAsync(app));
        var both = app.NewPhone();
        world.Victim = await TenancyTenant.MakeAsync(app, "zqvacme", both);
        world.Stranger = await TenancyTenant.MakeAsync(app, "zqvglobex", both);
        await world.AddMembersAsync();
        world.RotatedLineToken = world.Victim.One.Line.Token;
        await world.Victim.One.Line.CreateTokenAsync();
        world.ExpiredIdToken = await world.ExpireAsync(world.Victim.Owner.IdToken);
        return world;
    }

    public static Task ForEachAsync<T>(IEnumerable<T> all, Func<T, Task> act) => Parallel.ForEachAsync(
        all, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (one, _) => await act(one));

    public async Task<TenancyAnswer> CallAsync(
        ApiRoute route, ApiForm form, string? token, Func<string, Guid> idOf, Guid? organization = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(route.Method, ApiForm.Fill(route.Path + form.Query, idOf));
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        if (organization is { } id)
            request.Headers.Add(WorkspaceDoor.OrganizationHeader, $"{id}");
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (form.Body is { } json)
            request.Content = new StringContent(ApiForm.Fill(json, idOf), Encoding.UTF8, "application/json");
        else if (route.Path.EndsWith("/history-imports", StringComparison.Ordinal) && route.Method == HttpMethod.Post)
            request.Content = new ByteArrayContent("[31/12/2023, 21:00:00] Ana: hello"u8.ToArray());
        return await SendAsync(request);
    }

    public Task<TenancyAnswer> GetAsync(string path, string? token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        return SendAsync(request);
    }

    /// <summary>What two callers must not be able to tell apart: the answer without what only this request brought or made.</summary>
    public static string Alike(TenancyAnswer answer) =>
        $"{answer.Status} {Progress().Replace(Versions().Replace(Times().Replace(Ids().Replace(answer.Body, "ID"), "T"), "V"), "P")}";

    /// <summary>Every row of an organization.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync(Guid organizationId)
    {
        var rows = new List<string>();
        await using var db = await App.Database.ReadAsync(CancellationToken.None);
        foreach (var table in await TenancySchema.TablesAsync(db))
        {
            if (!table.Columns.Contains("organization_id") || Restless.Contains(table.Name))
                continue;
            var name = new SqlText(table.Name);
            rows.AddRange((await db.QueryAsync(
                $"select * from {name} where organization_id = {organizationId}",
                row => $"{table.Name}: {string.Join('|', Enumerable.Range(0, row.FieldCount).Select(i => Print(row.GetValue(i))))}",
                CancellationToken.None)).Order(StringComparer.Ordinal));
        }
        return rows;
    }

    public Task<long> JobsEndedAsync() => Eventually.BecomesAsync(
        () => App.CountAsync($"select count(*) from bulk_job where finished_at is null"), open => open == 0, "the end of all jobs");

    private async Task<TenancyAnswer> SendAsync(HttpRequestMessage request)
    {
        using var _ = request;
        using var answer = await App.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        // A stream never ends; the tests of Live read it.
        if (answer.IsEndless())
            return new TenancyAnswer((int)answer.StatusCode, "");
        var body = await answer.Content.ReadAsStringAsync();
        if ((int)answer.StatusCode >= 400)
        {
            var problem = JsonNode.Parse(body)!.AsObject();
            problem.Remove("traceId");
            body = problem.ToJsonString();
        }
        return new TenancyAnswer((int)answer.StatusCode, body);
    }

    private async Task AddMembersAsync()
    {
        Bystander = await Victim.AddMemberAsync("bystander");
        Seer = await Victim.AddMemberAsync("seer");
        Operator = await Victim.AddMemberAsync("operator");
        Neighbour = await Victim.AddMemberAsync("neighbour");
        Removed = await Victim.AddMemberAsync("removed");
        await Victim.PermitAsync(Seer, Victim.One, "see");
        await Victim.PermitAsync(Operator, Victim.One, "operate");
        await Victim.PermitAsync(Neighbour, Victim.Two, "operate");
        await Victim.PermitAsync(Neighbour, Victim.One, "see");
        await Victim.MakeAsync($"/api/conversations/{Victim.One.Things["conversationId"]}/notes", new()
        {
            ["body"] = $"{Victim.One.Word}mention", ["mentions"] = new JsonArray($"{Neighbour.UserId}"),
        }, 201);
        await Victim.PermitAsync(Neighbour, Victim.One, null);
        using var removed = await Victim.Owner.DeleteAsync($"/api/members/{Removed.UserId}");
        Assert.Equal(204, (int)removed.StatusCode);
    }

    private async Task<string> ExpireAsync(string genuine)
    {
        var key = await App.Part<SigningKeys>().NewestAsync(CancellationToken.None);
        var hourAgo = TimeProvider.System.GetUtcNow().AddHours(-1).ToUnixTimeSeconds();
        return new ForgedToken(genuine, ((RsaSecurityKey)key.Credentials.Key).Parameters)
            .WithClaims(("iat", hourAgo - 3600), ("auth_time", hourAgo - 3600), ("exp", hourAgo));
    }

    private static string Print(object value) => value is byte[] bytes ? Convert.ToHexString(bytes) : $"{value}";

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Ids();

    [GeneratedRegex("""\d{4}-\d\d-\d\dT[0-9:.]+(Z|\+00:00)""")]
    private static partial Regex Times();

    [GeneratedRegex("""(?<="version":)\d+""")]
    private static partial Regex Versions();

    // How far a job has come when its answer is read depends on nothing but luck.
    [GeneratedRegex("""(?<="state":)"(queued|working|done)","total".*?"finishedAt":("T"|null)""")]
    private static partial Regex Progress();
}
