using Ezw.Doctor;
using Ezw.Foundation.Storage;
using Ezw.Tests.Foundation.Outbound;
using Ezw.Tests.Support;

namespace Ezw.Tests.Doctor;

public sealed class DoctorTests
{
    private const string Hello = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

    [Theory, EachDatabase]
    public async Task Beside_a_running_server_everything_is_looked_at_and_nothing_disturbed(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        await using var whatsapp = RawServer.Answering(Hello);

        var (_, said) = await ExamineAsync(whatsapp, $"--Ezw:DataFolder={app.Folder}", $"--Ezw:Database={app.Connection}");

        Assert.Contains("ok   Data folder:", said, StringComparison.Ordinal);
        Assert.Contains("Master key:", said, StringComparison.Ordinal);
        Assert.Contains(
            kind == DatabaseKind.Sqlite ? "ok   Database: In use by a running server" : "ok   Database: PostgreSQL answers", said,
            StringComparison.Ordinal);
        Assert.Contains("ok   Media store:", said, StringComparison.Ordinal);
        Assert.Contains("ok   WhatsApp: 127.0.0.1 answers.", said, StringComparison.Ordinal);
        using var ready = await app.Http.GetAsync("/readyz", TestContext.Current.CancellationToken);
        Assert.True(ready.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Before_the_first_start_nothing_is_made()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"ezw-doctor-{Guid.CreateVersion7():n}");
        await using var whatsapp = RawServer.Answering(Hello);

        var (_, said) = await ExamineAsync(whatsapp, $"--Ezw:DataFolder={folder}");

        Assert.Contains("the first start makes it", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task What_is_wrong_is_said_with_what_to_do()
    {
        var folder = Directory.CreateTempSubdirectory("ezw-doctor-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "master.key"), "short", TestContext.Current.CancellationToken);
        await using var whatsapp = RawServer.Answering(Hello);
        var gone = whatsapp.Url;
        await whatsapp.DisposeAsync();

        var (code, said) = await ExamineAsync(
            null, $"--Ezw:DataFolder={folder}", "--Ezw:Database=Host=127.0.0.1;Port=1;Username=nobody;Database=none;Timeout=2",
            $"--Ezw:LinkedDevice:WebSocketUrl={gone.Replace("http:", "ws:", StringComparison.Ordinal)}",
            "--Ezw:LinkedDevice:SidecarPath=/nowhere/main.js");

        Assert.Equal(1, code);
        foreach (var wrong in new[]
            {
                "WRONG  Master key: Each key in", "WRONG  Database: It does not answer:",
                "WRONG  Sidecar: Ezw:LinkedDevice:SidecarPath names", "WRONG  WhatsApp: 127.0.0.1 cannot be reached",
            })
            Assert.Contains(wrong, said, StringComparison.Ordinal);
        Assert.EndsWith($"Something is wrong; see above for what to do.{Environment.NewLine}", said, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Settings_that_cannot_be_read_are_named()
    {
        var (code, said) = await ExamineAsync(null, "--Ezw:Media:Kind=cupboard");

        Assert.Equal(1, code);
        Assert.Contains("WRONG  Settings: Ezw:Media:Kind must be one of", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sidecar_that_says_hello_is_well()
    {
        Prerequisite.Node();
        await using var whatsapp = RawServer.Answering(Hello);

        var (_, said) = await ExamineAsync(
            whatsapp, $"--Ezw:DataFolder={Path.GetTempPath()}/ezw-none", $"--Ezw:LinkedDevice:SidecarPath={FakeSidecar}");

        Assert.Contains("ok   Sidecar: It starts and speaks protocol 1 with", said, StringComparison.Ordinal);
    }

    private static string FakeSidecar => RepositoryRoot.Of("tests/Ezw.Tests/Providers/LinkedDevice/fake-sidecar.mjs");

    private static async Task<(int Code, string Said)> ExamineAsync(RawServer? whatsapp, params string[] settings)
    {
        await using var output = new StringWriter();
        string[] reach = whatsapp is null ? [] : [$"--Ezw:LinkedDevice:WebSocketUrl=ws://127.0.0.1:{whatsapp.Port}/ws/chat"];
        return (await DoctorProcess.RunAsync([.. reach, .. settings], output), $"{output}");
    }
}
