using Ezw.Foundation.Storage;
using Ezw.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Ezw.Tests.Demo;

/// <summary>The demo that plays somebody's own chat: ./dev run --replay FILE.</summary>
public sealed class ReplayedDemoTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ezw-replay-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fills_the_inbox_of_the_demos_line_from_both_sides()
    {
        var file = Write("WhatsApp Chat with Noa.txt",
            "12/03/2025, 09:02 - Noa: היי, בוקר טוב!\n12/03/2025, 21:11 - Café Gal: בוקר טוב\n20/03/2025, 09:12 - Noa: תודה 🙏\n");
        await using var server = await EzwServer.BuildAsync(Arguments("--demo", "--replay", file, "--replay-speed=10000"), Quietly);
        await server.StartAsync(Cancellation);

        var stored = await Eventually.BecomesAsync(() => MessagesAsync(server), messages => messages.Count == 3, "three messages");

        Assert.Equal(["contact: היי, בוקר טוב!", "phone: בוקר טוב", "contact: תודה 🙏"], stored);
        await server.StopAsync(Cancellation);
    }

    [Theory]
    [InlineData("This is no chat.", "no line that looks like a WhatsApp message", "--demo")]
    [InlineData("", "empty", "--demo")]
    [InlineData(null, "cannot be read", "--demo")]
    [InlineData("12/03/2025, 09:02 - Noa: hi", "--demo")]
    [InlineData("12/03/2025, 09:02 - Noa: hi", "--replay-speed", "--demo", "--replay-speed", "-1")]
    [InlineData("12/03/2025, 09:02 - Noa: hi", "nobody in the chat", "--demo", "--replay-me", "Oliver")]
    public async Task Does_not_start_with_what_it_cannot_play(string? content, string because, params string[] args)
    {
        var file = content is null ? Path.Combine(folder, "missing.txt") : Write("chat.txt", content);

        var error = await StartAsync(Arguments([.. args, "--replay", file]));

        Assert.Contains(because, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exits_with_code_1_and_a_sentence()
    {
        Assert.Equal(1, await EzwServer.RunAsync(Arguments("--demo", "--replay", Write("chat.txt", "This is no chat."))));
        Assert.Equal(1, await EzwServer.RunAsync(Arguments("--demo", "--replay=")));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static async Task<string> StartAsync(string[] args) => (await Assert.ThrowsAsync<InvalidOperationException>(async () =>
    {
        await using var server = await EzwServer.BuildAsync(args, Quietly);
        await server.StartAsync(Cancellation);
    })).Message;

    private string[] Arguments(params string[] args) =>
        ["--urls", "http://127.0.0.1:0", .. args, $"--Ezw:DataFolder={Path.Combine(folder, "data")}"];

    private string Write(string name, string content)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    private static void Quietly(WebApplicationBuilder builder) =>
        builder.Services.AddSingleton(new Ezw.Demo.DemoConsole(TextWriter.Null));

    private static async Task<List<string>> MessagesAsync(WebApplication server)
    {
        await using var db = await server.Services.GetRequiredService<Database>().ReadAsync(Cancellation);
        return [.. await db.QueryAsync(
            $"select origin, body from message order by position", row => $"{row.GetString(0)}: {row.GetString(1)}", Cancellation)];
    }
}
