using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Ezw.Tests.Providers.LinkedDevice.Secrets;

/// <summary>A search that finds nothing proves something only if it would find what there is.</summary>
public sealed class SecretSearchTests
{
    private const int KeyBytes = 32;
    private const int PartBytes = 16;

    /// <summary>Ways in which bytes get into a text, by somebody who does not know the search.</summary>
    private static readonly Dictionary<string, Func<byte[], string>> Disguises = new()
    {
        ["raw"] = Encoding.Latin1.GetString,
        ["hexadecimal"] = bytes => Convert.ToHexString(bytes).ToLowerInvariant(),
        ["upper hexadecimal"] = Convert.ToHexString,
        ["BitConverter"] = BitConverter.ToString,
        ["a Buffer of Node"] = bytes => $"<Buffer {string.Join(' ', bytes.Select(one => $"{one:x2}"))}>",
        ["base64"] = Convert.ToBase64String,
        ["base64 behind one byte"] = bytes => Convert.ToBase64String([5, .. bytes]),
        ["base64 behind two bytes"] = bytes => Convert.ToBase64String([5, 6, .. bytes, 7]),
        ["base64url"] = bytes => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_'),
        ["base64 in JSON"] = bytes => JsonSerializer.Serialize(new { key = Convert.ToBase64String(bytes) }),
        ["base64 in JSON in JSON"] = bytes =>
            JsonSerializer.Serialize(new { line = JsonSerializer.Serialize(new { key = Convert.ToBase64String(bytes) }) }),
        ["base64 in a URL"] = bytes => Uri.EscapeDataString(Convert.ToBase64String(bytes)),
        ["base64 in lines"] = bytes =>
            string.Join("\\n", Convert.ToBase64String(bytes).Chunk(10).Select(letters => new string(letters))),
        ["base64 of base64 in JSON"] = bytes => Convert.ToBase64String(
            Encoding.UTF8.GetBytes($$$"""{"private":{"type":"Buffer","data":"{{{Convert.ToBase64String(bytes)}}}"}}""")),
        ["a Buffer as JSON"] = bytes => $$"""{"type":"Buffer","data":[{{string.Join(',', bytes)}}]}""",
        ["an array as JSON"] = bytes => "{" + string.Join(',', bytes.Select((one, index) => $"\"{index}\":{one}")) + "}",
        ["an array of Node"] = bytes =>
            $"Uint8Array [\n {string.Join(",\n ", bytes.Chunk(12).Select(row => string.Join(", ", row.Select(one => $"{one,3}"))))}\n]",
    };

    public static TheoryData<string> AllDisguises => [.. Disguises.Keys];

    [Theory, MemberData(nameof(AllDisguises))]
    public void A_whole_key_is_found_as(string disguise)
    {
        for (var trial = 0; trial < 50; trial++)
        {
            var key = RandomNumberGenerator.GetBytes(KeyBytes);

            Assert.NotEmpty(Find(key, $"before {Disguises[disguise](key)} behind"));
        }
    }

    [Theory, MemberData(nameof(AllDisguises))]
    public void Sixteen_bytes_of_a_key_are_found_as(string disguise)
    {
        // By its index a part is written with the indices of the whole.
        if (disguise == "an array as JSON")
            return;
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        for (var at = 0; at <= KeyBytes - PartBytes; at++)
            Assert.NotEmpty(Find(key, Disguises[disguise](key[at..(at + PartBytes)])));
    }

    [Fact]
    public void A_long_text_is_a_secret_too_and_a_leak_names_place_secret_and_form_but_no_value()
    {
        var token = $"ezw_line_{Convert.ToHexString(RandomNumberGenerator.GetBytes(KeyBytes))}";
        var search = new SecretSearch([new Secret("token", Encoding.ASCII.GetBytes(token))]);

        var leak = Assert.Single(search.In([new Place("log", $"Bearer {token}"), new Place("elsewhere", "nothing")]));

        Assert.Equal(new Leak("log", "token", "raw"), leak);
    }

    [Fact]
    public void Other_keys_are_not_found()
    {
        var search = new SecretSearch(Enumerable.Range(0, 500).Select(number => new Secret($"{number}", NewKey())));

        Assert.Empty(search.In(Disguises.Values.Select(
            disguise => new Place("log", string.Concat(Enumerable.Range(0, 100).Select(_ => disguise(NewKey())))))));
    }

    private static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyBytes);

    private static IReadOnlyList<Leak> Find(byte[] key, string text) =>
        new SecretSearch([new Secret("other", NewKey()), new Secret("key", key)]).In([new Place("log", text)]);
}
