using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.StaticFiles;

namespace Ezw.WebApp;

/// <summary>
/// The files of the published app, listed once at the start: what is not in the list cannot be asked for. Names with a fingerprint never
/// change what they hold; the others are asked after every time, by their tag.
/// </summary>
internal sealed partial class AppFiles
{
    private const string IndexName = "index.html";

    private readonly FrozenDictionary<string, AppFile> files;

    private AppFiles(FrozenDictionary<string, AppFile> files, string policy) => (this.files, Policy) = (files, policy);

    /// <summary>Null when the app was not published.</summary>
    public AppFile? Index => files.GetValueOrDefault(IndexName);

    /// <summary>The Content-Security-Policy of the page.</summary>
    public string Policy { get; }

    public AppFile? Find(string path) => files.GetValueOrDefault(path);

    /// <param name="mediaOrigin">Where attachments are read from, if not from this server.</param>
    public static AppFiles Open(string configured, string? mediaOrigin)
    {
        var folder = Path.GetFullPath(configured.Length > 0 ? configured : Path.Combine(AppContext.BaseDirectory, "web"));
        if (!File.Exists(Path.Combine(folder, IndexName)))
            return new AppFiles(FrozenDictionary<string, AppFile>.Empty, "");
        var types = new FileExtensionContentTypeProvider();
        types.Mappings[".dat"] = "application/octet-stream";
        var all = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToHashSet(StringComparer.Ordinal);
        var files = all
            .Where(path => !IsPacked(path, all))
            .Select(path => Describe(folder, path, all, types))
            .ToFrozenDictionary(file => file.Name, StringComparer.Ordinal);
        return new AppFiles(files, PolicyOf(File.ReadAllText(files[IndexName].Path), mediaOrigin));
    }

    private static bool IsPacked(string path, HashSet<string> all) =>
        Path.GetExtension(path) is ".br" or ".gz" && all.Contains(path[..^3]);

    private static AppFile Describe(string folder, string path, HashSet<string> all, FileExtensionContentTypeProvider types)
    {
        var name = Path.GetRelativePath(folder, path).Replace('\\', '/');
        using var content = File.OpenRead(path);
        return new AppFile(
            name, path, types.TryGetContentType(path, out var type) ? type : "application/octet-stream",
            Base64Url.EncodeToString(SHA256.HashData(content).AsSpan(0, 12)), Fingerprinted().IsMatch(name),
            all.Contains(path + ".br") ? path + ".br" : null, all.Contains(path + ".gz") ? path + ".gz" : null);
    }

    /// <summary>
    /// Scripts are the app's own files and what stands in its page, by hash; WebAssembly may be compiled. Styles may be written in place:
    /// the components' library does so.
    /// </summary>
    private static string PolicyOf(string page, string? mediaOrigin)
    {
        var inline = InlineScript().Matches(page)
            .Select(script => SHA256.HashData(Encoding.UTF8.GetBytes(script.Groups[1].Value)))
            .Select(hash => $" 'sha256-{Convert.ToBase64String(hash)}'");
        var media = mediaOrigin is null ? "" : $" {mediaOrigin}";
        return $"default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{string.Concat(inline)}; style-src 'self' 'unsafe-inline'; "
            + $"img-src 'self' data: blob:{media}; media-src 'self' blob:{media}; font-src 'self'; connect-src 'self'; "
            + "manifest-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";
    }

    [GeneratedRegex(@"\.[a-z0-9]{10}\.[a-z0-9.]+$")]
    private static partial Regex Fingerprinted();

    [GeneratedRegex(@"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex InlineScript();
}

/// <param name="Name">The path below the app's folder, with slashes.</param>
/// <param name="IsImmutable">Its name says what it holds.</param>
/// <param name="Brotli">The same content, packed; null when there is none.</param>
internal sealed record AppFile(
    string Name, string Path, string ContentType, string Tag, bool IsImmutable, string? Brotli, string? Gzip);
