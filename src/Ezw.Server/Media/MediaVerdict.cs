using Ezw.Providers;

namespace Ezw.Media;

/// <summary>What somebody says that a file is.</summary>
/// <param name="MimeType">Null, empty or application/octet-stream: nothing is said.</param>
/// <param name="FileName">As given; its extension is a claim too if it is one of a type.</param>
internal sealed record MediaClaim(MediaKind Kind, string? MimeType, string? FileName);

/// <summary>
/// Whether a file is what it is said to be. Bytes, declared type and extension must agree for what people see or hear at once; a
/// document whose claims disagree is kept as mere bytes to be saved.
/// </summary>
internal abstract record MediaVerdict
{
    private MediaVerdict()
    {
    }

    /// <param name="MimeType">Of the bytes, never merely claimed; application/octet-stream if they are of no type we know.</param>
    /// <param name="Extension">Without its dot.</param>
    public sealed record Accepted(string MimeType, MediaKind Kind, string Extension, string FileName) : MediaVerdict;

    /// <param name="Reason">A sentence for the sender.</param>
    public sealed record Disagrees(string Reason) : MediaVerdict;

    /// <param name="head">The first <see cref="MediaSignature.HeadBytes"/> of the file, or all of it.</param>
    public static MediaVerdict Of(ReadOnlySpan<byte> head, MediaClaim claim)
    {
        if (head.IsEmpty)
            return new Disagrees("The file is empty.");
        var possible = MediaSignature.Of(head);
        return claim.Kind == MediaKind.Document
            ? OfDocument(possible, claim)
            : OfShown([.. possible.Where(type => MayBe(type, claim.Kind))], claim, head);
    }

    private static MediaVerdict OfShown(string[] possible, MediaClaim claim, ReadOnlySpan<byte> head)
    {
        var word = claim.Kind.ToString().ToLowerInvariant();
        if (possible.Length == 0 || (claim.Kind == MediaKind.Voice && !MediaSignature.IsOpus(head)))
            return new Disagrees($"The bytes are not of a type that can be sent as {word}.");
        var extension = FileNames.ExtensionOf(claim.FileName);
        var agreed = possible.Where(type => Declares(claim.MimeType, type)).ToArray();
        if (agreed.Length == 0)
            return new Disagrees($"The declared type is not what the bytes are: {possible[0]}.");
        var claimed = MediaTypes.WithExtension(extension);
        var chosen = claimed is null ? agreed[0] : agreed.FirstOrDefault(type => type == claimed.MimeType);
        if (chosen is null)
            return new Disagrees($"The file name ends in .{extension}, but the bytes are {agreed[0]}.");
        var own = claimed is null ? MediaTypes.Named(chosen)!.Extensions[0] : extension;
        return new Accepted(chosen, claim.Kind, own, FileNames.Safe(claim.FileName, claimed is null ? own : ""));
    }

    private static Accepted OfDocument(string[] possible, MediaClaim claim)
    {
        var extension = FileNames.ExtensionOf(claim.FileName);
        var claimed = MediaTypes.WithExtension(extension);
        // An extension that we do not know agrees with no type that we do.
        var fits = extension.Length == 0 ? possible : [.. possible.Where(type => type == claimed?.MimeType)];
        var agreed = fits.FirstOrDefault(type => Declares(claim.MimeType, type));
        if (agreed is not null && MediaTypes.Named(agreed) is { Family: not MediaFamily.Foreign } type)
        {
            var own = extension.Length > 0 ? extension : type.Extensions[0];
            return new Accepted(agreed, claim.Kind, own, FileNames.Safe(claim.FileName, extension.Length > 0 ? "" : own));
        }
        // Nobody's computer shall open it by a name that its bytes deny.
        var isDenied = claimed is not null && fits.Length == 0;
        var added = isDenied || extension.Length == 0 ? "bin" : "";
        return new Accepted(
            MediaTypes.Bytes, claim.Kind, added.Length > 0 ? added : extension, FileNames.Safe(claim.FileName, added));
    }

    private static bool MayBe(string type, MediaKind kind) => kind switch
    {
        MediaKind.Image => MediaTypes.Named(type)?.Family == MediaFamily.Image,
        MediaKind.Video => MediaTypes.Named(type)?.Family == MediaFamily.Video,
        MediaKind.Audio => MediaTypes.Named(type)?.Family == MediaFamily.Audio,
        MediaKind.Voice => type == "audio/ogg",
        MediaKind.Sticker => type == "image/webp",
        _ => true,
    };

    private static bool Declares(string? declared, string type) =>
        string.IsNullOrWhiteSpace(declared)
        || declared.Split(';')[0].Trim().ToLowerInvariant() is MediaTypes.Bytes or "binary/octet-stream"
        || MediaTypes.Named(declared)?.MimeType == type;
}
