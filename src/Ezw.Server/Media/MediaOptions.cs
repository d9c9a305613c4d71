using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Ezw.Media;

/// <summary>Settings of files. Section "Ezw:Media".</summary>
public sealed class MediaOptions
{
    public const string Section = "Ezw:Media";

    internal const string Filesystem = "filesystem";
    internal const string S3Bucket = "s3";
    internal const string None = "none";

    private const long Megabyte = 1024 * 1024;
    private const long MostBytes = 2048 * Megabyte;

    /// <summary>filesystem, s3 or none.</summary>
    public string Kind { get; set; } = Filesystem;

    /// <summary>Where files are, and where they are received. Empty: "media" in the data folder.</summary>
    public string Folder { get; set; } = "";

    /// <summary>How long a signed URL reads. Seconds.</summary>
    [Range(1, 3600)]
    public int UrlLifetimeSeconds { get; set; } = 300;

    /// <summary>Which key signs this server's own URLs. Raise it by one to change the key: URLs of the neighbouring numbers are still
    /// accepted, so that nodes can be restarted one by one. Raise it by two to end all URLs at once.</summary>
    [Range(1, 1_000_000)]
    public int UrlKeyNumber { get; set; } = 1;

    /// <summary>The address that signed URLs of this server begin with, e.g. https://media.example.com. Empty: the address of the
    /// request that asked.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>WhatsApp's own limits are 16 MB for images, 16 to 64 MB for video and audio, 100 MB to 2 GB for documents.</summary>
    [Range(1, MostBytes)]
    public long ImageMaxBytes { get; set; } = 16 * Megabyte;

    [Range(1, MostBytes)]
    public long VideoMaxBytes { get; set; } = 64 * Megabyte;

    [Range(1, MostBytes)]
    public long AudioMaxBytes { get; set; } = 64 * Megabyte;

    [Range(1, MostBytes)]
    public long DocumentMaxBytes { get; set; } = 100 * Megabyte;

    /// <summary>Images with more pixels are not decoded: a small file can unfold to gigabytes.</summary>
    [Range(1, 500_000_000)]
    public int ImageMaxPixels { get; set; } = 50_000_000;

    public S3Options S3 { get; set; } = new();
}

/// <summary>A bucket of Amazon S3 or of a server that speaks its protocol.</summary>
public sealed class S3Options
{
    internal const string WhenSupported = "when_supported";
    internal const string WhenRequired = "when_required";

    /// <summary>Parts of a multipart upload are at least 5 MiB. docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html</summary>
    private const int LeastPartBytes = 5 * 1024 * 1024;

    public string Bucket { get; set; } = "";

    /// <summary>e.g. eu-central-1; other servers often take any.</summary>
    public string Region { get; set; } = "";

    /// <summary>Empty: AWS's endpoint of the region.</summary>
    public string ServiceUrl { get; set; } = "";

    /// <summary>Whether the bucket is named in the path instead of the host.</summary>
    public bool PathStyle { get; set; }

    /// <summary>Empty, with SecretKey: the default chain of credentials (environment, profile, role of the machine).</summary>
    public string AccessKey { get; set; } = "";

    public string SecretKey { get; set; } = "";

    /// <summary>when_supported or when_required; servers other than AWS's often know only the latter.</summary>
    public string RequestChecksums { get; set; } = WhenSupported;

    /// <summary>when_supported or when_required.</summary>
    public string ResponseChecksums { get; set; } = WhenSupported;

    /// <summary>Whether uploads are signed chunk by chunk; not every server reads that encoding.</summary>
    public bool ChunkEncoding { get; set; } = true;

    /// <summary>Whether the signature covers the bytes; switching it off needs https.</summary>
    public bool PayloadSigning { get; set; } = true;

    /// <summary>Files larger than this are uploaded in parts of this size.</summary>
    [Range(LeastPartBytes, 512 * 1024 * 1024)]
    public int PartBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>How long one request to the bucket may take. Seconds.</summary>
    [Range(1, 600)]
    public int TimeoutSeconds { get; set; } = 60;
}

/// <summary>Everything wrong with the section, at once.</summary>
internal sealed class MediaOptionsCheck : IValidateOptions<MediaOptions>
{
    private static readonly string[] Kinds = [MediaOptions.Filesystem, MediaOptions.S3Bucket, MediaOptions.None];
    private static readonly string[] Checksums = [S3Options.WhenSupported, S3Options.WhenRequired];

    public ValidateOptionsResult Validate(string? name, MediaOptions options)
    {
        var errors = OutOfRange(options, MediaOptions.Section).Concat(Errors(options)).ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> OutOfRange(object options, string section)
    {
        var found = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), found, validateAllProperties: true);
        return found.Select(fault => $"{section}:{fault.MemberNames.FirstOrDefault()}: {fault.ErrorMessage}");
    }

    private static IEnumerable<string> Errors(MediaOptions options)
    {
        const string section = MediaOptions.Section;
        if (!Kinds.Contains(options.Kind, StringComparer.Ordinal))
            yield return $"{section}:Kind must be one of {string.Join(", ", Kinds)}.";
        if (options.PublicUrl.Length > 0 && !IsWebAddress(options.PublicUrl))
            yield return $"{section}:PublicUrl must be an http or https URL.";
        if (options.Kind != MediaOptions.S3Bucket)
            yield break;
        foreach (var error in OutOfRange(options.S3, $"{section}:S3").Concat(Errors(options.S3)))
            yield return error;
    }

    private static IEnumerable<string> Errors(S3Options s3)
    {
        const string section = $"{MediaOptions.Section}:S3";
        if (string.IsNullOrWhiteSpace(s3.Bucket))
            yield return $"{section}:Bucket is required with Kind s3.";
        if (s3.ServiceUrl.Length == 0 && string.IsNullOrWhiteSpace(s3.Region))
            yield return $"{section}:Region is required unless ServiceUrl is set.";
        if (s3.ServiceUrl.Length > 0 && !IsWebAddress(s3.ServiceUrl))
            yield return $"{section}:ServiceUrl must be an http or https URL.";
        if (s3.AccessKey.Length > 0 != s3.SecretKey.Length > 0)
            yield return $"{section}:AccessKey and SecretKey are set together or not at all.";
        if (!Checksums.Contains(s3.RequestChecksums, StringComparer.Ordinal))
            yield return $"{section}:RequestChecksums must be one of {string.Join(", ", Checksums)}.";
        if (!Checksums.Contains(s3.ResponseChecksums, StringComparer.Ordinal))
            yield return $"{section}:ResponseChecksums must be one of {string.Join(", ", Checksums)}.";
        if (!s3.PayloadSigning && s3.ServiceUrl.StartsWith("http:", StringComparison.OrdinalIgnoreCase))
            yield return $"{section}:PayloadSigning can be switched off only with an https ServiceUrl.";
    }

    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
}
