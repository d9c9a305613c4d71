using System.Text.Json;
using Ezw.Client;

namespace Ezw.Web.Lines;

/// <summary>What a refusal says beside its code.</summary>
internal static class Refusals
{
    /// <summary>About the members of the request that were not taken; null when it names none.</summary>
    public static string? Sentences(this ApiException refused)
    {
        if (refused.Body is not { ValueKind: JsonValueKind.Object } body || !body.TryGetProperty("errors", out var errors))
            return null;
        var sentences = errors.EnumerateObject().SelectMany(member => member.Value.EnumerateArray()).Select(one => one.GetString());
        return string.Join(' ', sentences) is { Length: > 0 } all ? all : null;
    }

    /// <summary>Of what somebody else has changed meanwhile.</summary>
    public static long? CurrentVersion(this ApiException refused) =>
        refused.Body is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("current", out var current)
            && current.TryGetProperty("version", out var version)
            ? version.GetInt64()
            : null;
}
