using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ezw.Foundation.Security;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Providers;
using Ezw.Providers.LinkedDevice;
using Ezw.Providers.LinkedDevice.Keys;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ezw.Tests.Providers.LinkedDevice.Secrets;

/// <summary>Opens what the product has sealed, by its own means, and takes every secret value out of it.</summary>
internal static partial class DeviceSecrets
{
    private const int LeastBytes = 16;

    /// <summary>The credentials and all Signal keys of all lines, and the keys of the files that arrived.</summary>
    public static async Task<List<Secret>> ReadAsync(Database database, SecretBox box)
    {
        var secrets = new List<Secret>();
        await using var db = await database.ReadAsync(default);
        var owners = await db.QueryAsync(
            $"select organization_id, line_id, epoch from line_owner",
            row => new DeviceKeyOwner(row.Uuid(0), row.Uuid(1), row.GetInt64(2)), default);
        using var commits = new CommitQueue(database, TimeProvider.System, NullLogger<CommitQueue>.Instance);
        var keys = new DeviceKeys(database, commits, new DeviceKeyStore(), box);
        foreach (var owner in owners)
        {
            var names = await db.QueryAsync(
                $"select type, id from device_key where line_id = {owner.LineId}",
                row => new DeviceKeyName(row.GetString(0), row.GetString(1)), default);
            foreach (var key in await keys.GetAsync(owner, names, default))
                secrets.AddRange(Of(key.Name.Type, JsonNode.Parse(key.Value!)!));
            secrets.AddRange(await FilesAsync(db, owner, box));
        }
        return secrets;
    }

    private static async Task<List<Secret>> FilesAsync(DbSession db, DeviceKeyOwner owner, SecretBox box)
    {
        var line = new LinkDescriptor(owner.OrganizationId, owner.LineId, owner.Epoch, null);
        var pointers = await db.QueryAsync(
            $"select reference from attachment where line_id = {owner.LineId} and reference is not null",
            row => new MediaPointer(row.GetString(0)), default);
        return pointers.ConvertAll(pointer => new Secret("file", KeyOf(new MediaReferences(box).Open(line, pointer))));
    }

    /// <summary>As sidecars/linked-device writes it: "wa1." and JSON in base64url, with the key of the file as "k".</summary>
    private static byte[] KeyOf(string reference) => Convert.FromBase64String(
        (string)JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(reference.AsSpan(4)))!["k"]!);

    /// <summary>Every value of so many bytes is known to be secret or known to be public; one that nobody has thought of fails.</summary>
    private static IEnumerable<Secret> Of(string path, JsonNode? node)
    {
        if (BytesOf(node) is { } bytes)
            return InBytes(path, bytes);
        return node switch
        {
            JsonObject members => members.SelectMany(member => Of($"{path}.{member.Key}", member.Value)),
            JsonArray items => items.SelectMany((item, index) => Of($"{path}.{index}", item)),
            _ => [],
        };
    }

    private static IEnumerable<Secret> InBytes(string path, byte[] bytes)
    {
        // JSON in bytes.
        if (path == "sender-key")
            return Of(path, JsonNode.Parse(bytes));
        if (bytes.Length < LeastBytes || Public().IsMatch(path))
            return [];
        return Secrets().IsMatch(path)
            ? [new Secret(path, bytes)]
            : throw new InvalidOperationException($"Is {path} ({bytes.Length} bytes) secret, or may everybody know it? Say so here.");
    }

    private static byte[]? BytesOf(JsonNode? node)
    {
        if (node is JsonObject buffer && (string?)Plain(buffer["type"]) == "Buffer")
        {
            return buffer["data"] is JsonArray numbers
                ? [.. numbers.Select(number => (byte)(int)number!)]
                : Convert.FromBase64String((string)buffer["data"]!);
        }
        if (node is null || node.GetValueKind() != JsonValueKind.String)
            return null;
        var text = (string)node!;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && length >= LeastBytes ? bytes[..length] : null;
    }

    private static JsonNode? Plain(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node : null;

    [GeneratedRegex("""\.(private|privKey|advSecretKey|rootKey|seed|keyData|token)$|\.chainKey\.key$|\.messageKeys\.\d+$""")]
    private static partial Regex Secrets();

    [GeneratedRegex(
        """\.(public|pubKey|baseKey|lastRemoteEphemeralKey|remoteIdentityKey|identifierKey|\w*[sS]ignature|accountSignatureKey|details)$"""
        + """|^identity-key$|^creds\.(me\..*|routingInfo|lastPropHash|platform)$|^device-list\.|^lid-mapping""")]
    private static partial Regex Public();
}
