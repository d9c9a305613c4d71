using System.Diagnostics;
using Ezw.Foundation.Storage;
using Ezw.Lines;
using Ezw.Providers;
using Ezw.Providers.LinkedDevice.Processes;
using Ezw.Tests.Support;

namespace Ezw.Tests.Providers.LinkedDevice;

/// <summary>Lines of this provider through the whole server, with a sidecar that knows no WhatsApp.</summary>
public sealed class LinesOverHttpTests
{
    private const string Marker = "zqv-private-key-zqv";
    private const string Create = """{"displayName":"Support","provider":"linked-device"}""";

    [Theory]
    [InlineData("Ezw:LinkedDevice:Enabled=false", "switched off")]
    [InlineData("Ezw:LinkedDevice:SidecarPath=/nowhere/main.js", "SidecarPath names no file")]
    public async Task A_line_is_refused_with_what_is_missing(string setting, string sentence)
    {
        await using var app = await TestApp.StartAsync(DatabaseKind.Sqlite, setting);
        var acme = await app.CreateOrganizationAsync("Acme");

        using var refused = await acme.PostAsync("/api/lines", Create);

        var problem = await refused.ShouldBeJsonAsync(400);
        Assert.Contains(sentence, $"{problem["errors"]!["provider"]}", StringComparison.Ordinal);
        using var simulated = await acme.PostAsync("/api/lines", """{"displayName":"Support"}""");
        Assert.Equal("simulator", (string?)(await simulated.ShouldBeJsonAsync(201))["provider"]);
    }

    [Theory, EachDatabase]
    public async Task A_line_is_linked_sends_loses_its_process_sends_again_and_is_logged_out(DatabaseKind kind)
    {
        await using var app = await StartAsync(kind);
        var line = await PairAsync(app);
        Assert.Equal("sent", await SendAsync(line, "hello"));
        Assert.Equal(1, await app.CountAsync($"select count(*) from device_key where line_id = {line.Id}"));

        Process.GetProcessById(Assert.Single(app.Part<SidecarPool>().Processes).Id).Kill();
        await Eventually.BecomesAsync(() => Task.FromResult(app.Part<SidecarPool>().Started), started => started == 2, "another process");

        await line.WaitForLifecycleAsync("connected");
        Assert.Equal("sent", await SendAsync(line, "hello again"));

        using var loggedOut = await line.Workspace.DeleteAsync($"{line.Path}/link");
        Assert.Equal(204, (int)loggedOut.StatusCode);
        await line.WaitForLifecycleAsync("logged_out");
        Assert.Equal(0, await app.CountAsync($"select count(*) from device_key where line_id = {line.Id}"));
    }

    [Theory, EachDatabase]
    public async Task What_arrives_is_stored_before_it_is_acknowledged_and_an_archived_line_keeps_no_keys(DatabaseKind kind)
    {
        await using var app = await StartAsync(kind);
        var line = await PairAsync(app);

        Assert.Equal("sent", await SendAsync(line, "hear one two"));

        // The fake sends its answer after the server acknowledged both.
        Assert.Equal(2, await app.CountAsync($"select count(*) from message where line_id = {line.Id} and direction = 'in'"));
        Assert.Equal(2, await app.CountAsync($"select count(*) from device_key where line_id = {line.Id}"));
        using var archived = await line.Workspace.DeleteAsync(line.Path);
        Assert.Equal(204, (int)archived.StatusCode);
        await Eventually.BecomesAsync(
            () => app.CountAsync($"select count(*) from device_key where line_id = {line.Id}"), count => count == 0, "the end of its keys");
    }

    [Theory, EachDatabase]
    public async Task An_owner_reads_until_when_the_account_is_restricted(DatabaseKind kind)
    {
        await using var app = await StartAsync(kind);
        var line = await PairAsync(app);
        Assert.Null((await line.ViewAsync())["restrictedUntil"]);

        await SendAsync(line, "become restricted new_chats");
        await SendAnywayAsync(app, line, "become restricted new_chats 1764400000000");
        var restricted = await Eventually.BecomesAsync(line.ViewAsync, view => view["restrictedUntil"] is not null, "the time to be told");
        Assert.Equal(("restricted", "new_chats"), ((string?)restricted["lifecycleState"], (string?)restricted["lifecycleReason"]));
        Assert.Equal(1764400000000, restricted["restrictedUntil"]!.GetValue<DateTimeOffset>().ToUnixTimeMilliseconds());

        await SendAnywayAsync(app, line, "become connected");
        await line.WaitForLifecycleAsync("connected");
        Assert.Null((await line.ViewAsync())["restrictedUntil"]);
    }

    [Fact]
    public async Task No_key_is_in_the_database_file_or_in_any_answer()
    {
        await using var app = await StartAsync(DatabaseKind.Sqlite);
        var line = await PairAsync(app);
        await SendAsync(line, "hear one");

        foreach (var path in new[] { line.Path, $"{line.Path}/pairing", "/api/lines", "/api/changes", "/api/conversations" })
        {
            using var answer = await line.Workspace.GetAsync(path);
            var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotContain(Marker, body, StringComparison.Ordinal);
        }
        foreach (var file in Directory.EnumerateFiles(app.Folder, "ezwhatsapp.db*"))
        {
            await using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var bytes = new MemoryStream();
            await open.CopyToAsync(bytes, TestContext.Current.CancellationToken);
            Assert.True(bytes.ToArray().AsSpan().IndexOf("zqv-private"u8) < 0, Path.GetFileName(file));
        }
    }

    private static Task<TestApp> StartAsync(DatabaseKind kind)
    {
        Prerequisite.Node();
        var fake = RepositoryRoot.Of("tests/Ezw.Tests/Providers/LinkedDevice/fake-sidecar.mjs");
        return TestApp.StartAsync(kind, $"Ezw:LinkedDevice:SidecarPath={fake}", "Ezw:LinkedDevice:DrainMs=500");
    }

    private static async Task<TestLine> PairAsync(TestApp app)
    {
        var acme = await app.CreateOrganizationAsync("Acme");
        using var created = await acme.PostAsync("/api/lines", Create);
        var id = (await created.ShouldBeJsonAsync(201))["id"]!.GetValue<Guid>();
        var line = new TestLine(acme, id, app.NewPhone());
        await line.CreateTokenAsync();
        using var begun = await acme.PostAsync($"{line.Path}/pairing", $$"""{"method":"code","phoneNumber":"{{line.Phone}}"}""");
        Assert.Equal(202, (int)begun.StatusCode);
        await line.WaitForLifecycleAsync("connected");
        return line;
    }

    /// <summary>By the link itself: a restricted line takes no sends.</summary>
    private static async Task SendAnywayAsync(TestApp app, TestLine line, string order)
    {
        Assert.True(app.Part<LineSupervisor>().TryGet(line.Id, out var session));
        var (to, content) = (new ChatAddress(FakeSidecars.Ana, null), new OutboundContent.Text(order));
        await session.Link.SendAsync(
            new OutboundMessage(Guid.CreateVersion7(), "A1", to, content, null, TimeSpan.Zero, 1), TestContext.Current.CancellationToken);
    }

    private static async Task<string> SendAsync(TestLine line, string body)
    {
        var sent = await line.SendTextAsync("+34600111222", body);
        var message = await Eventually.BecomesAsync(
            async () => await (await line.Workspace.App.Http.SendJsonAsync(
                HttpMethod.Get, $"/api/v1/messages/{sent["messageId"]}", null, line.Token)).ShouldBeJsonAsync(200),
            read => (string?)read["status"] is not ("queued" or "sending"), "the end of the send");
        return (string?)message["status"] ?? "";
    }
}
