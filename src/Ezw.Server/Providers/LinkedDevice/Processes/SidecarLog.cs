using System.Text;
using System.Text.Json;
using Ezw.Providers.LinkedDevice.Channel;

namespace Ezw.Providers.LinkedDevice.Processes;

/// <summary>
/// Takes a sidecar's standard error into the server's log. A sidecar promises lines without secrets; a crash of its runtime promises
/// nothing, so whatever may be key material or a phone number is masked here once more, and a line has a limit.
/// </summary>
internal static class SidecarLog
{
    private const int MaxCharacters = 1_000;

    public static async Task FollowAsync(StreamReader errors, string process, ILogger log)
    {
        var line = new StringBuilder();
        var piece = new char[4_096];
        int read;
        while ((read = await ReadAsync(errors, piece)) > 0)
        {
            foreach (var letter in piece.AsSpan(0, read))
            {
                if (letter == '\n')
                {
                    Write(line.ToString(), process, log);
                    line.Clear();
                }
                else if (line.Length <= MaxCharacters)
                {
                    line.Append(letter);
                }
            }
        }
        Write(line.ToString(), process, log);
    }

    private static async Task<int> ReadAsync(StreamReader errors, Memory<char> piece)
    {
        try
        {
            return await errors.ReadAsync(piece);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            return 0;
        }
    }

    private static void Write(string line, string process, ILogger log)
    {
        if (line.Trim().Length > 0)
            log.Log(LevelOf(line), "Sidecar {Process}: {Line}", process, Redaction.Of(line.Trim(), MaxCharacters));
    }

    private static LogLevel LevelOf(string line)
    {
        try
        {
            using var parsed = JsonDocument.Parse(line);
            return parsed.RootElement is { ValueKind: JsonValueKind.Object } entry && entry.TryGetProperty("level", out var level)
                ? level.ValueKind == JsonValueKind.String ? LevelOf(level) : LogLevel.Warning
                : LogLevel.Warning;
        }
        catch (JsonException)
        {
            // What the runtime itself says when something went wrong.
            return LogLevel.Warning;
        }
    }

    private static LogLevel LevelOf(JsonElement level) => level.GetString() switch
    {
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "error" => LogLevel.Error,
        _ => LogLevel.Warning,
    };
}
