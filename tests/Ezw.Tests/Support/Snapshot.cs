using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ezw.Tests.Support;

/// <summary>JSON that somebody has looked at and approved: a change shows in a diff. EZW_APPROVE=1 rewrites the files.</summary>
internal static class Snapshot
{
    private const string Folder = "tests/Ezw.Tests/Snapshots";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="name">The file's path below Snapshots, with slashes.</param>
    public static async Task ShouldBeAsync(string name, JsonNode found)
    {
        var text = Print(found) + "\n";
        var file = FileOf(name);
        if (Environment.GetEnvironmentVariable("EZW_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        }
        Assert.Equal((await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n"), text);
    }

    public static string FileOf(string name) => RepositoryRoot.Of($"{Folder}/{name}");

    public static string Print(JsonNode json) => json.ToJsonString(Readable).ReplaceLineEndings("\n");
}
