using System.Data.Common;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ezw.Demo;
using Ezw.Foundation.Security;
using Ezw.Foundation.Storage;
using Ezw.Tests.Durability;
using Ezw.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Ezw.Tests.Providers.LinkedDevice.Secrets;

/// <summary>
/// The whole product in its own processes, as talkative as it can be made: a server, its real sidecar and the WhatsApp server of the tests.
/// All that they write is kept: the server's output, the sidecar's standard error before the server masks it, and every file.
/// </summary>
internal sealed partial class SecretsWorld : IAsyncDisposable
{
    public const string Ana = "34600111222";
    public const string Shop = "972501000001";

    private const int ShownLines = 50;
    private const string SidecarLog = "sidecar.log";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string folder = Directory.CreateTempSubdirectory("ezw-secrets-").FullName;
    private readonly StringBuilder log = new();
    private readonly string connection;
    private readonly DatabaseKind kind;
    private ServerProcess? server;
    private WireServer? wire;
    private HttpClient? http;

    private SecretsWorld(DatabaseKind kind, string connection) => (this.kind, this.connection) = (kind, connection);

    public HttpClient Http => http!;

    public WireServer Wire => wire!;

    public string IdToken { get; private set; } = "";

    public string Log
    {
        get
        {
            lock (log)
                return $"{log}";
        }
    }

    private string Data => Path.Combine(folder, "data");

    /// <param name="said">What the sidecar says first, in so many words, on its standard error.</param>
    public static async Task<SecretsWorld> StartAsync(DatabaseKind kind, string said)
    {
        var connection = kind == DatabaseKind.Postgres ? await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() : "";
        var world = new SecretsWorld(kind, connection) { wire = await WireServer.StartAsync() };
        await world.Wire.PostAsync("contacts", new() { ["phone"] = Ana, ["name"] = "Ana" });
        world.server = await ServerProcess.StartAsync(world.Hear, world.Settings(world.WriteNode(said)));
        world.http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = await world.server.ReadyAsync() };
        world.IdToken = (string)(await world.AskAsync(HttpMethod.Post, "/api/auth/login", new()
        {
            ["email"] = DemoWorkspace.OwnerEmail, ["password"] = DemoWorkspace.OwnerPassword,
        }))["idToken"]!;
        return world;
    }

    public async Task<JsonNode> AskAsync(HttpMethod method, string path, JsonObject? body = null, string? token = null)
    {
        using var answer = await Http.SendJsonAsync(method, path, body?.ToJsonString(), token ?? IdToken);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    public async Task<JsonNode> WaitAsync(string path, Func<JsonNode, bool> satisfied)
    {
        JsonNode? answer = null;
        await UntilAsync(path, async () => satisfied(answer = await AskAsync(HttpMethod.Get, path)));
        return answer!;
    }

    public Task LoggedAsync(string words) => UntilAsync(words, () => Task.FromResult(Log.Contains(words, StringComparison.Ordinal)));

    public Task StoredAsync(Sql sql, long count) =>
        UntilAsync($"{count} rows", async () => (await ReadAsync(sql, row => row.GetInt64(0)))[0] == count);

    /// <summary>Kills the sidecar of this number, as the out-of-memory killer would.</summary>
    public void KillSidecar(int number)
    {
        var runs = SidecarRuns().Matches(Log).Single(match => match.Groups[1].Value == $"{number}");
        Process.GetProcessById(int.Parse(runs.Groups[2].Value, null)).Kill();
    }

    /// <summary>Looks into the database beside the server.</summary>
    public async Task<List<T>> ReadAsync<T>(Sql sql, Func<DbDataReader, T> read)
    {
        await using var db = await OpenAsync();
        return await db.QueryAsync(sql, read, default);
    }

    public async Task ChangeAsync(Sql sql)
    {
        await using var db = await OpenAsync();
        await db.ExecuteAsync(sql, default);
    }

    public async Task<List<Place>> ColumnsAsync()
    {
        await using var db = await OpenAsync();
        return await Places.InDatabaseAsync(db);
    }

    /// <summary>The output of the server, the sidecar's own, and every file that either could have written.</summary>
    public async Task<List<Place>> OutputsAsync() => [new Place("server log", Log), .. await Places.InFolderAsync(folder)];

    public string SidecarOutput => File.ReadAllText(Path.Combine(folder, SidecarLog));

    public Task WriteFileAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(Data, name), text);

    /// <summary>The master keys of the installation, and all that they have sealed for lines.</summary>
    public async Task<List<Secret>> SecretsAsync()
    {
        var key = await File.ReadAllTextAsync(Path.Combine(Data, "master.key"));
        var copy = Directory.CreateTempSubdirectory("ezw-secrets-copy-").FullName;
        // The server holds its folder, so the product's own reading is done on a copy.
        if (kind == DatabaseKind.Sqlite)
            await ChangeAsync($"vacuum into {Path.Combine(copy, "ezwhatsapp.db")}");
        var storage = Options.Create(new StorageOptions { DataFolder = copy, Database = connection });
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Ezw:MasterKey", key.Trim())]).Build();
        await using var database = new Database(storage);
        var secrets = await DeviceSecrets.ReadAsync(database, MasterKey.Load(settings, storage));
        Directory.Delete(copy, recursive: true);
        return [new Secret("master key", Convert.FromBase64String(key.Trim())), .. secrets];
    }

    /// <summary>As an operator would.</summary>
    public async Task StopServerAsync() => Assert.Equal(0, await server!.StopAsync(Patience));

    public async ValueTask DisposeAsync()
    {
        // For whoever must find out why a test failed.
        var ours = Log.Split('\n').Where(line => line.Contains(": Ezw.", StringComparison.Ordinal)).TakeLast(ShownLines);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', ours));
        http?.Dispose();
        if (server is not null)
            await server.DisposeAsync();
        if (wire is not null)
            await wire.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static Task UntilAsync(string what, Func<Task<bool>> condition) => Until.TrueAsync(what, Patience, condition);

    private void Hear(string line)
    {
        lock (log)
            log.AppendLine(line);
    }

    private async Task<DbSession> OpenAsync()
    {
        DbConnection opened = kind == DatabaseKind.Postgres
            ? new NpgsqlConnection(connection)
            : new SqliteConnection($"Data Source={Path.Combine(Data, "ezwhatsapp.db")};Pooling=False");
        await opened.OpenAsync();
        return new DbSession(opened, null, new Dialect(kind));
    }

    /// <summary>Node for the sidecar: what it writes to standard error is kept as it is, and files go where they are looked for.</summary>
    private string WriteNode(string said)
    {
        var path = Path.Combine(folder, "node.sh");
        File.WriteAllText(path, $"""
            #!/bin/bash
            cd '{folder}'
            export HOME='{folder}' TMPDIR='{folder}'
            exec 2> >(exec tee -a '{folder}/{SidecarLog}' >&2)
            echo '{said}' >&2
            exec node "$@"

            """);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }

    private string[] Settings(string node) =>
    [
        $"--Ezw:DataFolder={Data}", $"--Ezw:Database={connection}", "--Ezw:Lines:HeartbeatMs=200",
        $"--Ezw:LinkedDevice:NodePath={node}", $"--Ezw:LinkedDevice:WebSocketUrl={Wire.Url}", $"--Ezw:LinkedDevice:MediaHost={Wire.Media}",
        $"--Ezw:LinkedDevice:CertificateAuthority={Wire.Authority}", $"--Ezw:LinkedDevice:VersionUrl=https://{Wire.Media}/sw.js",
        "--Ezw:LinkedDevice:LogLevel=debug", "--Ezw:Outbound:AllowCidrs=127.0.0.1/32", "--Ezw:Outbound:AllowPorts=9",
        "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft.AspNetCore.Hosting=Trace",
        "--Logging:LogLevel:Microsoft.AspNetCore.Server=Trace", "--Logging:LogLevel:Microsoft.AspNetCore.Authentication=Trace",
        "--Logging:LogLevel:Microsoft.EntityFrameworkCore.Database=Trace", "--Logging:LogLevel:System.Net.Http.HttpClient=Trace",
    ];

    [GeneratedRegex(@"Sidecar (\d+) runs .* as process (\d+)")]
    private static partial Regex SidecarRuns();
}
