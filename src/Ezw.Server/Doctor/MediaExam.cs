using System.Security.Cryptography;
using Ezw.Foundation.Storage;
using Ezw.Media;
using Microsoft.Extensions.Options;

namespace Ezw.Doctor;

/// <summary>Where files are kept.</summary>
internal static class MediaExam
{
    private const string What = "Media store";

    public static async Task<Finding> ExamineAsync(IServiceProvider parts)
    {
        var options = parts.GetRequiredService<IOptions<MediaOptions>>().Value;
        return options.Kind switch
        {
            MediaOptions.Filesystem => OfFolder(options, parts.GetRequiredService<IOptions<StorageOptions>>().Value),
            MediaOptions.S3Bucket => await OfBucketAsync(parts.GetRequiredService<IMediaStore>()),
            _ => Finding.Doubtful(What, "There is none: files of customers are not kept.", "Set Ezw:Media:Kind to filesystem or s3."),
        };
    }

    private static Finding OfFolder(MediaOptions options, StorageOptions storage)
    {
        var folder = Path.GetFullPath(options.Folder is { Length: > 0 } own ? own : Path.Combine(storage.DataFolder, "media"));
        if (!Directory.Exists(folder))
            return Finding.Good(What, $"{folder} is not there yet; the first file makes it.");
        return FolderExam.CanWrite(folder)
            ? Finding.Good(What, $"Files can be written in {folder}.")
            : Finding.Bad(What, $"No file can be written in {folder}.", "Give the server's user the rights, and the disk some room.");
    }

    private static async Task<Finding> OfBucketAsync(IMediaStore store)
    {
        // What is asked for is never there: only whether the store can tell counts.
        var nothing = MediaHash.Of(RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes));
        return await store.ExistsAsync(Guid.Empty, nothing, CancellationToken.None) is null
            ? Finding.Bad(What, "The bucket does not answer.", "Check Ezw:Media:S3: address, bucket, keys and their rights.")
            : Finding.Good(What, "The bucket answers.");
    }
}
